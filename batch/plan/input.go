package plan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/mapping/export"
	"voucherbul/mapping/orderfile"
)

// input is one file of a job: an export, the outcome of one, or the rows of an earlier run as the journal has them.
type input struct {
	path string
	contents
	sheets []string      // of an outcome: those that name their rows; nil = it is none
	rows   *journal.File // of an earlier run; nil = path is a file
}

// contents is what of a file decides which requests it becomes: two files with the same are copies.
type contents struct {
	sum       string            // SHA-256
	operation mapping.Operation // where the profile reads it from the file's name
}

// isResent reports that the rows of the input were in a run before.
func (in input) isResent() bool { return in.rows != nil || len(in.sheets) > 0 }

// inputs looks at what is to be sent.
func (p Plan) inputs(ctx context.Context) ([]input, error) {
	var inputs []input
	if p.Resend.Run != "" {
		files, err := p.Journal.Files(ctx, p.Resend.Run)
		if err != nil {
			return nil, err
		}
		for i, f := range files {
			in := input{path: p.Files[i], rows: &f}
			in.sum = f.SHA256
			inputs = append(inputs, in)
		}
		return inputs, nil
	}
	for _, path := range p.Files {
		in := input{path: path}
		var err error
		if in.sum, err = Sum(path); err != nil {
			return nil, err
		}
		if p.Profile != nil {
			in.operation = mapping.Operation(p.Profile.OperationOf(path))
		}
		if in.sheets, err = OutcomeSheets(path); err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// fingerprint names this command by what it sends: the contents of its files in their order, whatever they
// are called, and the settings that change a request.
func (p Plan) fingerprint(inputs []input) string {
	all := sha256.New()
	fmt.Fprint(all, p.Settings())
	if p.Resend.Run != "" || p.Resend.Refused {
		fmt.Fprintf(all, "again %s %t\n", p.Resend.Run, p.Resend.Refused) // the word stays: interrupted runs are found by it
	}
	for _, in := range inputs {
		fmt.Fprintln(all, in.sum, in.operation)
	}
	return hex.EncodeToString(all.Sum(nil))
}

// open opens an input.
func (p Plan) open(ctx context.Context, reading export.Reading, in input) (opened *export.Export, err error) {
	switch {
	case in.rows != nil:
		rows := &earlierRows{ctx: ctx, journal: p.Journal, file: *in.rows, header: in.rows.Header}
		for i := range in.rows.Rows {
			rows.chosen = append(rows.chosen, choice{place: i + 1})
		}
		opened, err = openEarlier(reading, rows)
	case len(in.sheets) > 0:
		var rows *earlierRows
		if rows, err = p.readOutcome(ctx, reading, in); err == nil {
			opened, err = openEarlier(reading, rows)
		}
	default:
		opened, err = reading.Open(in.path)
	}
	if u := (*orderfile.UnreadableError)(nil); in.isResent() && asUnreadable(err, &u) && u.Path == "" {
		u.Path = in.path
	}
	return opened, err
}
