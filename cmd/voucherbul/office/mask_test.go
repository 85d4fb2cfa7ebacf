package office

import "testing"

func TestMaskText(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"OPE999-FAM1-FTTH-100-1 del 10/12":  "OPE999-FAM1-FTTH-100-1 del 10/12",
		"20260302-090000-abcd-1-17-K":       "20260302-090000-abcd-1-17-K",
		"familiari: RSSMRA85T10H501O,012.":  "familiari: RSS************O,012.",
		"rssmra85t10h501o/RSSMRALRTMLHRLMO": "rss************o/RSS************O", // omocodia
		"/x/ordine_RSSMRA85T10H501O.csv":    "/x/ordine_RSS************O.csv",
		"P.IVA IT12345678903, 12345678903":  "P.IVA IT123*******3, 123*******3",
		"123456789012 and 1234567890":       "123456789012 and 1234567890",
		"chiedere a anna.rossi@example.it!": "chiedere a ***",
		"\x1b[2Jtwo\nlines\tand tabs":       " [2Jtwo lines and tabs",
	} {
		if got := MaskText(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}

func TestMaskCode(t *testing.T) {
	for code, want := range map[string]string{"RSSMRA85T10H501O": "RSS************O", "12345678903": "123*******3", "": "", "SHORT": "*****"} {
		if got := MaskCode(code); got != want {
			t.Errorf("%s is shown as %s, want %s", code, got, want)
		}
	}
}
