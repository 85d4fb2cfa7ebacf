package xlsx

import "voucherbul/mapping/orderfile/xmltoken"

// What the reader has no use for it passes over, and there a value could get lost: a row that stands behind the
// rows, a cell in a cell. The elements that it reads are damage wherever it does not read them. It knows them by
// name and namespace: in the same part other vocabularies have elements of those names, such as the xdr:row of an
// anchor, and those say nothing about orders.

// isRead knows the elements that are read somewhere.
func isRead(name []byte) bool {
	switch string(name) {
	case "sheetData", "row", "c", "v", "f", "is", "si", "t", // of sheets and shared strings
		"workbookPr", "sheets", "sheet", "cellXfs", "numFmts", "Relationship":
		return true
	}
	return false
}

// isOurs reports whether the element that was opened last is of the part's own vocabulary. What has no namespace
// cannot be of another one.
func (x *xmlPart) isOurs() bool {
	space := x.ElementSpace()
	return space == x.space || space == "" || isSpreadsheet(space)
}

// isSpreadsheet knows both namespaces of spreadsheets, the transitional and the strict one.
func isSpreadsheet(space string) bool {
	return space == "http://schemas.openxmlformats.org/spreadsheetml/2006/main" || space == "http://purl.oclc.org/ooxml/spreadsheetml/main"
}

// skip passes over the rest of the current element, which is where it may be.
func (x *xmlPart) skip() error {
	for outer := x.Depth() - 1; x.Depth() > outer; {
		token, err := x.token()
		if err != nil {
			return err
		}
		if token == xmltoken.StartTag && isRead(x.Name) && x.isOurs() {
			return x.lost(x.Name)
		}
	}
	return nil
}

// pass passes over an element that nobody reads.
func (x *xmlPart) pass(e element) error {
	if isRead(e.name) && x.isOurs() {
		return x.lost(e.name)
	}
	return x.skip()
}

// alien passes over an element where the own vocabulary has no others than those that are read: one of another
// vocabulary may stand there, an unknown one of ours is one whose name was spoilt.
func (x *xmlPart) alien(e element) error {
	if x.isOurs() {
		return x.lost(e.name)
	}
	return x.skip()
}

func (x *xmlPart) lost(name []byte) error {
	return damaged("the part %s has the element %.20q where it cannot be, at its line %d", x.called, name, x.Line())
}
