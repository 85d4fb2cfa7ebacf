package shelf

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"voucherbul/mapping/ourfile"
)

// KeepEarlier moves the file at the place of a new outcome out of the way. The outcome of another run becomes
// NAME.esiti.RUNID.xlsx. A file that somebody has changed, or that is not ours, becomes NAME.esiti.YYYYMMDD-HHMMSS.xlsx,
// with the time when it was saved. An outcome of the same run that is as it was written stays: it is about to be replaced by
// a newer rendering. moved is the new path of something that was changed; "" = there was none.
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
	case label == run && (ourfile.FormatOf(path) == ourfile.JSON || isUntouched(path, info.ModTime())): // a program does not correct by hand
		return "", nil
	case label == run, label == "":
		label, changed = info.ModTime().Format(ourfile.Stamp), true
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

// KeepCorrected moves a workbook of a check out of the way that is not as the program has written it: it holds the
// work of a clerk. NAME.controllo.xlsx becomes NAME.controllo.YYYYMMDD-HHMMSS.xlsx, of the time when it was saved.
// kept is its new path; "" = there was none, or it is the program's own, and may be replaced.
func KeepCorrected(path string) (kept string, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && isUntouched(path, info.ModTime()) {
		return "", nil
	}
	if err != nil {
		return "", &WriteError{Path: path, Err: err}
	}
	return moveAside(path, info.ModTime().Format(ourfile.Stamp))
}

// moveAside keeps a workbook under a name with a label in it, and never takes a name that another file has. If the file
// system allows two names for a file, the earlier outcome keeps both until the new one takes its place: a process that dies
// in between must still find the file it was given.
func moveAside(path, label string) (moved string, err error) {
	for n := 1; ; n++ {
		moved = ourfile.Aside(path, label, n)
		if err := os.Link(path, moved); err == nil || isSame(path, moved) {
			return moved, nil
		}
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

// isSame reports that a file has both names already.
func isSame(a, b string) bool {
	one, errOne := os.Stat(a)
	other, errOther := os.Stat(b)
	return errOne == nil && errOther == nil && os.SameFile(one, other)
}

// FindOutcomes finds all outcomes of an export in a run that still exist, in any format. An outcome may have its own name,
// the longer name of an export that shares its name with another, or the name under which it was set aside for a later run.
func FindOutcomes(source, folder, run string) (paths []string) {
	if run == "" {
		return nil
	}
	for _, f := range ourfile.Formats() {
		for _, name := range []string{f.Path(source, folder), f.Path(ourfile.KeepEnding(source), folder)} {
			for _, path := range []string{name, ourfile.Aside(name, run, 1)} {
				if !slices.Contains(paths, path) && runOf(path) == run {
					paths = append(paths, path)
				}
			}
		}
	}
	return paths
}
