package report

import (
	"strconv"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping"
	"voucherbul/report/sheet"
)

// Unread names the columns that no field knows: a misspelt header is found at once.
func Unread(s *sheet.Sentences, before string, columns []string) {
	if len(columns) > 0 {
		s.Sentence(before+strings.Join(columns, ", "), sheet.Look{Fill: FillOf(journal.Pending)})
	}
}

// Remarks adds what is to be said about the file as a whole, where there is something.
func Remarks(s *sheet.Sentences, remarks []string) {
	for _, remark := range remarks {
		s.Sentence(remark, sheet.Look{})
	}
	if len(remarks) > 0 {
		s.Sentence("", sheet.Look{})
	}
}

// Plural is a number of things in words: "1 riga", "2 righe".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Instant is an instant as the clerk reads it; "" = there is none.
func Instant(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("02/01/2006 15:04:05")
}

// Blocking are the Problems that keep a row from being sent, one sentence each.
func Blocking(problems []mapping.Problem) (sentences []string) {
	for _, p := range problems {
		if p.Severity == mapping.Blocks {
			sentences = append(sentences, p.String())
		}
	}
	return sentences
}

// Warnings are the Problems with which a row is sent, one sentence each.
func Warnings(problems []mapping.Problem) (sentences []string) {
	for _, p := range problems {
		if p.Severity == mapping.Warns {
			sentences = append(sentences, "Avviso: "+p.String())
		}
	}
	return sentences
}

// Fixes are the values that the program has put right, one sentence each.
func Fixes(corrections []mapping.Correction) (sentences []string) {
	for _, c := range corrections {
		sentences = append(sentences, c.String())
	}
	return sentences
}
