package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/batch"
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/profile"
	"voucherbul/report"
)

// sampleRows is how many rows a suggestion is made from: more of them prove nothing more.
const sampleRows = 20000

func newProfileCommand(std streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "profile",
		Short: "Say what the columns of a foreign export are",
		Long:  "A profile says which column of a foreign export is which field, and how its values and dates are written.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{errors.New("profile needs one of suggest and check")}
		},
	}
	c.AddCommand(newProfileSuggestCommand(std), newProfileCheckCommand(std))
	return c
}

// oneFile is the argument of both commands.
func oneFile(c *cobra.Command, args []string) error {
	if err := cobra.ExactArgs(1)(c, args); err != nil {
		return usageError{err}
	}
	return nil
}

func newProfileSuggestCommand(std streams) *cobra.Command {
	var sheet, output string
	c := &cobra.Command{
		Use:   "suggest FILE",
		Short: "Write a first profile for an export, with the reason for every line",
		Args:  oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			text, err := suggest(c.Context(), args[0], sheet)
			if err != nil {
				return err
			}
			if output == "" {
				_, err = std.out.Write(text)
				return err
			}
			return writeNew(output, text)
		},
	}
	c.Flags().StringVar(&sheet, "sheet", "", "sheet of the workbook (default: the first visible one with a header)")
	c.Flags().StringVar(&output, "output", "", "file to write (default: the standard output)")
	return c
}

// writeNew writes a file that is not there yet: a profile that was worked on must not be lost.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &report.WriteError{Path: path, Err: errors.New("it is there already: choose another name with --output")}
	}
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return &report.WriteError{Path: path, Err: err}
	}
	return nil
}

// suggest looks at the first rows of an export, hidden ones too: nothing is sent.
func suggest(ctx context.Context, path, sheet string) ([]byte, error) {
	file, err := orderfile.Open(path, orderfile.Options{Sheet: sheet, Hidden: orderfile.SendHidden, AnyHeader: true})
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var rows []orderfile.Row
	var cells [][]string
	for len(rows) < sampleRows && ctx.Err() == nil {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if row.Skipped == "" {
			rows, cells = append(rows, row), append(cells, row.Cells)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	text := profile.Suggest(filepath.Base(path), file.Header(), cells, func(row, col int) bool { return rows[row].IsDate(col) })
	if sheet != "" {
		text = append(text, fmt.Sprintf("\nsheet: %q  # as it was asked for\n", sheet)...)
	}
	return text, nil
}

func newProfileCheckCommand(std streams) *cobra.Command {
	o := profileCheck{std: std, now: time.Now}
	c := &cobra.Command{
		Use:   "check FILE --profile PROFILE",
		Short: "Name the columns that a profile does not use, and what it does not find",
		Args:  oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			if o.profile == "" {
				return usageError{errors.New("profile check needs --profile")}
			}
			o.file = args[0]
			return o.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVar(&o.profile, "profile", "", "the profile")
	f.StringVar(&o.sheet, "sheet", "", "sheet of the workbook (default: that of the profile)")
	f.StringVar(&o.operation, "operation", "", "operation of rows without one")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	return c
}

// profileCheck is everything that `voucherbul profile check` needs.
type profileCheck struct {
	std       streams
	file      string
	profile   string
	sheet     string
	operation string
	json      bool
	now       func() time.Time
}

// profileResult is what a check of a profile says.
type profileResult struct {
	Schema         int            `json:"schema"`
	File           string         `json:"file"`
	Profile        string         `json:"profile"`
	Columns        int            `json:"columns"`
	Unused         []string       `json:"unused"`
	MissingColumns []string       `json:"missing_columns"`
	RivalColumns   []string       `json:"rival_columns"` // that mean what the profile takes from elsewhere
	MissingFields  []missingField `json:"missing_fields"`
	Exit           int            `json:"exit"`
}

type missingField struct {
	Field string         `json:"field"`
	Rows  map[string]int `json:"rows"` // that need it, by operation
}

func (o profileCheck) run(ctx context.Context) error {
	operation, err := operationOption(o.operation)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return err
	}
	p, err := readProfile(o.profile)
	if err != nil {
		return err
	}
	file, err := orderfile.Open(o.file, orderfile.Options{Sheet: cmp.Or(o.sheet, p.Sheet()), Hidden: orderfile.SendHidden, Claims: p.Claims, AnyHeader: true})
	if err != nil {
		return err
	}
	header := file.Header()
	if err := file.Close(); err != nil {
		return err
	}
	result := profileResult{Schema: 1, File: o.file, Profile: o.profile, Columns: len(header), Unused: append([]string{}, p.Unused(header)...),
		MissingColumns: []string{}, RivalColumns: []string{}, MissingFields: []missingField{}}
	for _, lack := range p.Lacks(header) {
		result.MissingColumns = append(result.MissingColumns, lack.Error())
	}
	if len(result.MissingColumns) == 0 { // else a rival may be the column that is meant
		for _, rival := range p.Rivals(header) {
			result.RivalColumns = append(result.RivalColumns, rival.Error())
		}
	}
	if len(result.MissingColumns)+len(result.RivalColumns) == 0 {
		reading := batch.Reading{Sheet: o.sheet, Profile: p, Mapper: mapping.Mapper{Operation: operation, Now: o.now().In(zone), Keep: true}}
		if result.MissingFields, err = missingFields(ctx, o.file, reading); err != nil {
			return err
		}
	}
	if len(result.MissingColumns)+len(result.RivalColumns)+len(result.MissingFields) > 0 {
		result.Exit = exitRejected
	}
	if err := o.print(result); err != nil {
		return err
	}
	if result.Exit != exitOK {
		return finished{result.Exit}
	}
	return nil
}

// missingFields reads every row as a check does, and lists the fields that its request needs and that nothing feeds.
func missingFields(ctx context.Context, path string, reading batch.Reading) ([]missingField, error) {
	export, err := reading.Open(path)
	if err != nil {
		return nil, err
	}
	fields := mapping.Fields()
	rows := map[mapping.Operation]map[mapping.Kind]int{}
	for row, err := range export.Rows() {
		if err := cmp.Or(ctx.Err(), err); err != nil {
			return nil, err
		}
		if row.Skipped != "" {
			continue
		}
		var order mapping.Order
		for i, value := range row.Values {
			fields[i].Set(&order, value)
		}
		if rows[row.Operation] == nil {
			rows[row.Operation] = map[mapping.Kind]int{}
		}
		rows[row.Operation][mapping.KindOf(&order)]++
	}
	return neededOf(rows, export.Feeds), nil
}

// neededOf lists what the rows need and nothing feeds. A row without a beneficiary needs what both kinds need.
func neededOf(rows map[mapping.Operation]map[mapping.Kind]int, feeds func(field string) bool) []missingField {
	missing := []missingField{}
	note := func(name, op string, n int) {
		i := slices.IndexFunc(missing, func(m missingField) bool { return m.Field == name })
		if i < 0 {
			missing, i = append(missing, missingField{name, map[string]int{}}), len(missing)
		}
		missing[i].Rows[op] += n
	}
	noBeneficiary := !feeds("codiceFiscale") && !feeds("partitaIva")
	for _, op := range append(mapping.Operations(), "") {
		for _, kind := range []mapping.Kind{mapping.Famiglia, mapping.Impresa, ""} {
			n := rows[op][kind]
			if n == 0 {
				continue
			}
			if op == "" && !feeds("operazione") {
				note("operazione", "", n)
			}
			if noBeneficiary {
				note("codiceFiscale or partitaIva", string(op), n)
			}
			for _, f := range mapping.Fields() {
				needs := f.Required.Has(op, kind) || kind == "" && f.Required.Has(op, mapping.Famiglia) && f.Required.Has(op, mapping.Impresa)
				if needs && !feeds(f.Name) {
					note(f.Name, string(op), n)
				}
			}
		}
	}
	return missing
}

func (o profileCheck) print(r profileResult) error {
	if o.json {
		return json.NewEncoder(o.std.out).Encode(r)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s with %s: %d columns, %d of them not used\n", r.File, r.Profile, r.Columns, len(r.Unused))
	for _, column := range r.Unused {
		fmt.Fprintf(&out, "  not used: %q\n", column)
	}
	for _, column := range r.MissingColumns {
		fmt.Fprintf(&out, "  missing: %s\n", column)
	}
	for _, column := range r.RivalColumns {
		fmt.Fprintf(&out, "  unclear: %s\n", column)
	}
	for _, f := range r.MissingFields {
		var needed []string
		for _, op := range append(mapping.Operations(), "") {
			if n := f.Rows[string(op)]; n > 0 {
				needed = append(needed, fmt.Sprintf("%s of %s", rows(n), cmp.Or(string(op), "no operation")))
			}
		}
		fmt.Fprintf(&out, "  missing: %s, needed by %s\n", f.Field, strings.Join(needed, ", "))
	}
	if r.Exit == exitOK {
		fmt.Fprintln(&out, "  nothing is missing")
	}
	_, err := io.WriteString(o.std.out, out.String())
	return err
}
