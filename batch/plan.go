package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"voucherbul/batch/journal"
	"voucherbul/mapping/orderfile"
)

// Planned is a run whose rows are all in the journal. Whoever owns the journal may send it, by its ID: this process or another.
type Planned struct {
	Run         string
	Resumed     bool                // the same was planned before, and is not finished
	OtherSheets map[string][]string // by file: sheets that have orders too and are not read; empty where Resumed
}

// Plan brings every row of every file into the journal, and sends nothing. The same files and settings again find their run
// there while it is not finished, and nothing is planned twice.
func (j Job) Plan(ctx context.Context) (Planned, error) {
	inputs, err := j.inputs(ctx)
	if err != nil {
		return Planned{}, err
	}
	fingerprint := j.fingerprint(inputs)
	if found, ok, err := j.Journal.Unfinished(ctx, fingerprint); err != nil || ok {
		return Planned{Run: found.ID, Resumed: ok}, err
	}
	now := j.Now().In(j.Zone)
	p := Planned{Run: newRunID(now), OtherSheets: map[string][]string{}}
	if err := j.Journal.Begin(ctx, journal.Run{ID: p.Run, Fingerprint: fingerprint, StartedAt: now, Environment: j.Environment, Rate: j.Config.Pace.Rate}); err != nil {
		return Planned{}, err
	}
	for i, in := range inputs {
		copyOf := ""
		if first := slices.IndexFunc(inputs, func(other input) bool { return other.contents == in.contents }); first < i && !in.again() {
			copyOf = filepath.Base(inputs[first].path)
		}
		others, err := j.planFile(ctx, p.Run, in, copyOf)
		if err != nil {
			return Planned{}, err
		}
		if len(others) > 0 {
			p.OtherSheets[in.path] = others
		}
	}
	if err := j.settleOverlaps(ctx, p.Run, false); err != nil {
		return Planned{}, err
	}
	return p, j.Journal.Planned(ctx, p.Run, j.Now())
}

// resume makes a run that was planned before ready to go on. What other runs have sent since decides anew where it was never
// begun; of one that was, each row finds that out when its turn comes.
func (j Job) resume(ctx context.Context, run string) error {
	if err := j.Journal.Resume(ctx, run); err != nil {
		return err
	}
	if err := j.settleTakenUp(ctx, run); err != nil {
		return err
	}
	begun, err := j.Journal.Begun(ctx, run)
	if err != nil || begun {
		return err
	}
	return j.settleOverlaps(ctx, run, true)
}

// planFile plans the rows of one file; copyOf is the file of the same run with the same contents, "" = none:
// two copies in a folder are one submission. It returns the sheets that have orders too and are not read.
func (j Job) planFile(ctx context.Context, run string, in input, copyOf string) (others []string, err error) {
	reading := j.Reading
	reading.Mapper.Now = j.Now().In(j.Zone)
	export, err := j.open(ctx, reading, in)
	if err != nil {
		return nil, err
	}
	path, sum := in.path, in.sum
	defer export.Close() // nothing was written to it
	if others = export.OtherSheets(); len(others) > 0 {
		j.Log.Warn("other sheets have orders too and are not read: give the file again with --sheet", "file", filepath.Base(path), "sheets", others)
	}
	whole, err := filepath.Abs(path) // the outcome may be written again from another folder
	if err != nil {
		return nil, err
	}
	file, err := j.Journal.AddFile(ctx, journal.File{Run: run, Path: whole, SHA256: sum, Sheet: export.Sheet(), Header: export.Header(), Columns: export.Columns(), Unread: export.Unread()})
	if err != nil {
		return nil, err
	}
	pages := planPages{ctx: ctx, to: j.Journal, run: run, file: file, copyOf: copyOf, refused: j.Again.Refused}
	defer pages.wait() // after an error too; the first one says why
	for read, err := range export.Rows() {
		if err != nil {
			return nil, err
		}
		if err := pages.add(read); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if err := pages.end(); err != nil {
		return nil, err
	}
	if err := j.Journal.Remark(ctx, file, export.Remarks()); err != nil {
		return nil, err
	}
	if in.rows != nil { // of the journal, not of a file
		return others, nil
	}
	if again, err := Sum(path); err != nil || again != sum {
		return nil, errors.Join(err, &orderfile.UnreadableError{Path: path, Cause: "the file changed while it was being read",
			Remedy: "wait until the export is complete and run the same command again"})
	}
	return others, nil
}

// Sum is the SHA-256 of a file, in hexadecimal digits.
func Sum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
