package grid

import "testing"

func TestErrorsSayRowOfSheets(t *testing.T) {
	for want, err := range map[string]*UnreadableError{
		`a.xlsx: sheet "Ordini", row 3: x; y`: {Path: "a.xlsx", Sheet: "Ordini", Line: 3, Cause: "x", Remedy: "y"},
		`a.xlsx: sheet "Ordini": x`:           {Path: "a.xlsx", Sheet: "Ordini", Cause: "x"},
		`a.csv: line 3: x`:                    {Path: "a.csv", Line: 3, Cause: "x"},
		`a.csv: x`:                            {Path: "a.csv", Cause: "x"},
	} {
		if got := err.Error(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
