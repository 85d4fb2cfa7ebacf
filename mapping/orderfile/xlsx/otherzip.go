package xlsx

import (
	"fmt"
	"slices"
	"strings"

	"voucherbul/mapping/orderfile/grid"
)

// refuseForeignZip names the formats that are zip files too.
func refuseForeignZip(a *archive) error {
	for _, other := range []struct{ part, what, remedy string }{
		{"xl/workbook.bin", "a binary workbook (.xlsb)", grid.SaveAsWorkbook},
		{"word/document.xml", "a Word document (.docx)", grid.ExportAgain},
		{"ppt/presentation.xml", "a presentation (.pptx)", grid.ExportAgain},
		{"Index/Document.iwa", "an Apple Numbers document", "open it in Numbers and use File, Export To, Excel"},
		{"Index.zip", "an Apple Numbers document", "open it in Numbers and use File, Export To, Excel"},
		{"content.xml", "an OpenDocument file (.ods, .odt)", `open it in LibreOffice and save it with File, Save As, "Excel 2007-365 (.xlsx)"`},
	} {
		if a.has(other.part) {
			return grid.Foreign(other.what, other.remedy)
		}
	}
	return nil
}

// refuseOtherZip names a zip file that has no workbook inside by the files in it that could be read.
func refuseOtherZip(a *archive) error {
	var names []string
	for name := range a.parts {
		if strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".xlsx") || strings.HasSuffix(name, ".xls") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return grid.Foreign("a zip file without a workbook inside", grid.ExportAgain)
	}
	slices.Sort(names)
	return grid.Foreign(fmt.Sprintf("a zip file without a workbook inside, but with files such as %.100q", names[0]), grid.UnpackFirst)
}
