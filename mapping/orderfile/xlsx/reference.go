package xlsx

import "strings"

// ColumnLetters is how a spreadsheet names a column: 1 is A, 27 is AA.
func ColumnLetters(column int) string {
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
