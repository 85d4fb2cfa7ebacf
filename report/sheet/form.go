package sheet

import (
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"

	"voucherbul/report/shelf"
)

// FormColumn is a column of a sheet that a person fills in.
type FormColumn struct {
	Title   string
	Fill    string   // of the header, RGB; "" = as every header
	Note    string   // on the header
	Values  []string // that a drop-down offers; none = there is no drop-down
	Refused string   // what a person reads who writes another value
}

// Form adds an empty sheet to be filled in, with drop-downs in so many rows. Its cells are text: leading zeros stay.
func (w *Workbook) Form(name string, rows int, columns []FormColumn) error {
	if err := w.Add(name); err != nil {
		return err
	}
	plain, err := w.Style(Look{})
	if err != nil {
		return err
	}
	for i, c := range columns {
		letter, err := ColumnName(i)
		if err != nil {
			return err
		}
		header, err := w.Style(Look{Header: true, Fill: c.Fill})
		if err != nil {
			return err
		}
		note := excelize.Comment{Cell: letter + "1", Author: shelf.Maker, Width: 320, Height: 150, Paragraph: []excelize.RichTextRun{{Text: c.Note}}}
		if err := errors.Join(w.file.SetCellStr(name, letter+"1", c.Title),
			w.file.SetColStyle(name, letter, plain),
			w.file.SetCellStyle(name, letter+"1", letter+"1", header),
			w.file.SetColWidth(name, letter, letter, max(14, float64(len([]rune(c.Title)))+3)),
			w.file.AddComment(name, note), w.dropDown(name, letter, rows, c)); err != nil {
			return err
		}
	}
	return errors.Join(w.file.SetSheetDimension(name, ""), // the library would say that the sheet is one cell
		w.file.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

func (w *Workbook) dropDown(name, letter string, rows int, c FormColumn) error {
	if len(c.Values) == 0 {
		return nil
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, rows+1))
	if err := v.SetDropList(c.Values); err != nil {
		return err
	}
	v.SetError(excelize.DataValidationErrorStyleStop, c.Title, c.Refused)
	return w.file.AddDataValidation(name, v)
}
