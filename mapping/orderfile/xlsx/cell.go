package xlsx

import (
	"fmt"

	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/orderfile/xmltoken"
)

// noCachedValue is what a formula shows that was never computed. An empty cell would hide that there is no value to send.
// Package mapping reports this one as an error of the sheet.
const noCachedValue = "#VALORE!"

// cell is what is stored of one cell. Its texts are buffers of the sheet.
type cell struct {
	column int
	kind   cellKind
	format int    // index of the cell format, -1 = it is no number
	value  []byte // of v
	inline []byte // of is
	parts  cellPart
}

// cellPart is a set of the elements that a cell has.
type cellPart uint8

const (
	hasValue cellPart = 1 << iota
	hasInline
	hasFormula
)

// cellKind is the type of a cell (ST_CellType, ECMA-376 part 1, 18.18.11).
type cellKind uint8

const (
	numberCell cellKind = iota // the default
	sharedCell
	inlineCell
	stringCell
	errorCell
	boolCell
	dateCell
	unknownCell
)

func kindOf(attr []byte) cellKind {
	switch string(attr) {
	case "s":
		return sharedCell
	case "n":
		return numberCell
	case "inlineStr":
		return inlineCell
	case "str":
		return stringCell
	case "e":
		return errorCell
	case "b":
		return boolCell
	case "d":
		return dateCell
	}
	return unknownCell
}

// readCell reads the current element, a c, which comes after the given column.
func (s *Sheet) readCell(e element, after int) error {
	c := &s.cell
	*c = cell{column: after + 1, value: c.value[:0], inline: c.inline[:0]}
	for _, a := range e.tag.Attrs { // now: they go with the next token
		if a.Prefix != nil || len(a.Name) != 1 {
			continue
		}
		switch a.Name[0] {
		case 'r':
			column, row, ok := parseReference(a.Value)
			if !ok || row != s.row {
				return s.damage(s.row, "a cell of the row has the name %.20q", a.Value)
			}
			if column <= after {
				return s.damage(s.row, "cell %s comes after a cell of column %s", a.Value, ColumnLetters(after))
			}
			c.column = column
		case 's':
			n, digits := wholeNumber(a.Value)
			if !digits {
				n = -1
			}
			c.format = n
		case 't':
			c.kind = kindOf(a.Value)
		}
	}
	for {
		e, ok, err := s.xml.child()
		if err != nil {
			return err
		}
		if !ok {
			return nil
		}
		had := c.parts
		switch string(e.name) {
		case "v":
			c.parts |= hasValue
			c.value, err = s.xml.content(c.value)
		case "is":
			c.parts |= hasInline
			c.inline, err = s.xml.richText(c.inline)
		case "f":
			c.parts |= hasFormula
			err = s.xml.skip()
		case "extLst":
			had = 0
			err = s.xml.pass(e)
		default:
			had = 0
			err = s.xml.alien(e)
		}
		if err != nil {
			return err
		}
		if had != 0 && had == c.parts {
			return s.damage(s.row, "cell %s%d has two values", ColumnLetters(c.column), s.row)
		}
	}
}

// put adds the cell that was read to the right of the others: its value as a person would read it.
// Blank cells only have a format, and may stand anywhere.
func (s *Sheet) put(r *grid.Record) error {
	c := &s.cell
	from := len(s.texts)
	shared, date, fault := s.text(c)
	if fault != "" {
		return s.damage(s.row, "cell %s%d %s", ColumnLetters(c.column), s.row, fault)
	}
	own := s.texts[from:]
	if len(shared) == 0 && len(own) == 0 {
		return nil
	}
	if s.size += len(shared) + len(own); s.size > maxRow {
		return &grid.UnreadableError{Cause: "the row has more than 1 MiB of text", Remedy: "remove what is not orders"}
	}
	if c.column > grid.MaxColumns {
		s.texts = s.texts[:from]
		if grid.IsBlank(shared) && grid.IsBlank(string(own)) {
			return nil
		}
		return &grid.UnreadableError{Cause: "the sheet has a value in column " + ColumnLetters(c.column),
			Remedy: fmt.Sprintf("at most %d columns are read: remove those that are not needed", grid.MaxColumns)}
	}
	for len(s.cells) < c.column-1 {
		s.cells = append(s.cells, "")
	}
	s.cells = append(s.cells, shared)
	if len(own) > 0 {
		s.own = append(s.own, ownText{c.column - 1, from, len(s.texts)})
	}
	if date {
		r.Dates.Add(c.column - 1)
	}
	return nil
}

// text is the value of a cell: a shared string, or what it appends to the texts of the row; or what is wrong
// with the cell.
func (s *Sheet) text(c *cell) (shared string, date bool, fault string) {
	switch {
	case c.kind == unknownCell:
		return "", false, "has an unknown type"
	case c.parts == 0:
		return "", false, ""
	case c.parts&(hasValue|hasInline) == hasValue|hasInline, c.parts&hasInline != 0 && c.kind != inlineCell,
		c.parts&hasValue != 0 && c.kind == inlineCell && !xmltoken.IsSpace(c.value):
		return "", false, "holds its value where its type does not say"
	case c.parts == hasFormula:
		s.texts = append(s.texts, noCachedValue...)
		return "", false, ""
	case c.kind == inlineCell:
		s.texts = append(s.texts, c.inline...)
	case c.kind == stringCell:
		from := len(s.texts)
		s.texts = unescape(append(s.texts, c.value...), from)
	case c.kind == errorCell:
		s.texts = append(s.texts, c.value...)
	case c.kind == dateCell:
		s.texts, date = appendISO(s.texts, string(c.value))
	default:
		return s.typedText(c, xmltoken.TrimSpace(c.value))
	}
	return "", date, ""
}

// typedText is the value of a cell that is no text by itself.
func (s *Sheet) typedText(c *cell, value []byte) (shared string, date bool, fault string) {
	switch c.kind {
	case sharedCell:
		i, digits := wholeNumber(value)
		if text, ok := s.book.strings.at(i); digits && ok {
			return text, false, ""
		}
		return "", false, "points to a shared string that does not exist"
	case boolCell:
		switch string(value) {
		case "1", "true":
			s.texts = append(s.texts, "VERO"...)
		case "0", "false":
			s.texts = append(s.texts, "FALSO"...)
		default:
			return "", false, "is neither true nor false"
		}
		return "", false, ""
	}
	switch {
	case !s.book.formats.has(c.format):
		return "", false, "has a format that does not exist"
	case len(value) == 0 && c.parts&hasFormula != 0: // some writers leave the value for Excel to compute
		s.texts = append(s.texts, noCachedValue...)
	case len(value) == 0:
	case !isNumber(value):
		return "", false, "is not a number"
	default:
		if s.book.formats.isDate(c.format) {
			if s.texts, date = appendDate(s.texts, value, s.book.date1904); date {
				return "", true, ""
			}
		}
		var ok bool
		if s.texts, ok = appendDecimal(s.texts, value); !ok {
			return "", false, "is a number beyond all bounds"
		}
	}
	return "", false, ""
}
