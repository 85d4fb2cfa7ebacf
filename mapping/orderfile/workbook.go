package orderfile

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"voucherbul/mapping/orderfile/grid"
)

// workbook is an XLSX file whose sheets can be read.
type workbook struct {
	archive  *archive
	sheets   []sheetEntry
	date1904 bool // days are counted from 1 January 1904, as on old Macs
	formats  *styles
	strings  *sharedStrings
	texts    int64 // bytes of the cells that were read
}

type sheetEntry struct {
	name   string
	part   string
	hidden bool
}

// relationship is an arrow from the workbook to one of its parts.
type relationship struct{ id, kind, target string }

// Bounds that keep the time of hostile files small.
const (
	maxSheets = 1_000
	maxTables = 1_000 // of one sheet
)

// openWorkbook opens the sheet that is asked for, or the first visible one with orders. It looks at the other
// visible sheets too: orders that are not read must be named.
func openWorkbook(file *os.File, o Options) (grid.Source, *table, error) {
	a, err := openArchive(file)
	if err != nil {
		return nil, nil, err
	}
	w, err := readWorkbook(a)
	if err != nil {
		return nil, nil, err
	}
	asked := -1
	if o.Sheet != "" {
		if asked, err = w.sheetNamed(o.Sheet); err != nil {
			return nil, nil, err
		}
	}
	chosen, found, err := w.chooseSheet(asked, o)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case chosen == nil && len(w.sheets) == 0:
		return nil, nil, noKnownColumn("the workbook has no sheet of cells")
	case chosen == nil && len(o.titles) > 0 && asked >= 0:
		return nil, nil, grid.InSheet(w.sheets[asked].name, noTitles(o.titles, ""))
	case chosen == nil && len(o.titles) > 0:
		return nil, nil, noTitles(o.titles, " of a visible sheet (sheets: "+grid.Listed(w.sheetNames())+")")
	case chosen == nil && asked >= 0:
		return nil, nil, noKnownColumn(fmt.Sprintf("no column in the first %d rows of the sheet %s is known", searchRows, grid.Quoted(w.sheets[asked].name)))
	case chosen == nil:
		return nil, nil, noKnownColumn("no visible sheet has a known column in its first rows (sheets: " + grid.Listed(w.sheetNames()) + ")")
	}
	orders, err := found.table(chosen, o)
	if err == nil {
		err = chosen.setHeader(orders.header.Number)
	}
	if err != nil {
		_ = chosen.Close() // the first error is the one that matters
		return nil, nil, grid.InSheet(chosen.name, err)
	}
	return chosen, orders, nil
}

// chooseSheet looks at every visible sheet, or at the one that is asked for. A sheet with orders comes before
// one that only names columns, such as a legend; of those the first is taken. It gives nil where there is none.
func (w *workbook) chooseSheet(asked int, o Options) (chosen *sheet, found beginning, err error) {
	var others []string
	for i, entry := range w.sheets {
		if asked >= 0 && i != asked || asked < 0 && entry.hidden {
			continue
		}
		s, b, err := w.tryTable(entry, o)
		switch {
		case err != nil:
		case b.known > 0 && (chosen == nil || b.hasOrders(ordersToRead) && !found.hasOrders(ordersToRead)):
			if chosen != nil {
				err = chosen.Close()
			}
			chosen, found = s, b
		default:
			if b.hasOrders(ordersToMiss) {
				others = append(others, entry.name)
			}
			err = s.Close()
		}
		if err != nil {
			if chosen != nil {
				_ = chosen.Close()
			}
			return nil, beginning{}, err
		}
	}
	if chosen != nil {
		chosen.others = others
	}
	return chosen, found, nil
}

// tryTable opens a sheet and looks for a header in it.
func (w *workbook) tryTable(entry sheetEntry, o Options) (*sheet, beginning, error) {
	s, err := w.openSheet(entry)
	if err != nil {
		return nil, beginning{}, grid.InSheet(entry.name, err)
	}
	found, err := lookForHeader(s, o)
	if err != nil {
		_ = s.Close()
	}
	return s, found, grid.InSheet(entry.name, err)
}

// readWorkbook reads everything but the sheets.
func readWorkbook(a *archive) (*workbook, error) {
	w, err := beginWorkbook(a)
	if err == nil {
		err = w.strings.readAll()
	}
	return w, err
}

// beginWorkbook reads everything but the sheets and the shared strings; these are read as far as cells point to
// them.
func beginWorkbook(a *archive) (*workbook, error) {
	main, err := a.mainPart()
	if err != nil {
		return nil, err
	}
	arrows, err := a.relationshipsOf(main)
	if err != nil {
		return nil, err
	}
	w := &workbook{archive: a, formats: &styles{}, strings: &sharedStrings{}}
	if err := w.readSheets(main, arrows); err != nil {
		return nil, err
	}
	styles, hasStyles, err := only(arrows, "styles")
	if err == nil && hasStyles {
		w.formats, err = readStyles(a, styles)
	}
	if err != nil {
		return nil, err
	}
	texts, hasTexts, err := only(arrows, "sharedStrings")
	if err == nil && hasTexts {
		w.strings, err = openSharedStrings(a, texts)
	}
	return w, err
}

// only is where the arrow of a kind points to. Of two nobody knows which one is meant.
func only(arrows []relationship, kind string) (target string, found bool, err error) {
	for _, arrow := range arrows {
		if arrow.kind != kind {
			continue
		}
		if found {
			return "", false, damaged("it has a part of the kind %s twice", kind)
		}
		target, found = arrow.target, true
	}
	return target, found, nil
}

// mainPart finds the workbook, and names what else the zip file is.
func (a *archive) mainPart() (string, error) {
	if !a.has("xl/workbook.xml") {
		if err := refuseForeignZip(a); err != nil {
			return "", err
		}
	}
	if a.has("_rels/.rels") {
		arrows, err := a.relationships("_rels/.rels", "")
		if err != nil {
			return "", err
		}
		if main, found, err := only(arrows, "officeDocument"); found || err != nil {
			return main, err
		}
	}
	return "", refuseOtherZip(a)
}

// relationships reads a .rels part; targets are resolved against the folder of their owner. The kind is the
// end of the type, which strict and transitional files have in common.
func (a *archive) relationships(name, folder string) (arrows []relationship, err error) {
	ids := make(map[string]bool)
	err = a.eachChild(name, "Relationships", maxPart, func(x *xmlPart, e element) error {
		if string(e.name) != "Relationship" {
			return x.pass(e)
		}
		if e.attr("TargetMode") == "External" { // links, of which there may be thousands
			return x.skip()
		}
		id, target := e.attr("Id"), e.attr("Target")
		if ids[id] || len(ids) == maxParts {
			return damaged("the part %s has an id twice, or too many", partName(name))
		}
		ids[id] = true
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", folder, target)
		}
		arrows = append(arrows, relationship{id: id, kind: path.Base(e.attr("Type")), target: strings.TrimPrefix(target, "/")})
		return x.skip()
	})
	return arrows, err
}

// eachChild reads a part whole and shows the children of its root, each of which visit must consume.
func (a *archive) eachChild(name, root string, limit int64, visit func(*xmlPart, element) error) error {
	x, err := a.openRoot(name, root, limit)
	if err != nil {
		return err
	}
	defer x.close()
	if err := x.each(func(e element) error { return visit(x, e) }); err != nil {
		return err
	}
	return x.finish()
}

// openRoot enters the root of a part, which must be the one that is expected.
func (a *archive) openRoot(name, root string, limit int64) (*xmlPart, error) {
	x, e, err := a.openXML(name, limit)
	if err == nil && string(e.name) != root {
		err = damaged("the part %s is a %.20q", partName(name), e.name)
		_ = x.close() // the first error is the one that matters
	}
	return x, err
}

func (w *workbook) readSheets(main string, arrows []relationship) error {
	hasProperties := false
	return w.archive.eachChild(main, "workbook", maxPart, func(x *xmlPart, e element) error {
		switch string(e.name) {
		case "workbookPr":
			if hasProperties {
				return damaged("it says twice from when its days are counted")
			}
			hasProperties, w.date1904 = true, isTrue(e.attr("date1904"))
			return x.skip()
		case "sheets":
			return x.each(func(e element) error {
				if string(e.name) != "sheet" {
					return x.pass(e)
				}
				id := e.relation()
				i := slices.IndexFunc(arrows, func(r relationship) bool { return r.id == id })
				if i < 0 {
					return damaged("the part of the sheet %s is missing", grid.Quoted(e.attr("name")))
				}
				if len(w.sheets) == maxSheets {
					return damaged("it has more than %d sheets", maxSheets)
				}
				if arrow := arrows[i]; arrow.kind == "worksheet" { // and not a chart or a macro sheet
					state := e.attr("state")
					w.sheets = append(w.sheets, sheetEntry{name: e.attr("name"), part: arrow.target,
						hidden: state == "hidden" || state == "veryHidden"})
				}
				return x.skip()
			})
		}
		return x.pass(e)
	})
}

func isTrue(attr string) bool { return attr == "1" || attr == "true" }
