// Package plan brings exports, corrected outcomes and rows of earlier runs into the journal, all of them before the first one is
// sent, and settles those that need not go: rows that break a rule, copies, and what earlier runs have sent.
//
// It must not send anything, nor plan a row twice: the same files and settings find the run that is not finished.
package plan

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping/export"
	"voucherbul/mapping/orderfile"
)

// Reading is how exports are read and judged.
type Reading = export.Reading

// Plan says what is to be planned, and how it is read.
type Plan struct {
	Files []string
	Reading
	Resend      Resend
	Journal     Journal
	Environment string           // where the run will be sent, as [journal.Run] calls it
	Rate        float64          // requests per second it will be allowed, 0 = unlimited
	Zone        *time.Location   // Italian time
	Now         func() time.Time // the clock
	Log         *slog.Logger
}

// Planned is a run whose rows are all in the journal. Whoever owns the journal may send it, by its ID: this process or another.
type Planned struct {
	Run         string
	Resumed     bool                // the same was planned before, and is not finished
	OtherSheets map[string][]string // by file: sheets that have orders too and are not read; empty where Resumed
}

// Make brings every row of every file into the journal, and sends nothing. The same files and settings again find their run
// there while it is not finished, and nothing is planned twice.
func (p Plan) Make(ctx context.Context) (Planned, error) {
	inputs, err := p.inputs(ctx)
	if err != nil {
		return Planned{}, err
	}
	fingerprint := p.fingerprint(inputs)
	if found, ok, err := p.Journal.Unfinished(ctx, fingerprint); err != nil || ok {
		return Planned{Run: found.ID, Resumed: ok}, err
	}
	now := p.Now().In(p.Zone)
	made := Planned{Run: newRunID(now), OtherSheets: map[string][]string{}}
	if err := p.Journal.Begin(ctx, journal.Run{ID: made.Run, Fingerprint: fingerprint, StartedAt: now, Environment: p.Environment, Rate: p.Rate}); err != nil {
		return Planned{}, err
	}
	for i, in := range inputs {
		copyOf := ""
		if first := slices.IndexFunc(inputs, func(other input) bool { return other.contents == in.contents }); first < i && !in.isResent() {
			copyOf = filepath.Base(inputs[first].path)
		}
		others, err := p.planFile(ctx, made.Run, in, copyOf)
		if err != nil {
			return Planned{}, err
		}
		if len(others) > 0 {
			made.OtherSheets[in.path] = others
		}
	}
	if err := p.settleOverlaps(ctx, made.Run, false); err != nil {
		return Planned{}, err
	}
	return made, p.Journal.Planned(ctx, made.Run, p.Now())
}

// Renew makes a run that was planned before ready to go on. What other runs have sent since decides anew where it was never
// begun; of one that was, each row finds that out when its turn comes.
func (p Plan) Renew(ctx context.Context, run string) error {
	if err := p.Journal.Resume(ctx, run); err != nil {
		return err
	}
	if err := p.settleSuperseded(ctx, run); err != nil {
		return err
	}
	begun, err := p.Journal.Begun(ctx, run)
	if err != nil || begun {
		return err
	}
	return p.settleOverlaps(ctx, run, true)
}

// planFile plans the rows of one file; copyOf is the file of the same run with the same contents, "" = none:
// two copies in a folder are one submission. It returns the sheets that have orders too and are not read.
func (p Plan) planFile(ctx context.Context, run string, in input, copyOf string) (others []string, err error) {
	reading := p.Reading
	reading.Mapper.Now = p.Now().In(p.Zone)
	opened, err := p.open(ctx, reading, in)
	if err != nil {
		return nil, err
	}
	path, sum := in.path, in.sum
	defer opened.Close() // nothing was written to it
	if others = opened.OtherSheets(); len(others) > 0 {
		p.Log.Warn("other sheets have orders too and are not read: give the file again with --sheet", "file", filepath.Base(path), "sheets", others)
	}
	whole, err := filepath.Abs(path) // the outcome may be written again from another folder
	if err != nil {
		return nil, err
	}
	file, err := p.Journal.AddFile(ctx, journal.File{ID: journal.FileID{Run: run}, Path: whole, SHA256: sum, Sheet: opened.Sheet(), Header: opened.Header(), Columns: opened.Columns(), Unread: opened.Unread()})
	if err != nil {
		return nil, err
	}
	pages := planPages{ctx: ctx, to: p.Journal, file: file, copyOf: copyOf, refused: p.Resend.Refused}
	defer pages.wait() // after an error too; the first one says why
	for read, err := range opened.Rows() {
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
	if err := p.Journal.Remark(ctx, file, opened.Remarks()); err != nil {
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

// newRunID is readable and sorts by time; the letters keep apart what starts within one second.
func newRunID(at time.Time) string {
	return at.Format("20060102-150405") + "-" + strings.ToLower(rand.Text()[:4])
}
