package orderfile

import (
	"fmt"
	"os"

	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/orderfile/xlsx"
)

// openWorkbook opens a workbook up to the header of the sheet that is asked for, or of the first visible one with orders.
// It looks at the other visible sheets too: orders that are not read must be named.
func openWorkbook(file *os.File, o Options) (grid.Source, *table, error) {
	book, err := xlsx.Open(file)
	if err != nil {
		return nil, nil, err
	}
	asked := -1
	if o.Sheet != "" {
		if asked, err = book.SheetNamed(o.Sheet); err != nil {
			return nil, nil, err
		}
	}
	chosen, found, others, err := chooseSheet(book, asked, o)
	if err != nil {
		return nil, nil, err
	}
	if chosen == nil {
		return nil, nil, noOrders(book, asked, o)
	}
	orders, err := found.table(chosen, o)
	if err == nil {
		err = chosen.SetHeader(orders.header.Number)
	}
	if err != nil {
		_ = chosen.Close() // the first error is the one that matters
		return nil, nil, grid.InSheet(chosen.Name, err)
	}
	orders.others = others
	return chosen, orders, nil
}

// noOrders is the error about a workbook, or its sheet that is asked for, without a header.
func noOrders(book *xlsx.Workbook, asked int, o Options) error {
	byTitle := len(o.titles) > 0
	switch {
	case len(book.Sheets) == 0:
		return noKnownColumn("the workbook has no sheet of cells")
	case byTitle && asked >= 0:
		return grid.InSheet(book.Sheets[asked].Name, noTitles(o.titles, ""))
	case byTitle:
		return noTitles(o.titles, " of a visible sheet (sheets: "+grid.Listed(book.SheetNames())+")")
	case asked >= 0:
		return noKnownColumn(fmt.Sprintf("no column in the first %d rows of the sheet %s is known", searchRows, grid.Quoted(book.Sheets[asked].Name)))
	}
	return noKnownColumn("no visible sheet has a known column in its first rows (sheets: " + grid.Listed(book.SheetNames()) + ")")
}

// chooseSheet looks at every visible sheet, or at the one that is asked for. A sheet with orders comes before
// one that only names columns, such as a legend; of those the first is taken. It gives nil where there is none, and the
// names of the other visible sheets that have orders too.
func chooseSheet(book *xlsx.Workbook, asked int, o Options) (chosen *xlsx.Sheet, found beginning, others []string, err error) {
	for i, entry := range book.Sheets {
		if asked >= 0 && i != asked || asked < 0 && entry.Hidden {
			continue
		}
		s, b, err := tryTable(book, entry, o)
		switch {
		case err != nil:
		case b.known > 0 && (chosen == nil || b.hasOrders(ordersToRead) && !found.hasOrders(ordersToRead)):
			if chosen != nil {
				err = chosen.Close()
			}
			chosen, found = s, b
		default:
			if b.hasOrders(ordersToMiss) {
				others = append(others, entry.Name)
			}
			err = s.Close()
		}
		if err != nil {
			if chosen != nil {
				_ = chosen.Close()
			}
			return nil, beginning{}, nil, err
		}
	}
	return chosen, found, others, nil
}

// tryTable opens a sheet and looks for a header in it.
func tryTable(book *xlsx.Workbook, entry xlsx.Entry, o Options) (*xlsx.Sheet, beginning, error) {
	s, err := book.OpenSheet(entry)
	if err != nil {
		return nil, beginning{}, grid.InSheet(entry.Name, err)
	}
	found, err := lookForHeader(s, o)
	if err != nil {
		_ = s.Close()
	}
	return s, found, grid.InSheet(entry.Name, err)
}
