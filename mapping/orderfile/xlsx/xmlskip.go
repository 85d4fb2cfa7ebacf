package xlsx

import "voucherbul/mapping/orderfile/xmltoken"

// The reader passes over elements that it has no use for. A value could get lost there: a row that stands behind the
// rows, a cell in a cell. Therefore an element that is read in one place is damage in every other place. It is known by
// name and namespace. Other vocabularies in the same part have elements of the same names, such as the xdr:row of an
// anchor; those say nothing about orders.

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

// alien passes over an element in a place where the part's own vocabulary has only elements that are read. An element of
// another vocabulary may stand there. An unknown one of the own vocabulary is one whose name was spoilt: that is damage.
func (x *xmlPart) alien(e element) error {
	if x.isOurs() {
		return x.lost(e.name)
	}
	return x.skip()
}

func (x *xmlPart) lost(name []byte) error {
	return damaged("the part %s has the element %.20q where it cannot be, at its line %d", x.called, name, x.Line())
}
