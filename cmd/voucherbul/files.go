package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voucherbul/mapping/ourfile"
)

// input is what every command that reads exports is given.
type input struct {
	files []string
	zone  *time.Location // Italian time
}

// newInput finds the files that a command is given. What it leaves out in a folder it names on warn.
func newInput(args []string, warn io.Writer) (in input, err error) {
	if in.files, err = inputFiles(args, warn); err != nil {
		return input{}, err
	}
	in.zone, err = time.LoadLocation("Europe/Rome")
	return in, err
}

// noExportError is a folder with nothing to read in it: the input is missing, as if it were a file.
type noExportError string

func (e noExportError) Error() string        { return string(e) + " has no .csv or .xlsx file" }
func (e noExportError) Is(target error) bool { return target == fs.ErrNotExist }

// inputFiles expands folders: their exports, in the order of their names, without workbooks of ours.
func inputFiles(args []string, warn io.Writer) ([]string, error) {
	var files []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		found, left, err := exportsIn(arg)
		if err != nil {
			return nil, err
		}
		if len(left) > 0 {
			fmt.Fprintf(warn, "voucherbul: not read in %s: %s: only .csv and .xlsx files of a folder are read; give others by name\n", arg, strings.Join(left, ", "))
		}
		if len(found) == 0 {
			return nil, noExportError(arg)
		}
		files = append(files, found...)
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(f string) bool {
		full, err := filepath.Abs(f)
		again := err == nil && seen[full]
		seen[full] = true
		return again
	}), nil
}

// exportsIn lists the exports of a folder, and the names of files that may be some, but are not read unasked.
func exportsIn(folder string) (files, left []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		name := strings.ToLower(e.Name())
		info, err := os.Stat(filepath.Join(folder, e.Name())) // a link is as good as its file
		if err != nil {
			return nil, nil, err
		}
		if !info.Mode().IsRegular() || ourfile.IsOurs(name) || strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".") {
			continue
		}
		switch filepath.Ext(name) {
		case ".csv", ".xlsx":
			files = append(files, filepath.Join(folder, e.Name()))
		case ".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".txt":
			left = append(left, e.Name())
		}
	}
	return files, left, nil
}

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
			return nil, usageError{fmt.Errorf("the reports of %s and %s would both be %s: run them apart", other, f, paths[i])}
		}
		taken[paths[i]] = f
	}
	return paths, nil
}
