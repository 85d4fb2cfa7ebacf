package report

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// OutcomePath is where the outcome of an export is written: NAME.esiti.xlsx beside it, or in folder.
func OutcomePath(source, folder string) string { return beside(source, folder, ".esiti.xlsx") }

// ControlPath is where the workbook of a check is written: NAME.controllo.xlsx.
func ControlPath(source, folder string) string { return beside(source, folder, ".controllo.xlsx") }

// ControlJSONLPath is where the rows of a check are written as JSON: NAME.controllo.jsonl.
func ControlJSONLPath(source, folder string) string {
	return beside(source, folder, ".controllo.jsonl")
}

func beside(source, folder, ending string) string {
	if folder == "" {
		folder = filepath.Dir(source)
	}
	base := filepath.Base(source)
	return filepath.Join(folder, strings.TrimSuffix(base, filepath.Ext(base))+ending)
}

// KeepEarlier moves what is at the place of an outcome out of the way: that of another run as NAME.esiti.RUNID.xlsx, what
// somebody has changed, or no program of ours has made, as NAME.esiti.YYYYMMDD-HHMMSS.xlsx, of the time when it was saved. An
// outcome of the same run that is as it was written stays: it is about to be replaced by a newer rendering. moved is the new
// path of something that was changed; "" = there was none.
func KeepEarlier(path, run string) (moved string, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", &WriteError{Path: path, Err: err, Sent: true}
	}
	label, changed := runOf(path), false
	switch {
	case label == run && isUntouched(path, info.ModTime()):
		return "", nil
	case label == run, label == "":
		label, changed = info.ModTime().Format(stamp), true
	}
	moved, err = moveAside(path, label)
	if failed, ok := errors.AsType[*WriteError](err); ok {
		failed.Sent = true
	}
	if !changed {
		moved = ""
	}
	return moved, err
}

// stamp is how the time of a file is written in its name.
const stamp = "20060102-150405"

// keepCorrected moves a workbook of a check out of the way that is not as the program has written it: it holds the
// work of a clerk. NAME.controllo.xlsx becomes NAME.controllo.YYYYMMDD-HHMMSS.xlsx, of the time when it was saved.
// kept is its new path; "" = there was none, or it is the program's own, and may be replaced.
func keepCorrected(path string) (kept string, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && isUntouched(path, info.ModTime()) {
		return "", nil
	}
	if err != nil {
		return "", &WriteError{Path: path, Err: err}
	}
	return moveAside(path, info.ModTime().Format(stamp))
}

// isUntouched reports whether a workbook says that the program has made it, and is not newer than it says. Another
// program that saves it leaves its own name in at least one of three places.
func isUntouched(path string, saved time.Time) bool {
	p, err := propertiesOf(path)
	if err != nil || p.Application != maker || p.Creator != maker || p.LastModifiedBy != maker {
		return false
	}
	const coarse = 2 * time.Second // how some file systems count
	written, err := time.Parse(time.RFC3339, p.Modified)
	return err == nil && !saved.After(written.Add(coarse))
}

// moveAside puts a label into the name of a workbook, and never takes a name that another file has.
func moveAside(path, label string) (moved string, err error) {
	for n := 1; ; n++ {
		moved = aside(path, label, n)
		place, err := os.OpenFile(moved, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", &WriteError{Path: path, Err: err}
		}
		if err := errors.Join(place.Close(), os.Rename(path, moved)); err != nil {
			return "", &WriteError{Path: path, Err: errors.Join(err, os.Remove(moved))}
		}
		return moved, nil
	}
}

// FindOutcome finds the outcome of an export in a run where it is still: under its own name, under the longer one of an
// export that shares its name with another, or set aside for a later run.
func FindOutcome(source, folder, run string) (path string, ok bool) {
	for _, name := range []string{OutcomePath(source, folder), OutcomePath(source+".", folder)} {
		for _, path := range []string{name, aside(name, run, 1)} {
			if run != "" && runOf(path) == run {
				return path, true
			}
		}
	}
	return "", false
}

// aside is the n-th name of a workbook with a label in it.
func aside(path, label string, n int) string {
	if n > 1 {
		label += "-" + strconv.Itoa(n)
	}
	return strings.TrimSuffix(path, ".xlsx") + "." + label + ".xlsx"
}

// runOf is the run an outcome workbook says it is of; "" where it says none.
func runOf(path string) string {
	p, err := propertiesOf(path)
	if err != nil || strings.ContainsAny(p.Identifier, `/\`) {
		return ""
	}
	return p.Identifier
}

// properties are what a workbook says of itself.
type properties struct {
	Identifier     string `xml:"identifier"`
	Creator        string `xml:"creator"`
	LastModifiedBy string `xml:"lastModifiedBy"`
	Modified       string `xml:"modified"`
	Application    string `xml:"Application"`
}

func propertiesOf(path string) (p properties, err error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return p, err
	}
	defer archive.Close()
	for _, name := range []string{"docProps/core.xml", "docProps/app.xml"} {
		part, err := archive.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // what it would say stays ""
		}
		if err != nil {
			return p, err
		}
		err = xml.NewDecoder(io.LimitReader(part, 1<<20)).Decode(&p)
		if err := errors.Join(err, part.Close()); err != nil {
			return p, err
		}
	}
	return p, nil
}
