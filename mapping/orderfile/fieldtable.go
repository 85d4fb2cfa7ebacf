package orderfile

import (
	"io"

	"github.com/gocarina/gocsv"
)

// fieldTable shows rows of either format to gocsv as a CSV file whose header is the canonical field names,
// each of them once. Header names are normalised here and not by gocsv, whose normaliser is a global of the
// whole program. Unknown columns are left out: a Row keeps them in its Cells.
type fieldTable struct {
	columns columns
	rows    []Row
	given   int // records given so far, the header being the first
}

var _ gocsv.CSVReader = (*fieldTable)(nil)

// Read gives the header, then the rows, then io.EOF.
func (t *fieldTable) Read() ([]string, error) {
	if t.given > len(t.rows) {
		return nil, io.EOF
	}
	record := make([]string, len(t.columns.feeds))
	for i, f := range t.columns.feeds {
		if t.given == 0 {
			record[i] = f.field
		} else {
			record[i] = f.text(t.rows[t.given-1].Cells)
		}
	}
	t.given++
	return record, nil
}

// ReadAll gives everything that Read has not given.
func (t *fieldTable) ReadAll() ([][]string, error) {
	var records [][]string
	for {
		record, err := t.Read()
		if err == io.EOF {
			return records, nil
		}
		records = append(records, record)
	}
}
