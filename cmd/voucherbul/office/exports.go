package office

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"voucherbul/mapping/ourfile"
)

// NoExportError is a folder with nothing to read in it: the input is missing, as if it were a file that is not there.
type NoExportError string

func (e NoExportError) Error() string        { return string(e) + " has no .csv or .xlsx file" }
func (e NoExportError) Is(target error) bool { return target == fs.ErrNotExist }

// Exports expands folders: their exports, in the order of their names, without workbooks of ours. A file that is given twice is
// read once. tell hears of files that are left out; nil = nobody listens.
func Exports(args []string, tell func(Notice)) ([]string, error) {
	told := notices{tell: tell}
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
			told.add(Notice{Kind: NotRead, Path: arg, Names: left})
		}
		if len(found) == 0 {
			return nil, NoExportError(arg)
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
