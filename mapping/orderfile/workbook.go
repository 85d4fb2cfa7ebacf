package orderfile

import (
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// workbook is an XLSX file whose sheets can be read.
type workbook struct {
	archive  *archive
	sheets   []sheetEntry
	date1904 bool // days are counted from 1 January 1904, as on old Macs
	formats  *styles
	strings  sharedStrings
}

type sheetEntry struct {
	name   string
	part   string
	hidden bool
}

// relationship is an arrow from the workbook to one of its parts.
type relationship struct{ id, kind, target string }

// openWorkbook opens the first visible sheet whose first row that is not blank has a known column.
func openWorkbook(file *os.File) (source, record, error) {
	a, err := openArchive(file)
	if err != nil {
		return nil, record{}, err
	}
	w, err := readWorkbook(a)
	if err != nil {
		return nil, record{}, err
	}
	var seen []string
	for _, entry := range w.sheets {
		if entry.hidden {
			continue
		}
		seen = append(seen, fmt.Sprintf("%q", entry.name))
		s, err := w.openSheet(entry)
		if err != nil {
			return nil, record{}, err
		}
		header, err := firstRow(s)
		if err == nil && known(header.cells) > 0 {
			return s, header, nil
		}
		if err != nil && err != io.EOF {
			return s, record{}, err
		}
		if err := s.close(); err != nil {
			return nil, record{}, err
		}
	}
	if len(seen) == 0 {
		return nil, record{}, &UnreadableError{Cause: "the workbook has no visible sheet", Remedy: "show the sheet with the orders"}
	}
	return nil, record{}, noKnownColumn("no visible sheet has a known column in its first row (sheets: " + strings.Join(seen, ", ") + ")")
}

// readWorkbook reads everything but the sheets.
func readWorkbook(a *archive) (*workbook, error) {
	main, err := a.mainPart()
	if err != nil {
		return nil, err
	}
	arrows, err := a.relationships(path.Join(path.Dir(main), "_rels", path.Base(main)+".rels"), path.Dir(main))
	if err != nil {
		return nil, err
	}
	w := &workbook{archive: a, formats: &styles{}}
	if err := w.readSheets(main, arrows); err != nil {
		return nil, err
	}
	for _, arrow := range arrows {
		switch arrow.kind {
		case "styles":
			w.formats, err = readStyles(a, arrow.target)
		case "sharedStrings":
			w.strings, err = readSharedStrings(a, arrow.target)
		}
		if err != nil {
			return nil, err
		}
	}
	return w, nil
}

// mainPart finds the workbook, and names what else the zip file is.
func (a *archive) mainPart() (string, error) {
	foreign := func(what string) error {
		return &UnreadableError{Cause: "the file is " + what, Remedy: "save the orders as .xlsx or CSV"}
	}
	for _, other := range []struct{ part, what string }{
		{"xl/workbook.bin", "a binary workbook (.xlsb)"},
		{"word/document.xml", "a Word document (.docx)"},
		{"ppt/presentation.xml", "a presentation (.pptx)"},
		{"Index/Document.iwa", "an Apple Numbers document"},
		{"content.xml", "an OpenDocument file (.ods, .odt)"},
	} {
		if a.has(other.part) && !a.has("xl/workbook.xml") {
			return "", foreign(other.what)
		}
	}
	if a.has("_rels/.rels") {
		arrows, err := a.relationships("_rels/.rels", "")
		if err != nil {
			return "", err
		}
		for _, arrow := range arrows {
			if arrow.kind == "officeDocument" {
				return arrow.target, nil
			}
		}
	}
	return "", foreign("a zip file without a workbook inside")
}

// relationships reads a .rels part; targets are resolved against the folder of their owner. The kind is the
// end of the type, which strict and transitional files have in common.
func (a *archive) relationships(name, folder string) (arrows []relationship, err error) {
	err = a.eachChild(name, "Relationships", maxPart, func(x *xmlPart, e element) error {
		target := e.attr("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", folder, target)
		}
		if e.name == "Relationship" && e.attr("TargetMode") != "External" {
			arrows = append(arrows, relationship{id: e.attr("Id"), kind: path.Base(e.attr("Type")), target: strings.TrimPrefix(target, "/")})
		}
		return x.skip()
	})
	return arrows, err
}

// eachChild reads a part whole and shows the children of its root, each of which visit must consume.
func (a *archive) eachChild(name, root string, limit int64, visit func(*xmlPart, element) error) error {
	x, e, err := a.openXML(name, limit)
	if err != nil {
		return err
	}
	defer x.part.Close()
	if e.name != root {
		return damaged("the part %s is a %.20q", name, e.name)
	}
	if err := x.each(func(e element) error { return visit(x, e) }); err != nil {
		return err
	}
	return x.finish()
}

func (w *workbook) readSheets(main string, arrows []relationship) error {
	return w.archive.eachChild(main, "workbook", maxPart, func(x *xmlPart, e element) error {
		switch e.name {
		case "workbookPr":
			w.date1904 = isTrue(e.attr("date1904"))
		case "sheets":
			return x.each(func(e element) error {
				id := e.relation()
				i := slices.IndexFunc(arrows, func(r relationship) bool { return r.id == id })
				if i < 0 {
					return damaged("the part of the sheet %q is missing", e.attr("name"))
				}
				if arrow := arrows[i]; arrow.kind == "worksheet" { // and not a chart or a macro sheet
					state := e.attr("state")
					w.sheets = append(w.sheets, sheetEntry{name: e.attr("name"), part: arrow.target,
						hidden: state == "hidden" || state == "veryHidden"})
				}
				return x.skip()
			})
		}
		return x.skip()
	})
}

func isTrue(attr string) bool { return attr == "1" || attr == "true" }
