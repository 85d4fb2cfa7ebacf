package office

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"voucherbul/mapping"
	"voucherbul/mapping/export"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/profile"
)

// sampleRows is how many rows a suggestion is made from: more of them prove nothing more.
const sampleRows = 20000

// SuggestOptions say for which export a profile is wanted.
type SuggestOptions struct {
	File  string
	Sheet string // of a workbook; "" = the first visible one with a header
}

// Suggest writes a first profile for an export, with the reason for every line, and returns its text. It looks at the first rows,
// hidden ones too: nothing is sent.
func (o Office) Suggest(ctx context.Context, opt SuggestOptions) ([]byte, error) {
	file, err := orderfile.Open(opt.File, orderfile.Options{Sheet: opt.Sheet, Hidden: orderfile.SendHidden, AnyHeader: true})
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
	text := profile.Suggest(filepath.Base(opt.File), file.Header(), cells, func(row, col int) bool { return rows[row].IsDate(col) }, o.catalogue())
	if opt.Sheet != "" {
		text = append(text, fmt.Sprintf("\nsheet: %q  # as it was asked for\n", opt.Sheet)...)
	}
	return text, nil
}

// ProfileOptions name an export and the profile that it is read with.
type ProfileOptions struct {
	File      string
	Profile   string            // its path
	Sheet     string            // of a workbook; "" = that of the profile
	Operation mapping.Operation // of rows without one; "" = they need one
}

// CheckedProfile is what a check of a profile says.
type CheckedProfile struct {
	Columns        int // of the export
	Unused         []string
	MissingColumns []string
	RivalColumns   []string // that mean what the profile takes from elsewhere
	MissingFields  []MissingField
}

// Whole reports whether every row has all that its request needs.
func (c CheckedProfile) Whole() bool {
	return len(c.MissingColumns)+len(c.RivalColumns)+len(c.MissingFields) == 0
}

// MissingField is a field that rows need, and that nothing feeds.
type MissingField struct {
	Field string
	Rows  map[mapping.Operation]int // that need it; "" = those without an operation
}

// CheckProfile names the columns of an export that a profile does not use, and what it does not find. A profile that cannot be
// read is a [profile.Error].
func (o Office) CheckProfile(ctx context.Context, opt ProfileOptions) (CheckedProfile, error) {
	zone, err := Italy()
	if err != nil {
		return CheckedProfile{}, err
	}
	p, err := readProfile(opt.Profile, o.catalogue())
	if err != nil {
		return CheckedProfile{}, err
	}
	file, err := orderfile.Open(opt.File, orderfile.Options{Sheet: cmp.Or(opt.Sheet, p.Sheet()), Hidden: orderfile.SendHidden, Claims: p.Claims, AnyHeader: true})
	if err != nil {
		return CheckedProfile{}, err
	}
	header := file.Header()
	if err := file.Close(); err != nil {
		return CheckedProfile{}, err
	}
	result := CheckedProfile{Columns: len(header), Unused: p.Unused(header)}
	for _, lack := range p.Lacks(header) {
		result.MissingColumns = append(result.MissingColumns, lack.Error())
	}
	if len(result.MissingColumns) == 0 { // else a rival may be the column that is meant
		for _, rival := range p.Rivals(header) {
			result.RivalColumns = append(result.RivalColumns, rival.Error())
		}
	}
	if result.Whole() {
		reading := export.Reading{Sheet: opt.Sheet, Profile: p, Mapper: mapping.Mapper{Operation: opt.Operation, Now: o.Now().In(zone), Keep: true, Catalogue: o.catalogue()}}
		result.MissingFields, err = missingFields(ctx, opt.File, reading)
	}
	return result, err
}

// missingFields reads every row as a check does, and lists the fields that its request needs and that nothing feeds.
func missingFields(ctx context.Context, path string, reading export.Reading) ([]MissingField, error) {
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
func neededOf(rows map[mapping.Operation]map[mapping.Kind]int, feeds func(field string) bool) []MissingField {
	missing := []MissingField{}
	note := func(name string, op mapping.Operation, n int) {
		i := slices.IndexFunc(missing, func(m MissingField) bool { return m.Field == name })
		if i < 0 {
			missing, i = append(missing, MissingField{name, map[mapping.Operation]int{}}), len(missing)
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
				note("codiceFiscale or partitaIva", op, n)
			}
			for _, f := range mapping.Fields() {
				needs := f.Required.Has(op, kind) || kind == "" && f.Required.Has(op, mapping.Famiglia) && f.Required.Has(op, mapping.Impresa)
				if needs && !feeds(f.Name) {
					note(f.Name, op, n)
				}
			}
		}
	}
	return missing
}
