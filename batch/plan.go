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
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
)

// planPage is how many rows go into the journal with one commit.
const planPage = 2000

// plan brings every row of every file into the journal before the first one is sent. The same command after
// an interruption finds its run there and plans nothing again.
func (j Job) plan(ctx context.Context) (run string, resumed bool, err error) {
	fingerprint, files, err := j.fingerprint()
	if err != nil {
		return "", false, err
	}
	if err := j.recover(ctx); err != nil {
		return "", false, err
	}
	if found, ok, err := j.Journal.Unfinished(ctx, fingerprint); err != nil {
		return "", false, err
	} else if ok {
		return found.ID, true, j.Journal.Resume(ctx, found.ID)
	}
	now := j.Now().In(j.Zone)
	run = newRunID(now)
	if err := j.Journal.Begin(ctx, journal.Run{ID: run, Fingerprint: fingerprint, StartedAt: now}); err != nil {
		return "", false, err
	}
	for i, path := range j.Files {
		copyOf := ""
		if first := slices.Index(files, files[i]); first < i {
			copyOf = filepath.Base(j.Files[first])
		}
		if err := j.planFile(ctx, run, path, files[i].sum, copyOf); err != nil {
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
func (j Job) planFile(ctx context.Context, run, path, sum, copyOf string) error {
	reading := j.Reading
	reading.Mapper.Now = j.Now().In(j.Zone)
	export, err := reading.Open(path)
	if err != nil {
		return err
	}
	defer export.Close() // nothing was written to it
	if others := export.OtherSheets(); len(others) > 0 {
		j.Log.Warn("other sheets have orders too and are not read: give the file again with --sheet", "file", filepath.Base(path), "sheets", others)
	}
	whole, err := filepath.Abs(path) // the outcome may be written again from another folder
	if err != nil {
		return err
	}
	file, err := j.Journal.AddFile(ctx, journal.File{Run: run, Path: whole, SHA256: sum, Header: export.Header(), Unread: export.Unread()})
	if err != nil {
		return err
	}
	pages := planPages{ctx: ctx, to: j.Journal}
	defer pages.wait() // after an error too; the first one says why
	for read, err := range export.Rows() {
		if err != nil {
			return err
		}
		row, err := read.planned()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		row.Run, row.File = run, file
		if copyOf != "" && row.State == journal.Planned {
			row.State = journal.Already
			row.Outcome = journal.Outcome{Class: string(platform.GiaFatto), Reason: journal.ReasonCopy,
				Descrizione: fmt.Sprintf("Il file è una copia di %s: la riga è inviata da lì.", copyOf),
				Advice:      fmt.Sprintf("L'esito è quello di %s: leggere quel file.", copyOf)}
		}
		if err := pages.add(row); err != nil {
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
	if again, err := Sum(path); err != nil || again != sum {
		return errors.Join(err, &orderfile.UnreadableError{Path: path, Cause: "the file changed while it was being read",
			Remedy: "wait until the export is complete and run the same command again"})
	}
	return nil
}

// planPages brings rows into the journal, a page at a time, while the next page is being read.
type planPages struct {
	ctx     context.Context // of the plan, whose goroutine it shares
	to      planJournal
	page    []journal.Row
	spare   []journal.Row // of the page before, to be used again
	pending chan error    // of the page on its way; nil = none is
}

func (p *planPages) add(row journal.Row) error {
	if p.page = append(p.page, row); len(p.page) < planPage {
		return nil
	}
	return p.write()
}

// write waits for the page before, and sends this one on its way.
func (p *planPages) write() error {
	if err := p.wait(); err != nil {
		return err
	}
	page, done := p.page, make(chan error, 1)
	p.page, p.spare, p.pending = p.spare[:0], page, done
	go func() { done <- p.to.Plan(p.ctx, page) }()
	return nil
}

// wait waits for the page on its way.
func (p *planPages) wait() error {
	if p.pending == nil {
		return nil
	}
	err := <-p.pending
	p.pending = nil
	return err
}

// end writes what is left.
func (p *planPages) end() error {
	if err := p.write(); err != nil {
		return err
	}
	return p.wait()
}

// contents is what of a file decides which requests it becomes: two files with the same are copies.
type contents struct {
	sum       string            // SHA-256
	operation mapping.Operation // where the profile reads it from the file's name
}

// fingerprint names this command by what it sends: the contents of its files in their order, whatever they
// are called, and the settings that change a request. It also returns the contents of each file.
func (j Job) fingerprint() (fingerprint string, files []contents, err error) {
	all := sha256.New()
	fmt.Fprint(all, j.Settings())
	for _, path := range j.Files {
		sum, err := Sum(path)
		if err != nil {
			return "", nil, err
		}
		file := contents{sum: sum}
		if j.Profile != nil {
			file.operation = mapping.Operation(j.Profile.OperationOf(path))
		}
		files = append(files, file)
		fmt.Fprintln(all, file.sum, file.operation)
	}
	return hex.EncodeToString(all.Sum(nil)), files, nil
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

// remedies tells a clerk what to do with a row that breaks our rules, column by column.
func remedies(problems []mapping.Problem) string {
	var lines []string
	for _, p := range problems {
		if p.Severity == mapping.Blocks {
			lines = append(lines, p.Column+": "+p.Remedy+".")
		}
	}
	return strings.Join(append(lines, "Poi inviare di nuovo la riga."), "\n")
}

// planned is what the journal keeps of a row before anything is sent.
func (r Row) planned() (journal.Row, error) {
	planned := journal.Row{Number: r.Number, Cells: r.Cells, Operation: r.Operation, Beneficiario: r.Beneficiario,
		Problems: r.Problems, Corrections: r.Corrections, State: journal.Planned}
	if r.Skipped != "" {
		planned.State, planned.Descrizione, planned.Reason = journal.Skipped, r.Skipped, "no order"
		return planned, nil
	}
	if r.Blocked() {
		planned.State = journal.Invalid
		planned.Advice = remedies(r.Problems)
		planned.Reason = "a rule of ours"
		return planned, nil
	}
	canonical, err := mapping.Canonical(r.Request)
	if err != nil {
		return journal.Row{}, fmt.Errorf("row %d: %w", r.Number, err)
	}
	planned.Request = canonical
	planned.Key = mapping.Key(r.Operation, r.Beneficiario, canonical)
	return planned, nil
}
