package xlsx

import (
	"strings"
	"unicode"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
)

// SheetNamed returns the index of the sheet that the user means: the sheet of exactly that name, or else the only one whose
// name differs just in case and spaces.
func (w *Workbook) SheetNamed(name string) (int, error) {
	var exact, alike []int
	for i, s := range w.Sheets {
		if s.Name == name {
			exact = append(exact, i)
		}
		if foldName(s.Name) == foldName(name) {
			alike = append(alike, i)
		}
	}
	switch {
	case len(exact) == 1:
		return exact[0], nil
	case len(alike) == 1:
		return alike[0], nil
	case len(alike) > 1:
		return 0, &grid.UnreadableError{Cause: "several sheets are called " + grid.Quoted(name),
			Remedy: "write the name just as it is; the workbook has " + grid.Listed(w.SheetNames())}
	}
	remedy := "the workbook has " + grid.Listed(w.SheetNames())
	if nearest := mapping.Nearest(name, w.SheetNames()); nearest != "" {
		remedy = "did you mean " + grid.Quoted(nearest) + "? " + remedy
	}
	return 0, &grid.UnreadableError{Cause: "there is no sheet " + grid.Quoted(name), Remedy: remedy}
}

// foldName leaves out what people write differently without noticing.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// SheetNames are the names of the Sheets.
func (w *Workbook) SheetNames() []string {
	names := make([]string, len(w.Sheets))
	for i, s := range w.Sheets {
		names[i] = s.Name
	}
	return names
}
