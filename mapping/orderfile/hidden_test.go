package orderfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// hide makes a row of the sheet a hidden one.
func hide(row string) string { return strings.Replace(row, "<row ", `<row hidden="1" `, 1) }

// TestHiddenRowsThatAreNoOrders: a hidden title, header, total, repeated header or blank row keeps no order from
// being read, so it is nothing to ask about.
func TestHiddenRowsThatAreNoOrders(t *testing.T) {
	header := strings.NewReplacer(`r="1"`, `r="3"`, "A1", "A3", "B1", "B3", "C1", "C3").Replace(sheetHeader)
	again := strings.NewReplacer(`r="3"`, `r="7"`, "A3", "A7", "B3", "B7", "C3", "C7").Replace(header)
	const blank, total = `<row r="5"><c r="A5" t="str"><v> </v></c><c r="B5" s="0"/></row>`,
		`<row r="8"><c r="B8" t="str"><v>Totale</v></c><c r="C8"><v>2</v></c></row>`
	for name, rows := range map[string]string{
		"none":              textRow(1, "A") + header + textRow(4, "A", "B") + textRow(6, "A", "B"),
		"a title":           hide(textRow(1, "A")) + header + textRow(4, "A", "B") + textRow(6, "A", "B"),
		"the header":        hide(header) + textRow(4, "A", "B") + textRow(6, "A", "B"),
		"a blank row":       header + textRow(4, "A", "B") + hide(blank) + textRow(6, "A", "B"),
		"a row of nothing":  header + textRow(4, "A", "B") + `<row r="5" hidden="1"/>` + textRow(6, "A", "B"),
		"the header again":  header + textRow(4, "A", "B") + textRow(6, "A", "B") + hide(again),
		"a total":           header + textRow(4, "A", "B") + textRow(6, "A", "B") + hide(total),
		"all that is above": hide(textRow(1, "A")) + hide(textRow(2, "A")) + hide(header) + textRow(4, "A", "B") + textRow(6, "A", "B"),
	} {
		t.Run(name, func(t *testing.T) {
			_, read, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: worksheet(rows)}.bytes(t)))
			must(t, err)
			var orders []int
			for _, row := range read {
				if row.Skipped == "" {
					orders = append(orders, row.Number)
				}
			}
			if len(orders) != 2 || orders[0] != 4 || orders[1] != 6 {
				t.Errorf("orders in the rows %d", orders)
			}
		})
	}
}

// TestFirstHiddenOrderIsTold: of several hidden orders the first one is named, in its sheet.
func TestFirstHiddenOrderIsTold(t *testing.T) {
	rows := hide(sheetHeader) + textRow(2, "A") + `<row r="3" hidden="1"/>` + hide(textRow(4, "A")) + hide(textRow(5, "A"))
	path := writeFile(t, "ordini.xlsx", xlsxFile{sheet: worksheet(rows)}.bytes(t))
	_, _, err := readAll(path)
	wantUnreadable(t, err, "the row is hidden in the sheet")
	u, _ := errors.AsType[*UnreadableError](err)
	if u == nil || u.Line != 4 || u.Sheet != "Ordini" || !strings.HasPrefix(u.Error(), path+`: sheet "Ordini", row 4: the row is hidden`) {
		t.Errorf("%v", err)
	}
}

// TestHiddenBlankRowsFarBelow: the rows behind those in which the header is looked for pass through other hands.
func TestHiddenBlankRowsFarBelow(t *testing.T) {
	rows := sheetHeader
	for row := 2; row <= 3*searchRows; row += 2 {
		rows += textRow(row, "A", "B") + fmt.Sprintf(`<row r="%d" hidden="1"><c r="A%d" t="str"><v> </v></c></row>`, row+1, row+1)
	}
	_, read, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: worksheet(rows)}.bytes(t)))
	must(t, err)
	if len(read) != 3*searchRows/2 || read[len(read)-1].Number != 3*searchRows {
		t.Errorf("%d rows", len(read))
	}
}
