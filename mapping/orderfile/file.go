// Package orderfile opens an export of customer orders, CSV or XLSX, and gives its rows one by one: their
// number as the user sees it, the text of every cell, and the [mapping.Order] made of the known columns.
//
// Its one promise is that no row is lost and no value altered. A file that cannot be read with certainty is
// refused whole with an [UnreadableError]. The package must not judge values, which is the job of package
// mapping, and it must not guess: two columns for one field are refused, not chosen from.
//
// A file goes through five steps. sniff.go recognises its format by its content. csv.Source or xlsx.Sheet reads the records
// of package grid. table finds the header and the rows that are no orders. columns maps cells to fields. gocsv decodes the
// fields into an Order.
package orderfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"voucherbul/mapping/orderfile/csv"
	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/orderfile/xlsx"
)

// UnreadableError says that a file cannot be read as orders: not one of its rows may be used.
type UnreadableError = grid.UnreadableError

// File is one export that was opened and understood: its header is known, its rows come by Next.
type File struct {
	path    string
	options Options
	file    *os.File // nil where the rows are given: then there is no source
	source  grid.Source
	table   *table
	read    nextRow
	ahead   []Row // decoded, not given out yet
	end     error // what Next says when ahead is empty: io.EOF, or the damage; nil = there is more to read
	hidden  int   // hidden rows given so far
	unnamed unnamed
}

// nextRow gives the next row that is not blank and has no Order yet, and how many bytes its texts keep in memory.
type nextRow func() (row Row, size int, err error)

// Open opens an export and reads its header; the caller closes it. A file that is not there gives the error
// of the operating system, a file that cannot be read as orders an [UnreadableError].
func Open(path string, options Options) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, options: options.prepared(), file: file}
	f.read = f.readRow
	if err := f.open(); err != nil {
		_ = f.Close() // the first error is the one that matters
		return nil, f.located(err)
	}
	return f, nil
}

func (f *File) open() error {
	var err error
	if f.source, f.table, err = openTable(f.file, f.options); err != nil {
		return err
	}
	f.unnamed = unnamedOf(f.table.columns.header)
	f.fill()
	if len(f.ahead) > 0 || f.end == io.EOF && f.table.asIs {
		return nil
	}
	if f.end == io.EOF {
		return &UnreadableError{Cause: "the file has no rows below its header", Remedy: "check that the export is complete"}
	}
	return f.end
}

// Sheet is the name of the sheet that is read; "" for a CSV file.
func (f *File) Sheet() string {
	if s, ok := f.source.(*xlsx.Sheet); ok {
		return s.Name
	}
	return ""
}

// OtherSheets are the visible sheets that have orders too, and are not read.
func (f *File) OtherSheets() []string { return f.table.others }

// Remarks are sentences in Italian about the file as a whole: what in it was not read as an order, and why.
// They are complete when Next has given io.EOF.
func (f *File) Remarks() []string {
	var remarks []string
	if n := len(f.table.above); n > 0 {
		remarks = append(remarks, fmt.Sprintf("L'intestazione è alla riga %d: quello che sta sopra non è letto.", f.table.header.Number))
	}
	if f.hidden > 0 && f.options.Hidden == SendHidden {
		remarks = append(remarks, fmt.Sprintf("Righe nascoste nel foglio, trattate come le altre (--hidden send): %d.", f.hidden))
	}
	if remark := f.unnamed.remark(); remark != "" {
		remarks = append(remarks, remark)
	}
	if s, ok := f.source.(*csv.Source); ok && s.Encoding() == csv.Windows1252 {
		remarks = append(remarks, "Il file è in codifica Windows-1252: controllare le lettere accentate.")
	}
	if others := f.OtherSheets(); len(others) > 0 {
		remarks = append(remarks, "Fogli con ordini che non sono letti: "+grid.ListedInItalian(others)+". Per leggerne uno usare --sheet.")
	}
	return remarks
}

// Columns is the header as written, by canonical field name: what [mapping.Mapper] calls Columns.
// Columns that are joined into one field are named together.
func (f *File) Columns() map[string]string { return f.table.columns.byField() }

// Header is every column as written, in the order of the file, unknown ones too.
func (f *File) Header() []string { return slices.Clone(f.table.columns.header) }

// Next gives the next row that is not blank, io.EOF after the last one. After any other error the file is
// damaged, and the rows given before must be discarded with it.
func (f *File) Next() (Row, error) {
	if len(f.ahead) == 0 && f.end == nil {
		f.fill()
	}
	if len(f.ahead) == 0 {
		return Row{}, f.located(f.end)
	}
	row := f.ahead[0]
	f.ahead = f.ahead[1:]
	return row, nil
}

// Close releases the file. Rows that were given stay valid.
func (f *File) Close() error {
	if f.file == nil {
		return nil
	}
	var inner error
	if f.source != nil {
		inner = f.source.Close()
	}
	return errors.Join(inner, f.file.Close())
}

// Bounds of the rows that are decoded at once. gocsv looks up the header at every call, which costs as much
// as decoding some ten rows; the bound in bytes keeps the memory constant when rows are long.
const (
	batchRows  = 256
	batchBytes = 1 << 20
)

// fill decodes the next rows. Damage discards the rows of its own batch at once: none of them is certain.
func (f *File) fill() {
	rows := make([]Row, 0, batchRows)
	for size := 0; len(rows) < batchRows && size < batchBytes; {
		row, bytes, err := f.read()
		if err == io.EOF {
			f.end = io.EOF
			break
		}
		if err != nil {
			f.end = err
			return
		}
		rows = append(rows, row)
		size += bytes
	}
	if err := f.table.columns.decode(rows); err != nil {
		f.end = err
		return
	}
	f.ahead = rows
}

// readRow is the nextRow of a file.
func (f *File) readRow() (Row, int, error) {
	for {
		r, err := f.table.next()
		if err != nil {
			return Row{}, 0, err
		}
		if !r.IsBlank() {
			row, err := f.row(r)
			return row, textSize(r.Cells), err
		}
	}
}

// textSize is how many bytes the texts of the cells have.
func textSize(cells []string) int {
	size := 0
	for _, cell := range cells {
		size += len(cell)
	}
	return size
}

// row makes the cells as many as the header has. What stands beyond it is told by the misfits.
func (f *File) row(r grid.Record) (Row, error) {
	want := len(f.table.columns.header)
	cells := make([]string, want)
	copy(cells, r.Cells)
	row := Row{Number: r.Number, Cells: cells, Skipped: f.table.skipped(r), dates: r.Dates}
	if row.Skipped != "" {
		return row, nil
	}
	if r.Hidden {
		f.hidden++
		switch f.options.Hidden {
		case SkipHidden:
			row.Skipped = skipHidden
			return row, nil
		case RefuseHidden:
			return row, &UnreadableError{Line: r.Number, Cause: "the row is hidden in the sheet, by hand or by a filter",
				Remedy: "show all rows, or say what becomes of hidden ones: --hidden send or --hidden skip"}
		}
	}
	f.unnamed.see(cells)
	if f.table.asIs {
		return row, nil
	}
	row.Problems = append(f.source.Misfits(r, want), f.table.misfitBefore(r)...)
	return row, nil
}

// located puts path and sheet into an error that came from where only the content is known.
func (f *File) located(err error) error {
	if s, ok := f.source.(*xlsx.Sheet); ok {
		err = grid.InSheet(s.Name, err)
	}
	return grid.InFile(f.path, err)
}
