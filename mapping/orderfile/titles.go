package orderfile

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"voucherbul/mapping/orderfile/grid"
)

// lookForTitles takes for the header the first row that has all the titles, whatever else it has, and reads no
// further.
func lookForTitles(s grid.Source, titles []string) (beginning, error) {
	var b beginning
	for {
		r, err := b.take(s)
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
		if hasTitles(r.Cells, titles) {
			b.header, b.known = len(b.rows)-1, len(titles)
			return b, nil
		}
	}
}

func hasTitles(cells, titles []string) bool {
	for _, title := range titles {
		title = strings.TrimSpace(title)
		if !slices.ContainsFunc(cells, func(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), title) }) {
			return false
		}
	}
	return true
}

// noTitles is the error about a table, of the place that is named, whose header has not all the titles.
func noTitles(titles []string, of string) error {
	return &UnreadableError{Cause: fmt.Sprintf("none of the first %d rows%s has the column %s", searchRows, of, grid.Listed(titles)),
		Remedy: "put the row with the titles of the columns back above the others, as it was written"}
}
