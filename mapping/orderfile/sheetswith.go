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
// It can be asked about every file: it reads no more of one than it needs. It may not see that a file is damaged; [Open]
// does. A damaged file in which the titles are on no sheet that can be read has none, and that is no error here. All other
// reasons why a file is unreadable are the same error as in Open.
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

// sheetsWith finds the titles in a workbook. A sheet that cannot be read is an error only where another sheet has the
// titles: then it may be a sheet of the same kind. In other workbooks nobody may want to read it.
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
