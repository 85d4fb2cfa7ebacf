package orderfile

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/ourfile"
)

// searchRows is how many rows that are not blank are looked at to find the header below titles.
const searchRows = 20

// beginning is the first rows of a source that are not blank.
type beginning struct {
	rows   []grid.Record
	header int // index of the row with the most known columns, the first of them
	known  int // how many they are
}

// findTable reads up to the header and understands it. It returns nil where no row has a known column.
func findTable(s grid.Source, o Options) (*table, error) {
	found, err := lookForHeader(s, o)
	if err != nil || found.known == 0 {
		return nil, err
	}
	return found.table(s, o)
}

func lookForHeader(s grid.Source, o Options) (beginning, error) {
	if len(o.titles) > 0 {
		return lookForTitles(s, o.titles)
	}
	var b beginning
	for {
		r, err := b.take(s)
		if err == io.EOF {
			break
		}
		if err != nil {
			return b, err
		}
		// One known word among others is a title, or a summary; and words of an order may be headers elsewhere.
		n := known(r.Cells, o.Claims)
		if n > b.known && (n > 1 || len(b.rows) == 1 || filled(r.Cells) == 1) && !hasBeneficiary(r.Cells) {
			b.header, b.known = len(b.rows)-1, n
		}
	}
	if o.AnyHeader && b.known < 2 {
		b.guess()
	}
	return b, nil
}

// take reads the next row that is not blank. After searchRows of them it gives io.EOF.
func (b *beginning) take(s grid.Source) (grid.Record, error) {
	if len(b.rows) == searchRows {
		return grid.Record{}, io.EOF
	}
	for {
		r, err := s.Next()
		if err != nil {
			return grid.Record{}, err
		}
		if !r.IsBlank() {
			r.Cells = slices.Clone(r.Cells)
			b.rows = append(b.rows, r)
			return r, nil
		}
	}
}

// guess takes the first row with the most names for the header.
func (b *beginning) guess() {
	most := 0
	for i, r := range b.rows {
		n := 0
		for _, cell := range r.Cells {
			if isTitle(cell) {
				n++
			}
		}
		if n > most {
			b.header, b.known, most = i, n, n
		}
	}
}

// isTitle is a text that can name a column: codes, numbers and addresses of people are values.
func isTitle(cell string) bool {
	letters, digits := 0, 0
	for _, r := range cell {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case r == '@':
			return false
		}
	}
	return letters > 0 && digits < 3
}

// hasBeneficiary reports whether a cell is a right codice fiscale or partita IVA.
func hasBeneficiary(cells []string) bool {
	return slices.ContainsFunc(cells, func(cell string) bool {
		cell = strings.ToUpper(strings.TrimSpace(cell))
		return mapping.ValidCodiceFiscale(cell) || mapping.ValidPartitaIva(cell)
	})
}

// hasOrders reports whether the rows are a table of orders, and not a legend or a summary with one word of a
// header: so many columns are known, or there is a beneficiary below it.
func (b beginning) hasOrders(columns int) bool {
	if b.known == 0 || len(b.rows) == b.header+1 {
		return false
	}
	return b.known >= columns || slices.ContainsFunc(b.rows[b.header+1:], func(r grid.Record) bool { return hasBeneficiary(r.Cells) })
}

// How many known columns make a table of orders: one to be read, and one to be missed where it is not read.
const (
	ordersToRead = 2
	ordersToMiss = 3
)

// table understands the header. An order above it would be lost: that is refused.
func (b beginning) table(s grid.Source, o Options) (*table, error) {
	t := &table{source: s, header: b.rows[b.header], above: b.rows[:b.header], ahead: b.rows[b.header+1:], asIs: len(o.titles) > 0}
	if !t.asIs {
		if err := t.checkAbove(o); err != nil {
			return nil, err
		}
	}
	var err error
	if t.columns, err = readHeader(t.header.Cells, o); err != nil {
		return nil, grid.AtLine(t.header.Number, err)
	}
	t.verdicts = ourfile.FindCheckColumns(t.columns.header)
	for _, header := range t.columns.header {
		t.keys = append(t.keys, mapping.HeaderKey(header))
	}
	return t, nil
}

// checkAbove refuses an order among the titles.
func (t *table) checkAbove(o Options) error {
	headers := 0
	for _, r := range t.above {
		// Below a header of its own a row of several values is an order, be it right or not.
		if isOrder(r.Cells, headers > 0, o.Claims) || headers > 0 && filled(r.Cells) > 1 && known(r.Cells, o.Claims) < 2 {
			return &UnreadableError{Line: r.Number, Cause: fmt.Sprintf("an order stands above the header, which is row %d", t.header.Number),
				Remedy: "move the header above all orders, and leave one header in the file"}
		}
		if known(r.Cells, o.Claims) > 1 && !slices.ContainsFunc(r.Cells, isLabel) {
			headers++
		}
	}
	return nil
}

// isOrder tells an order above the header from a title: an order names a person, or an enterprise and more than the label of
// that number ("P. IVA | 01234567897" is about the operator). Below a row that may be a header of its own a number that has
// lost its zeros is enough.
func isOrder(cells []string, belowHeader bool, claims Claims) bool {
	enterprise, others := false, 0
	for _, cell := range cells {
		text := strings.ToUpper(strings.TrimSpace(cell))
		switch {
		case text == "":
		case mapping.ValidCodiceFiscale(text):
			return true
		case mapping.ValidPartitaIva(text), belowHeader && len(text) >= 8 && mapping.ValidPartitaIva(strings.Repeat("0", max(0, 11-len(text)))+text):
			enterprise = true
		case !isLabel(text) && len(claims(cell)) == 0:
			others++
		}
	}
	return enterprise && (others > 0 || belowHeader)
}

// isLabel tells the name before a value of a title ("Offerta: | FTTH 100") from that of a column.
func isLabel(cell string) bool { return strings.HasSuffix(strings.TrimSpace(cell), ":") }

// filled counts the cells that have a text.
func filled(cells []string) int {
	n := 0
	for _, cell := range cells {
		if !grid.IsBlank(cell) {
			n++
		}
	}
	return n
}
