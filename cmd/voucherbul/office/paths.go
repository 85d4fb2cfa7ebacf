package office

import (
	"errors"
	"os"
	"path/filepath"

	"voucherbul/mapping/ourfile"
	"voucherbul/report/shelf"
)

// WriteError says that a report could not be written. It can be made again: nothing else was lost.
type WriteError = shelf.WriteError

// reportPaths gives every file its report. Files that differ in their ending only keep it in the name: two
// reports of one run must not be one file.
func reportPaths(files []string, out string, path func(source, folder string) string) ([]string, error) {
	count := map[string]int{}
	for _, f := range files {
		count[path(f, out)]++
	}
	paths := make([]string, len(files))
	taken := map[string]string{}
	for i, f := range files {
		if paths[i] = path(f, out); count[paths[i]] > 1 {
			paths[i] = path(ourfile.KeepEnding(f), out)
		}
		if other, ok := taken[paths[i]]; ok {
			return nil, &AskError{Why: SameReport, Paths: []string{other, f}, Report: paths[i]}
		}
		taken[paths[i]] = f
	}
	return paths, nil
}

// writable finds out before anything is sent whether the outcomes can be written.
func writable(paths []string) error {
	for _, path := range paths {
		folder := filepath.Dir(path)
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return &shelf.WriteError{Path: path, Err: err}
		}
		probe, err := os.CreateTemp(folder, ".voucherbul.*")
		if err != nil {
			return &shelf.WriteError{Path: path, Err: err}
		}
		if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
			return &shelf.WriteError{Path: path, Err: err}
		}
	}
	return nil
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
