package orderfile

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"voucherbul/mapping"
)

// searchRows is how many rows that are not blank are looked at to find the header below titles.
const searchRows = 20

// table is a source from its header on: it knows which rows are titles, totals or repeated headers.
type table struct {
	source   source
	columns  columns
	header   record
	above    []record // titles
	ahead    []record // below the header, read while looking for it
	keys     []string // of the header
	verdicts int      // column of the verdicts of an earlier check; -1 = none
}

// findTable reads up to the header and understands it. It returns nil where no row has a known column.
func findTable(s source, o Options) (*table, error) {
	found, err := lookForHeader(s, o)
	if err != nil || found.known == 0 {
		return nil, err
	}
	return found.table(s, o)
}

// beginning is the first rows of a source that are not blank.
type beginning struct {
	rows   []record
	header int // index of the row with the most known columns, the first of them
	known  int // how many they are
}

func lookForHeader(s source, o Options) (beginning, error) {
	var b beginning
	for len(b.rows) < searchRows {
		r, err := s.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return b, err
		}
		if r.isBlank() {
			continue
		}
		r.cells = slices.Clone(r.cells)
		b.rows = append(b.rows, r)
		if n := known(r.cells, o.Claims); n > b.known && (n > 1 || len(b.rows) == 1 || filled(r.cells) == 1) {
			b.header, b.known = len(b.rows)-1, n // one known word among others is a title, or a summary
		}
	}
	if o.AnyHeader && b.known < 2 {
		b.guess()
	}
	return b, nil
}

// guess takes the first row with the most names for the header.
func (b *beginning) guess() {
	most := 0
	for i, r := range b.rows {
		n := 0
		for _, cell := range r.cells {
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

// filled counts the cells that have a text.
func filled(cells []string) int {
	n := 0
	for _, cell := range cells {
		if !isBlank(cell) {
			n++
		}
	}
	return n
}

// table understands the header. An order above it would be lost: that is refused.
func (b beginning) table(s source, o Options) (*table, error) {
	t := &table{source: s, header: b.rows[b.header], above: b.rows[:b.header], ahead: b.rows[b.header+1:]}
	for _, r := range t.above {
		for _, cell := range r.cells {
			if mapping.ValidCodiceFiscale(strings.ToUpper(strings.TrimSpace(cell))) {
				return nil, &UnreadableError{Line: r.number, Cause: fmt.Sprintf("an order stands above the header, which is row %d", t.header.number),
					Remedy: "move the header above all orders, and leave one header in the file"}
			}
		}
	}
	var err error
	if t.columns, err = readHeader(t.header.cells, o); err != nil {
		return nil, atLine(t.header.number, err)
	}
	t.verdicts = verdictColumn(t.columns.header)
	for _, header := range t.columns.header {
		t.keys = append(t.keys, mapping.HeaderKey(header))
	}
	return t, nil
}

// next gives the next row below the header, blank ones too.
func (t *table) next() (record, error) {
	if len(t.ahead) > 0 {
		r := t.ahead[0]
		t.ahead = t.ahead[1:]
		return r, nil
	}
	return t.source.next()
}

// Why a row is no order, as the clerk reads it.
const (
	skipTotal  = "riga di totale: non è un ordine"
	skipHeader = "intestazione ripetuta: non è un ordine"
	skipHidden = "riga nascosta nel foglio: non inviata (--hidden skip)"
)

// skipped says why a row is no order; "" where it is one.
func (t *table) skipped(r record) string {
	if reason := t.skippedBefore(r); reason != "" {
		return reason
	}
	switch {
	case t.isHeaderAgain(r):
		return skipHeader
	case r.total || t.isTotal(r):
		return skipTotal
	}
	return ""
}

func (t *table) isHeaderAgain(r record) bool {
	if width(r.cells) > len(t.keys) {
		return false
	}
	for i, key := range t.keys {
		if i >= len(r.cells) && key != "" || i < len(r.cells) && mapping.HeaderKey(r.cells[i]) != key {
			return false
		}
	}
	return true
}

// totalLabel begins the text of a row that sums up others.
var totalLabel = regexp.MustCompile(`(?i)^\s*(tot\.?|total[ei]?|totali|subtotal[ei]?|sub-totale|somma|conteggio|num(ero|\.)? (righe|ordini|record|pratiche)|n[.°]? (righe|ordini|record|pratiche)|righe totali)\b`)

// isTotal knows a total that no table declares: its first text says so, it names no beneficiary, and all else
// in it are numbers. Such a row could never be sent; it is only called by its name.
func (t *table) isTotal(r record) bool {
	label := slices.IndexFunc(r.cells, func(cell string) bool { return !isBlank(cell) })
	if label < 0 || !totalLabel.MatchString(r.cells[label]) {
		return false
	}
	for i, cell := range r.cells {
		if i == label || isBlank(cell) {
			continue
		}
		if !isAmount(cell) || t.columns.names(i) {
			return false
		}
	}
	return true
}

// isAmount is a number as a sum may be written.
func isAmount(cell string) bool {
	return strings.Trim(cell, "0123456789., €%\u00a0-+") == ""
}
