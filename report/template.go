package report

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
)

// templateRows is how many rows of the template get a drop-down: more orders than a clerk types by hand.
const templateRows = 5000

// WriteTemplate writes an empty workbook with a column for every field that the operation uses, or for all
// of them where op is "": a drop-down where the values are few, a note on every header.
func WriteTemplate(path string, op mapping.Operation) error {
	w := newWorkbook()
	if err := writeTemplate(w, op); err != nil {
		_ = w.Close() // the first error says why
		return err
	}
	return w.save(path, 0o644)
}

func writeTemplate(w *workbook, op mapping.Operation) error {
	const sheet = "Ordini"
	if _, err := w.NewSheet(sheet); err != nil {
		return err
	}
	plain, err := w.style(look{})
	if err != nil {
		return err
	}
	header, err := w.style(look{header: true})
	if err != nil {
		return err
	}
	column := 0
	for _, f := range mapping.Fields() {
		if !wanted(f, op) {
			continue
		}
		column++
		letter, err := excelize.ColumnNumberToName(column)
		if err != nil {
			return err
		}
		if err := w.SetCellStr(sheet, letter+"1", f.Label); err != nil {
			return err
		}
		// Text format keeps the leading zeros of CAP, ISTAT codes and partita IVA.
		if err := w.SetColStyle(sheet, letter, plain); err != nil {
			return err
		}
		if err := w.SetCellStyle(sheet, letter+"1", letter+"1", header); err != nil {
			return err
		}
		if err := w.SetColWidth(sheet, letter, letter, max(14, float64(len([]rune(f.Label)))+3)); err != nil {
			return err
		}
		note := &excelize.Comment{Cell: letter + "1", Author: "voucherbul", Width: 320, Height: 150, Paragraph: []excelize.RichTextRun{{Text: fieldNote(f)}}}
		if err := w.AddComment(sheet, *note); err != nil {
			return err
		}
		if err := dropDown(w, sheet, letter, f); err != nil {
			return err
		}
	}
	return w.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// wanted leaves out the operator's own partita IVA, which the configuration knows, and the operation where
// the template is for a single one.
func wanted(f mapping.Field, op mapping.Operation) bool {
	switch {
	case f.Name == "partitaIvaOperatore":
		return false
	case op == "":
		return true
	}
	return f.Name == "operazione" || f.Used().Has(op, mapping.Famiglia) || f.Used().Has(op, mapping.Impresa)
}

func dropDown(w *workbook, sheet, letter string, f mapping.Field) error {
	if len(f.Format.Values) == 0 {
		return nil
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, templateRows+1))
	if err := v.SetDropList(f.Format.Values); err != nil {
		return err
	}
	v.SetError(excelize.DataValidationErrorStyleStop, f.Label, "Valore ammesso: "+f.Format.Expected)
	return w.AddDataValidation(sheet, v)
}

// fieldNote is the help of a column, made from the field table.
func fieldNote(f mapping.Field) string {
	lines := []string{f.Label + " (" + f.Name + ")", "Valore: " + f.Format.Expected, "Esempio: " + f.Example}
	if f.Hint != "" {
		lines = append(lines, f.Hint)
	}
	if f.Name != "operazione" {
		lines = append(lines, where("Obbligatoria", f.Required), where("Facoltativa", f.Optional))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// where lists the operations and kinds of a set of uses; "" where it is empty.
func where(title string, uses mapping.Uses) string {
	var places []string
	for _, op := range mapping.Operations() {
		famiglia, impresa := uses.Has(op, mapping.Famiglia), uses.Has(op, mapping.Impresa)
		switch {
		case famiglia && impresa:
			places = append(places, string(op))
		case famiglia:
			places = append(places, string(op)+" (famiglia)")
		case impresa:
			places = append(places, string(op)+" (impresa)")
		}
	}
	if len(places) == 0 {
		return ""
	}
	return title + ": " + strings.Join(places, ", ")
}
