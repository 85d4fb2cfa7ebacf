package export

import (
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
)

// Given is an export whose rows are given by somebody who has them, such as those of an earlier run. They are judged as the
// export was that they come from: by its path and its sheet.
type Given struct {
	Path    string // of the export, as it was
	Sheet   string // that it had; "" = none
	Header  []string
	Remarks []string // Italian: come with the other remarks

	// Next gives the next row, and io.EOF after the last. It is called from one goroutine, while rows before are judged.
	Next func() (GivenRow, error)
}

// GivenRow is a row, and what comes with it.
type GivenRow struct {
	orderfile.Row
	Operation mapping.Operation // where neither the row says one nor the reading was told one
	Value     any               // comes back as [Row.Value]
}

// given keeps what comes with rows that the file has read ahead. The goroutine that reads owns it.
type given struct{ ahead []companion }

// next is what comes with the next row of the file: it gives the rows in the order in which it has taken them.
func (g *given) next() companion {
	one := g.ahead[0]
	g.ahead = g.ahead[1:]
	return one
}

// companion is what comes with a row that was given.
type companion struct {
	operation mapping.Operation
	value     any
}

// OpenGiven opens rows that are given. Errors about the header name no file.
func (r Reading) OpenGiven(from Given) (*Export, error) {
	g := &given{}
	return r.open(&Export{path: from.Path, sheet: from.Sheet, remarks: from.Remarks, given: g}, func(o orderfile.Options) (*orderfile.File, error) {
		return orderfile.Given(from.Header, o, func() (orderfile.Row, error) {
			row, err := from.Next()
			if err == nil {
				g.ahead = append(g.ahead, companion{row.Operation, row.Value})
			}
			return row.Row, err
		})
	})
}
