package orderfile

import (
	"bytes"
	"strconv"
	"strings"
)

// noCachedValue is what a formula shows that was never computed: without a value there is nothing to send,
// and an empty cell would hide that. Package mapping reports it as an error of the sheet.
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
func (s *sheet) readCell(e element, after int) error {
	c := &s.cell
	*c = cell{column: after + 1, value: c.value[:0], inline: c.inline[:0]}
	for _, a := range e.tag.attrs { // now: they go with the next token
		if a.prefix != nil || len(a.name) != 1 {
			continue
		}
		switch a.name[0] {
		case 'r':
			column, row, ok := parseReference(a.value)
			if !ok || row != s.row {
				return s.damage(s.row, "a cell of the row has the name %.20q", a.value)
			}
			if column <= after {
				return s.damage(s.row, "cell %s comes after a cell of column %s", a.value, columnLetters(after))
			}
			c.column = column
		case 's':
			n, digits := wholeNumber(a.value)
			if !digits {
				n = -1
			}
			c.format = n
		case 't':
			c.kind = kindOf(a.value)
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
		default:
			had = 0
			err = s.xml.skip()
		}
		if err != nil {
			return err
		}
		if had != 0 && had == c.parts {
			return s.damage(s.row, "cell %s%d has two values", columnLetters(c.column), s.row)
		}
	}
}

// put adds the cell that was read to the right of the others: its value as a person would read it.
// Blank cells only have a format, and may stand anywhere.
func (s *sheet) put(r *record) error {
	c := &s.cell
	from := len(s.texts)
	shared, date, fault := s.text(c)
	if fault != "" {
		return s.damage(s.row, "cell %s%d %s", columnLetters(c.column), s.row, fault)
	}
	own := s.texts[from:]
	if len(shared) == 0 && len(own) == 0 {
		return nil
	}
	if c.column > maxColumns {
		s.texts = s.texts[:from]
		if isBlank(shared) && isBlank(string(own)) {
			return nil
		}
		return &UnreadableError{Cause: "the sheet has a value in column " + columnLetters(c.column),
			Remedy: "at most 200 columns are read: remove those that are not needed"}
	}
	if s.size += len(shared) + len(own); s.size > maxRow {
		return &UnreadableError{Cause: "the row has more than 1 MiB of text", Remedy: "remove what is not orders"}
	}
	for len(s.cells) < c.column-1 {
		s.cells = append(s.cells, "")
	}
	s.cells = append(s.cells, shared)
	if len(own) > 0 {
		s.own = append(s.own, ownText{c.column - 1, from, len(s.texts)})
	}
	if date {
		r.dates.add(c.column - 1)
	}
	return nil
}

// text is the value of a cell: a shared string, or what it appends to the texts of the row; or what is wrong
// with the cell.
func (s *sheet) text(c *cell) (shared string, date bool, fault string) {
	switch {
	case c.kind == unknownCell:
		return "", false, "has an unknown type"
	case c.parts == 0:
		return "", false, ""
	case c.parts&(hasValue|hasInline) == hasValue|hasInline, c.parts&hasInline != 0 && c.kind != inlineCell,
		c.parts&hasValue != 0 && c.kind == inlineCell && !isSpace(c.value):
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
		return s.typedText(c, trimSpace(c.value))
	}
	return "", date, ""
}

// typedText is the value of a cell that is no text by itself.
func (s *sheet) typedText(c *cell, value []byte) (shared string, date bool, fault string) {
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

// wholeNumber reads digits, and nothing else.
func wholeNumber(b []byte) (n int, ok bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func digitsFrom(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}

func signFrom(b []byte, i int) int {
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		i++
	}
	return i
}

// isNumber knows the numbers of XML Schema (double), without infinity.
func isNumber(b []byte) bool {
	first := signFrom(b, 0)
	i := digitsFrom(b, first)
	digits := i - first
	if i < len(b) && b[i] == '.' {
		end := digitsFrom(b, i+1)
		digits += end - i - 1
		i = end
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		from := signFrom(b, i+1)
		if i = digitsFrom(b, from); i == from {
			return false
		}
	}
	return digits > 0 && i == len(b)
}

// appendDecimal appends a number as the shortest decimal that is the same number, without exponent:
// 1.2345678903E10 is 12345678903, and 1.1000000000000001, which is how Excel stores 1.1, is 1.1. Digits alone
// stay as they are: a number that a program stored with more digits than a float64 holds must not be rounded.
func appendDecimal(to, value []byte) ([]byte, bool) {
	if digits := bytes.TrimPrefix(value, []byte("-")); digitsFrom(digits, 0) == len(digits) {
		return append(to, value...), true
	}
	f, err := strconv.ParseFloat(string(value), 64)
	if err != nil {
		return to, false
	}
	return strconv.AppendFloat(to, f, 'f', -1, 64), true
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && is(b[0], isSpaced) {
		b = b[1:]
	}
	for len(b) > 0 && is(b[len(b)-1], isSpaced) {
		b = b[:len(b)-1]
	}
	return b
}

// columnLetters is how a spreadsheet names a column: 1 is A, 27 is AA.
func columnLetters(column int) string {
	var letters string
	for ; column > 0; column = (column - 1) / 26 {
		letters = string(rune('A'+(column-1)%26)) + letters
	}
	return letters
}

// parseReference reads the name of a cell: "AB12" is column 28, row 12.
func parseReference(ref []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 4; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, ok = wholeNumber(ref[i:])
	return column, row, ok && ref[i] != '0' && column >= 1 && column <= 16_384
}

// parseRange reads the name of a rectangle: "A2:C9"; "A2" is one of a single cell.
func parseRange(ref string) (r area, ok bool) {
	first, last, found := strings.Cut(ref, ":")
	if !found {
		last = first
	}
	var ok1, ok2 bool
	r.left, r.top, ok1 = parseReference([]byte(first))
	r.right, r.bottom, ok2 = parseReference([]byte(last))
	return r, ok1 && ok2 && r.left <= r.right && r.top <= r.bottom
}

// area is a rectangle of cells, its edges included.
type area struct{ left, top, right, bottom int }
