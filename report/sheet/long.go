package sheet

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"voucherbul/report/shelf"
)

// Long is a sheet with the rows of an export. The library keeps the sheet, but not these rows: they go past it,
// packed as they come, for its own way takes ten times as long and needs room for all of them unpacked.
type Long struct {
	Height float64 // of the next line, in points; 0 = as usual

	w      *Workbook
	name   string
	path   string // of the workbook
	part   string // of the archive
	spool  *spool
	block  []byte      // lines that the spool has not got yet
	starts []string    // how the cells of a column start
	styles []cellStyle // by their IDs, as far as they were met
	line   int         // the last one written
	number []byte      // of it, in digits
	plain  int         // the style of a line
	wrap   int
}

// cellStyle is a style as a cell names it.
type cellStyle struct {
	attribute string // how a cell goes on after its column and line
	isDate    bool
}

// Long starts the rows of a sheet that is there, below their header. The workbook will be saved under path; widths
// are in characters. Every column is text, down to rows that a clerk adds: leading zeros must survive there too. The header
// stays in sight; it is the library's, so that this can make a table of the sheet.
func (w *Workbook) Long(name, path string, header []string, width func(column int) float64) (*Long, error) {
	l := &Long{w: w, name: name, path: path, line: 1}
	var err error
	if l.plain, err = w.Style(Look{}); err != nil {
		return nil, err
	}
	if l.wrap, err = w.Style(Look{Wrap: true}); err != nil {
		return nil, err
	}
	if err := w.landscape(name); err != nil {
		return nil, err
	}
	for i := range header {
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(w.file.SetColWidth(name, letter, letter, width(i)), w.file.SetColStyle(name, letter, l.plain)); err != nil {
			return nil, err
		}
		l.starts = append(l.starts, `<c r="`+letter)
	}
	if err := l.header(header, width); err != nil {
		return nil, err
	}
	for id, sheet := range w.file.GetSheetMap() {
		if sheet == name {
			l.part = fmt.Sprintf("xl/worksheets/sheet%d.xml", id)
		}
	}
	if l.spool, err = newSpool(path); err != nil {
		return nil, &shelf.WriteError{Path: path, Err: err}
	}
	w.long = append(w.long, l)
	l.block = l.spool.block()
	return l, nil
}

func (l *Long) header(names []string, width func(column int) float64) error {
	style, err := l.w.Style(Look{Header: true})
	if err != nil {
		return err
	}
	var wraps []Wrapped
	for i, name := range names {
		wraps = append(wraps, Wrapped{i, width(i) * 0.9}) // bold letters are wider
		cell, err := excelize.CoordinatesToCellName(i+1, 1)
		if err != nil {
			return err
		}
		if err := errors.Join(l.w.file.SetCellStr(l.name, cell, literal(Text(name))), l.w.file.SetCellStyle(l.name, cell, cell, style)); err != nil {
			return err
		}
	}
	if height := HeightOf(names, wraps...); height > 0 {
		if err := l.w.file.SetRowHeight(l.name, 1, height); err != nil {
			return err
		}
	}
	return l.w.file.SetPanes(l.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// Write adds a row of text. styles are the columns that do not look plain: the IDs of their styles, from column 0,
// 0 = plain. Empty cells are not written where they would show nothing: that makes a row of forty cells cheap.
func (l *Long) Write(values []string, styles []int) error {
	if l.line == excelize.TotalRows {
		return excelize.ErrMaxRows
	}
	l.line++
	l.number = strconv.AppendInt(l.number[:0], int64(l.line), 10)
	b := append(append(l.block, `<row r="`...), l.number...)
	b = strconv.AppendInt(append(b, `" s="`...), int64(l.plain), 10)
	b = append(b, `" customFormat="1"`...)
	if l.Height > 0 {
		b = strconv.AppendFloat(append(b, ` ht="`...), l.Height, 'f', -1, 64)
		b = append(b, `" customHeight="1"`...)
		l.Height = 0
	}
	b = append(b, '>')
	for i, v := range values {
		style := l.plain
		if i < len(styles) && styles[i] != 0 {
			style = styles[i]
		}
		if v == "" && (style == l.plain || style == l.wrap) {
			continue
		}
		b = append(append(b, l.starts[i]...), l.number...)
		b = l.styleOf(style).appendValue(b, v)
	}
	l.block = append(b, `</row>`...)
	if len(l.block) < blockSize {
		return nil
	}
	var err error
	if l.block, err = l.spool.swap(l.block); err != nil {
		return &shelf.WriteError{Path: l.path, Err: err}
	}
	return nil
}

func (l *Long) styleOf(id int) cellStyle {
	for len(l.styles) <= id {
		n := len(l.styles)
		l.styles = append(l.styles, cellStyle{attribute: `" s="` + strconv.Itoa(n) + `"`, isDate: l.w.dates[n]})
	}
	return l.styles[id]
}

// appendValue ends a cell.
func (s cellStyle) appendValue(b []byte, value string) []byte {
	b = append(b, s.attribute...)
	switch {
	case value == "":
		return append(b, `/>`...)
	case s.isDate:
		serial, _ := SerialOf(value) // the style was chosen because it is one
		b = strconv.AppendFloat(append(b, `><v>`...), serial, 'f', -1, 64)
		return append(b, `</v></c>`...)
	case isSpace(value[0]) || isSpace(value[len(value)-1]):
		b = append(b, ` t="inlineStr"><is><t xml:space="preserve">`...)
	default:
		b = append(b, ` t="inlineStr"><is><t>`...)
	}
	return append(appendXML(b, value), `</t></is></c>`...)
}

// Last is the last line that was written, from 1: that of the header, as long as there is no row.
func (l *Long) Last() int { return l.line }

// End waits until all rows are packed.
func (l *Long) End() error {
	last, err := excelize.CoordinatesToCellName(len(l.starts), l.line)
	if err != nil {
		return err
	}
	if err := l.spool.end(l.block); err != nil {
		return &shelf.WriteError{Path: l.path, Err: err}
	}
	return l.w.file.SetSheetDimension(l.name, "A1:"+last) // some readers believe it
}
