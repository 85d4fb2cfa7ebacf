// Package xlsx reads the rows of the sheets of an XLSX workbook, strictly, each cell as the text that a person sees: dates
// as dd/mm/yyyy, numbers without exponent, formulas as the value that was computed last.
//
// The package must not know a field of an order: which sheet is meant, and which row is the header, is decided above.
// It must not repair a workbook: what its format does not allow, or allows and nobody can understand for certain, is a
// [grid.UnreadableError], since a value may be lost there. What a hostile file can make it do is bounded: memory and time
// grow with the size of the file and never beyond the limits named here.
package xlsx

import (
	"os"
	"path"
	"slices"
	"strings"

	"voucherbul/mapping/orderfile/grid"
)

// Workbook is an XLSX file whose sheets can be read, one at a time or several by turns.
type Workbook struct {
	archive  *archive
	Sheets   []Entry // in the order of the workbook, hidden ones too; only those of cells
	date1904 bool    // days are counted from 1 January 1904, as on old Macs
	formats  *styles
	strings  *sharedStrings
	texts    int64 // bytes of the cells that were read
}

// Entry is a sheet as the workbook lists it.
type Entry struct {
	Name   string // may be ""
	Hidden bool
	part   string
}

// relationship is an arrow from the workbook to one of its parts.
type relationship struct{ id, kind, target string }

// Bounds that keep the time of hostile files small.
const (
	maxSheets = 1_000
	maxTables = 1_000 // of one sheet
)

// Open reads everything but the sheets. The file stays the caller's, and must stay open as long as the workbook is used.
// A file that is no workbook, or a damaged one, gives a [grid.UnreadableError].
func Open(file *os.File) (*Workbook, error) {
	a, err := openArchive(file)
	if err != nil {
		return nil, err
	}
	return readWorkbook(a)
}

func readWorkbook(a *archive) (*Workbook, error) {
	w, err := beginWorkbook(a)
	if err == nil {
		err = w.strings.readAll()
	}
	return w, err
}

// Begin is an [Open] that reads the shared strings only as far as cells point to them. It does not see all damage:
// whoever relies on the texts of the cells must use Open. The caller closes the workbook.
func Begin(file *os.File) (*Workbook, error) {
	a, err := openArchive(file)
	if err != nil {
		return nil, err
	}
	return beginWorkbook(a)
}

func beginWorkbook(a *archive) (*Workbook, error) {
	main, err := a.mainPart()
	if err != nil {
		return nil, err
	}
	arrows, err := a.relationshipsOf(main)
	if err != nil {
		return nil, err
	}
	w := &Workbook{archive: a, formats: &styles{}, strings: &sharedStrings{}}
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

// Fault is why the shared strings could not be read on; nil where they could. A cell that points to one of them is
// called damaged for that reason alone.
func (w *Workbook) Fault() error { return w.strings.fault }

// Close lets go of the shared strings that were not read.
func (w *Workbook) Close() { w.strings.close() }

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

func (w *Workbook) readSheets(main string, arrows []relationship) error {
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
				if len(w.Sheets) == maxSheets {
					return damaged("it has more than %d sheets", maxSheets)
				}
				if arrow := arrows[i]; arrow.kind == "worksheet" { // and not a chart or a macro sheet
					state := e.attr("state")
					w.Sheets = append(w.Sheets, Entry{Name: e.attr("name"), part: arrow.target,
						Hidden: state == "hidden" || state == "veryHidden"})
				}
				return x.skip()
			})
		}
		return x.pass(e)
	})
}

func isTrue(attr string) bool { return attr == "1" || attr == "true" }
