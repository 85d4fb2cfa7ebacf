package xlsx

import (
	"path"
	"slices"

	"voucherbul/mapping/orderfile/grid"
)

// tableTotals finds the rows of totals that the tables of a sheet declare (ECMA-376 part 1, 18.5.1.2).
func (a *archive) tableTotals(sheet string) (totals []area, err error) {
	arrows, err := a.relationshipsOf(sheet)
	if err != nil {
		return nil, err
	}
	for _, arrow := range arrows {
		if arrow.kind != "table" {
			continue
		}
		found, err := a.readTotals(arrow.target)
		if err != nil {
			return nil, err
		}
		if totals = append(totals, found...); len(totals) > maxTables {
			return nil, damaged("a sheet has more than %d tables", maxTables)
		}
	}
	return totals, nil
}

// relationshipsOf is where a part points to; nowhere, where it has no .rels part.
func (a *archive) relationshipsOf(part string) ([]relationship, error) {
	rels := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if !a.has(rels) {
		return nil, nil
	}
	return a.relationships(rels, path.Dir(part))
}

func (a *archive) readTotals(name string) ([]area, error) {
	x, root, err := a.openXML(name, maxPart)
	if err != nil {
		return nil, err
	}
	defer x.close()
	if string(root.name) != "table" {
		return nil, damaged("the part %s is a %.20q", partName(name), root.name)
	}
	table, ok := parseRange(root.attr("ref"))
	count, digits := wholeNumber([]byte(root.attr("totalsRowCount")))
	switch {
	case !ok:
		return nil, damaged("the table %s has no valid range", partName(name))
	case !digits && root.attr("totalsRowCount") != "", count > table.bottom-table.top:
		return nil, damaged("the table %s has no valid number of rows of totals", partName(name))
	}
	if err := x.skip(); err != nil {
		return nil, err
	}
	if count == 0 {
		return nil, x.finish()
	}
	table.top = table.bottom - count + 1
	return []area{table}, x.finish()
}

// isTotal reports whether all that a row has stands in a total of a table. A total beside the orders, of
// another table, does not make a total of the order in its row.
func isTotal(r *grid.Record, totals []area) bool {
	return slices.ContainsFunc(totals, func(t area) bool {
		if r.Number < t.top || r.Number > t.bottom {
			return false
		}
		for i, text := range r.Cells {
			if (i+1 < t.left || i+1 > t.right) && !grid.IsBlank(text) {
				return false
			}
		}
		return !r.IsBlank()
	})
}
