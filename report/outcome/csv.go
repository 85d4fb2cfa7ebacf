package outcome

import (
	"encoding/csv"
	"io"
	"strings"

	"voucherbul/mapping/ourfile"
	"voucherbul/report/sheet"
	"voucherbul/report/shelf"
)

// writeCSV writes the rows of an outcome as the sheet of the workbook has them: separated by semicolons, as Excel expects them in
// Italy, whole or not at all.
func writeCSV(path string, o Outcome) error {
	o.understand()
	err := shelf.WriteWhole(path, shelf.PermissionsOf(o.File.Path), func(w io.Writer) error {
		if _, err := io.WriteString(w, ourfile.ByteOrderMark); err != nil {
			return &shelf.WriteError{Path: path, Err: err}
		}
		out := csv.NewWriter(w)
		out.Comma, out.UseCRLF = ourfile.Separator, true
		columns := resultColumns()
		cells := o.resultHeader(columns)
		for i := range cells {
			cells[i] = csvCell(cells[i])
		}
		if err := out.Write(cells); err != nil {
			return &shelf.WriteError{Path: path, Err: err}
		}
		for row, err := range o.Rows {
			if err != nil {
				return err
			}
			cells = o.own.Fit(cells, row.Cells)
			for _, c := range columns {
				cells = append(cells, c.value(&o, &row))
			}
			for i := range cells {
				cells[i] = csvCell(cells[i])
			}
			if err := out.Write(cells); err != nil {
				return &shelf.WriteError{Path: path, Err: err}
			}
		}
		out.Flush()
		if err := out.Error(); err != nil {
			return &shelf.WriteError{Path: path, Err: err}
		}
		return nil
	})
	return sentError(path, err)
}

// resultHeader is the header of an outcome: the export's own columns, then ours.
func (o *Outcome) resultHeader(columns []resultColumn) []string {
	header := append([]string{}, o.header...)
	for _, c := range columns {
		header = append(header, ourfile.OwnTitle(c.name, o.header))
	}
	return header
}

// csvCell is a cell as CSV can hold it. The writer drops a CR that no LF follows, and two lines would become one.
func csvCell(cell string) string {
	if cell = asText(cell); sheet.IsPlain(cell) {
		return cell
	}
	return strings.ReplaceAll(strings.ReplaceAll(sheet.Readable(cell), "\r\n", "\n"), "\r", "\n")
}

// asText keeps a spreadsheet from computing a cell: an apostrophe before what begins like a formula.
func asText(cell string) string {
	if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}
