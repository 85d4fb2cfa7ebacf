package orderfile

import (
	"regexp"
	"slices"
	"strings"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
)

// table is a source from its header on: it knows which rows are titles, totals or repeated headers.
type table struct {
	source   grid.Source
	columns  columns
	header   grid.Record
	above    []grid.Record // titles
	ahead    []grid.Record // below the header, read while looking for it
	keys     []string      // of the header
	asIs     bool          // whoever asked for it judges the rows
	verdicts int           // column of the verdicts of an earlier check; -1 = none
	others   []string      // visible sheets with orders that are not read
}

// next gives the next row below the header, blank ones too.
func (t *table) next() (grid.Record, error) {
	if len(t.ahead) > 0 {
		r := t.ahead[0]
		t.ahead = t.ahead[1:]
		return r, nil
	}
	return t.source.Next()
}

// Why a row is no order, as the clerk reads it.
const (
	skipTotal  = "riga di totale: non è un ordine"
	skipHeader = "intestazione ripetuta: non è un ordine"
	skipHidden = "riga nascosta nel foglio: non inviata (--hidden skip)"
)

// skipped says why a row is no order; "" where it is one.
func (t *table) skipped(r grid.Record) string {
	if t.asIs {
		return ""
	}
	if reason := t.skippedBefore(r); reason != "" {
		return reason
	}
	switch {
	case t.isHeaderAgain(r):
		return skipHeader
	case r.Total && !hasBeneficiary(r.Cells), t.isTotal(r):
		return skipTotal
	}
	return ""
}

func (t *table) isHeaderAgain(r grid.Record) bool {
	if grid.Width(r.Cells) > len(t.keys) {
		return false
	}
	for i, key := range t.keys {
		if i >= len(r.Cells) && key != "" || i < len(r.Cells) && mapping.HeaderKey(r.Cells[i]) != key {
			return false
		}
	}
	return true
}

// totalLabel begins the text of a row that sums up others.
var totalLabel = regexp.MustCompile(`(?i)^\s*(tot\.?|total[ei]?|totali|subtotal[ei]?|sub-totale|somma|conteggio|num(ero|\.)? (righe|ordini|record|pratiche)|n[.°]? (righe|ordini|record|pratiche)|righe totali)\b`)

// isTotal knows a total that no table declares: its first text says so, it names no beneficiary but may count them, and
// all else in it are numbers. Such a row could never be sent. This only gives the clerk the right reason.
func (t *table) isTotal(r grid.Record) bool {
	label := slices.IndexFunc(r.Cells, func(cell string) bool { return !grid.IsBlank(cell) })
	if label < 0 || !totalLabel.MatchString(r.Cells[label]) {
		return false
	}
	for i, cell := range r.Cells {
		if i == label || grid.IsBlank(cell) {
			continue
		}
		if !isAmount(cell) || t.columns.names(i) && len(cell) > longestCount {
			return false
		}
	}
	return true
}

// longestCount is the number of digits of a count of orders; a partita IVA that has lost its zeros has more.
const longestCount = 6

// isAmount is a number as a sum may be written, or a sum that was not computed. A long one without separators is a
// telephone number, or a code.
func isAmount(cell string) bool {
	if strings.HasPrefix(cell, "#") {
		return true
	}
	return strings.Trim(cell, "0123456789., €%\u00a0-+") == "" && (len(cell) < 9 || strings.ContainsAny(cell, ".,€"))
}
