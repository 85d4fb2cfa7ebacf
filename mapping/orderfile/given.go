package orderfile

import (
	"fmt"
	"slices"
)

// Given is a File of rows that the caller makes, such as those of a file that is not there any more. next gives them one
// by one, and io.EOF after the last. Their numbers, cells, dates, Problems and reasons to be skipped are taken over as
// they are. The columns of the header mean what they mean in a file, and the same headers are refused. Of the options only
// Claims counts. Errors about the header name no file.
func Given(header []string, options Options, next func() (Row, error)) (*File, error) {
	options = Options{Claims: options.Claims}.prepared()
	columns, err := readHeader(slices.Clone(header), options)
	if err != nil {
		return nil, err
	}
	return &File{options: options, table: &table{columns: columns}, read: func() (Row, int, error) {
		row, err := next()
		if err == nil && len(row.Cells) != len(header) {
			err = fmt.Errorf("row %d has %d cells, and its header %d", row.Number, len(row.Cells), len(header))
		}
		return row, textSize(row.Cells), err
	}}, nil
}
