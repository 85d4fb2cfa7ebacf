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

// plan brings every row of every file into the journal before the first one is sent. The same command after
// an interruption finds its run there and plans nothing again.
func (j Job) plan(ctx context.Context) (run string, resumed bool, err error) {
	inputs, err := j.inputs(ctx)
	if err != nil {
		return "", false, err
	}
	fingerprint := j.fingerprint(inputs)
	if found, ok, err := j.Journal.Unfinished(ctx, fingerprint); err != nil {
		return "", false, err
	} else if ok {
		if err := j.Journal.Resume(ctx, found.ID); err != nil {
			return "", false, err
		}
		return found.ID, true, j.settleTakenUp(ctx, found.ID)
	}
	now := j.Now().In(j.Zone)
	run = newRunID(now)
	if err := j.Journal.Begin(ctx, journal.Run{ID: run, Fingerprint: fingerprint, StartedAt: now, Environment: j.Environment, Rate: j.Config.Pace.Rate}); err != nil {
		return "", false, err
	}
	for i, in := range inputs {
		copyOf := ""
		if first := slices.IndexFunc(inputs, func(other input) bool { return other.contents == in.contents }); first < i && !in.again() {
			copyOf = filepath.Base(inputs[first].path)
		}
		if err := j.planFile(ctx, run, in, copyOf); err != nil {
			return "", false, err
		}
	}
	if err := j.settleOverlaps(ctx, run); err != nil {
		return "", false, err
	}
	return run, false, j.Journal.Planned(ctx, run, j.Now())
}

// planFile plans the rows of one file; copyOf is the file of the same run with the same contents, "" = none:
// two copies in a folder are one submission.
func (j Job) planFile(ctx context.Context, run string, in input, copyOf string) error {
	reading := j.Reading
	reading.Mapper.Now = j.Now().In(j.Zone)
	export, err := j.open(ctx, reading, in)
	if err != nil {
		return err
	}
	path, sum := in.path, in.sum
	defer export.Close() // nothing was written to it
	if others := export.OtherSheets(); len(others) > 0 {
		j.Log.Warn("other sheets have orders too and are not read: give the file again with --sheet", "file", filepath.Base(path), "sheets", others)
	}
	whole, err := filepath.Abs(path) // the outcome may be written again from another folder
	if err != nil {
		return err
	}
	file, err := j.Journal.AddFile(ctx, journal.File{Run: run, Path: whole, SHA256: sum, Sheet: export.Sheet(), Header: export.Header(), Columns: export.Columns(), Unread: export.Unread()})
	if err != nil {
		return err
	}
	pages := planPages{ctx: ctx, to: j.Journal, run: run, file: file, copyOf: copyOf, refused: j.Again.Refused}
	defer pages.wait() // after an error too; the first one says why
	for read, err := range export.Rows() {
		if err != nil {
			return err
		}
		if err := pages.add(read); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := pages.end(); err != nil {
		return err
	}
	if err := j.Journal.Remark(ctx, file, export.Remarks()); err != nil {
		return err
	}
	if in.rows != nil { // of the journal, not of a file
		return nil
	}
	if again, err := Sum(path); err != nil || again != sum {
		return errors.Join(err, &orderfile.UnreadableError{Path: path, Cause: "the file changed while it was being read",
			Remedy: "wait until the export is complete and run the same command again"})
	}
	return nil
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
