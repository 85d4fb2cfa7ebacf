package office

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping"
)

// TestTemplateOfTheConfiguration: drop-downs offer the values of the configuration too.
func TestTemplateOfTheConfiguration(t *testing.T) {
	var o Office
	o.Config.Catalogue = mapping.Entries{Tecnologie: []mapping.Word{{Value: "FTTR"}}}
	path, err := o.Template(TemplateOptions{Path: filepath.Join(t.TempDir(), "modello.xlsx")})
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	lists, err := book.GetDataValidations(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	with := slices.DeleteFunc(lists, func(v *excelize.DataValidation) bool { return !strings.Contains(v.Formula1, "SAT,FTTR") })
	if len(with) != 2 {
		t.Errorf("%d drop-downs offer it, want that of the booked and of the activated technology", len(with))
	}
}
