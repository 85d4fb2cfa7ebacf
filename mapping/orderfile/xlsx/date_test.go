package xlsx

import (
	"testing"
)

func TestAppendDate(t *testing.T) {
	for _, c := range []struct {
		value    string
		date1904 bool
		want     string
	}{
		{"1", false, "01/01/1900"},
		{"59", false, "28/02/1900"},
		{"60", false, ""}, // 29 February 1900
		{"61", false, "01/03/1900"},
		{"31391", false, "10/12/1985"},
		{"2958465", false, "31/12/9999"},
		{"2958465.999999", false, ""}, // rounds beyond the last day
		{"0.99", false, ""},
		{"-1", false, ""},
		{"1E9", false, ""},
		{"46101.999999", false, "21/03/2026"},
		{"46101.99998", false, "20/03/2026 23:59:58"},
		{"46101.000005787", false, "20/03/2026"},
		{"46101.000011574", false, "20/03/2026 00:00:01"},
		{"0", true, "01/01/1904"},
		{"1", true, "02/01/1904"},
		{"-1", true, ""},
		{"-0.5", true, ""},
		{"-1461", true, ""},
		{"0.4375", true, ""}, // 10:30
		{"44639", true, "20/03/2026"},
		{"44639.4375", true, "20/03/2026 10:30:00"},
		{"2957003", true, "31/12/9999"},
		{"2957004", true, ""},
	} {
		if got, ok := appendDate(nil, []byte(c.value), c.date1904); string(got) != c.want || ok != (c.want != "") {
			t.Errorf("appendDate(%s, 1904 %t) = %q, %t; want %q", c.value, c.date1904, got, ok, c.want)
		}
	}
}
