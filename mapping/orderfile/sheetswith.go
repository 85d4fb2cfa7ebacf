package orderfile

import (
	"errors"
	"os"

	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/orderfile/xlsx"
)

// SheetsWith names the sheets, hidden ones too and in the order of the workbook, that have all these titles in one
// of their first rows, compared as [Options.Column] is. A CSV file that has them is the sheet "".
//
// It may be asked about every file, since it reads no more of one than it needs. Damage that it does not see, or
// that keeps it from finding the titles on any sheet, is left for [Open] to tell: here such a file has no sheet with
// them. All else that makes a file unreadable is the same error as there.
func SheetsWith(path string, columns []string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	isBook, err := isWorkbook(file)
	if err != nil {
		return nil, grid.InFile(path, err)
	}
	with := csvWith
	if isBook {
		with = sheetsWith
	}
	names, err := with(file, columns)
	return names, grid.InFile(path, err)
}

// csvWith finds the titles in a CSV file. Without them no delimiter is certain, and the complaints of a wrong one
// about the rows mean nothing.
func csvWith(file *os.File, titles []string) ([]string, error) {
	s, err := beginCSV(file, Options{titles: titles}.prepared())
	if err != nil {
		return nil, err
	}
	found, err := lookForTitles(s, titles)
	if err != nil || found.known == 0 {
		return nil, unlessDamage(err)
	}
	return []string{""}, nil
}

// sheetsWith finds the titles in a workbook. A sheet that cannot be read may be one that nobody wants to be read: it
// counts only among the sheets of such a workbook, one of which it may be.
func sheetsWith(file *os.File, titles []string) ([]string, error) {
	book, err := xlsx.Begin(file)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	var names []string
	var first error
	for _, entry := range book.Sheets {
		has, err := sheetHasTitles(book, entry, titles)
		if has {
			names = append(names, entry.Name)
		}
		if first == nil {
			first = err
		}
	}
	if len(names) == 0 {
		first = unlessDamage(first)
	}
	if first != nil {
		return nil, first
	}
	return names, nil
}

func sheetHasTitles(book *xlsx.Workbook, entry xlsx.Entry, titles []string) (bool, error) {
	s, found, err := tryTable(book, entry, Options{titles: titles})
	if err == nil {
		err = s.Close()
	}
	if fault := book.Fault(); fault != nil { // a cell without its text is only what follows from it
		err = fault
	}
	return err == nil && found.known > 0, err
}

// unlessDamage keeps the errors that are no fault of the file.
func unlessDamage(err error) error {
	if _, damage := errors.AsType[*UnreadableError](err); damage {
		return nil
	}
	return err
}
