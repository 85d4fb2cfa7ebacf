package orderfile

import (
	"regexp"
	"strconv"
	"strings"
)

// noCachedValue is what a formula shows that was never computed: without a value there is nothing to send,
// and an empty cell would hide that. Package mapping reports it as an error of the sheet.
const noCachedValue = "#VALORE!"

// cell is one cell as a person would read it.
type cell struct {
	column int
	text   string
}

// readCell reads the current element, a c, which comes after the given column.
func (s *sheet) readCell(e element, after int) (cell, error) {
	c := cell{column: after + 1}
	kind, format := e.attr("t"), e.attr("s") // before the attributes go with the next token
	if ref := e.attr("r"); ref != "" {
		column, row, ok := parseReference(ref)
		if !ok || row != s.row {
			return c, s.damage(s.row, "a cell of the row has the name %.20q", ref)
		}
		if column <= after {
			return c, s.damage(s.row, "cell %s comes after a cell of column %s", ref, columnLetters(after))
		}
		c.column = column
	}
	var value, inline string
	var hasValue, hasFormula bool
	err := s.xml.each(func(e element) (err error) {
		switch e.name {
		case "v":
			hasValue = true
			value, err = s.xml.text()
		case "is":
			inline, err = s.xml.richText()
		case "f":
			hasFormula = true
			err = s.xml.skip()
		default:
			err = s.xml.skip()
		}
		return err
	})
	if err != nil {
		return c, err
	}
	switch {
	case hasFormula && !hasValue:
		c.text = noCachedValue
	case kind == "inlineStr":
		c.text = inline
	case hasValue:
		var fault string
		if c.text, fault = s.book.cellText(kind, format, value); fault != "" {
			return c, s.damage(s.row, "cell %s%d %s", columnLetters(c.column), s.row, fault)
		}
	}
	return c, nil
}

// cellText is the stored value of a cell as a person would read it, or what is wrong with it
// (ST_CellType, ECMA-376 part 1, 18.18.11).
func (w *workbook) cellText(kind, format, value string) (text, fault string) {
	switch kind {
	case "s":
		text, ok := w.strings.at(strings.TrimSpace(value))
		if !ok {
			return "", "points to a shared string that does not exist"
		}
		return text, ""
	case "str":
		return unescape(value), ""
	case "e":
		return value, ""
	case "b":
		switch strings.TrimSpace(value) {
		case "1", "true":
			return "VERO", ""
		case "0", "false":
			return "FALSO", ""
		}
		return "", "is neither true nor false"
	case "d":
		return isoText(value), ""
	case "", "n":
		return w.numberText(format, strings.TrimSpace(value))
	}
	return "", "has an unknown type"
}

// numberText is a number, or the date that its format makes of it.
func (w *workbook) numberText(format, value string) (text, fault string) {
	isDate, ok := w.formats.isDate(format)
	if !ok {
		return "", "has a format that does not exist"
	}
	if value == "" {
		return "", ""
	}
	if !numberPattern.MatchString(value) {
		return "", "is not a number"
	}
	if isDate {
		if text, ok := dateText(value, w.date1904); ok {
			return text, ""
		}
	}
	if text, ok := decimalText(value); ok {
		return text, ""
	}
	return "", "is a number beyond all bounds"
}

var numberPattern = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)

// decimalText is a written number as the shortest decimal that is the same number, without exponent: 1.2345678903E10 is
// 12345678903, and 1.1000000000000001, which is how Excel stores 1.1, is 1.1. Digits alone stay as they are:
// a number that a program stored with more digits than a float64 holds must not be rounded.
func decimalText(value string) (string, bool) {
	if strings.Trim(value, "0123456789") == "" {
		return value, true
	}
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return "", false
	}
	return strconv.FormatFloat(f, 'f', -1, 64), true
}
