package xlsx

import (
	"testing"
)

func TestIsDateCode(t *testing.T) {
	for code, want := range map[string]bool{
		"dd/mm/yyyy": true, "DD/MM/YYYY": true, "h:mm": true, "[h]:mm d": true, "[mm] yy": true,
		"[$-410]d mmm yy;@": true, "0;dd/mm/yyyy": true, "yyyy\\-mm": true, `"il "d`: true,
		"General": false, "Standard": false, "0.00": false, "0.00E+00": false, "#,##0": false, "0%": false, "@": false,
		"[Red]0": false, "[Blue]-0;[Magenta]0": false, "[$USD-409]0": false, `0" mesi"`: false, `0\d`: false, "0_m": false,
		"[h]:mm:ss": false, "[mm]": false, "[SS].0": false, `hh:mm" ore`: true, `[h]" or`: false, "h[": true, "[h][": false, "*s0": false, "[<100]0": false, "": false, `"dd`: false, "[dd": false, "[]0": false, `0\`: false,
	} {
		if got := isDateCode(code); got != want {
			t.Errorf("isDateCode(%q) = %t", code, got)
		}
	}
	for id, want := range map[string]bool{"0": false, "13": false, "14": true, "22": true, "23": false, "26": false, "27": true,
		"36": true, "37": false, "44": false, "45": true, "46": false, "47": true, "48": false, "49": false, "50": true, "58": true, "59": false, "x": false} {
		if got := isBuiltInDate(id); got != want {
			t.Errorf("isBuiltInDate(%s) = %t", id, got)
		}
	}
}
