package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"
)

// table is what a command shows: lines of as many cells. Without a header it is a list of names and values.
type table struct {
	header []string
	rows   [][]string
}

// add adds a line.
func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// addKnown adds a name and its value, where there is one.
func (t *table) addKnown(name, value string) {
	if value != "" {
		t.add(name, value)
	}
}

// printTables writes tables with a blank line between them: aligned for people, with tabs alone for programs. Those that have
// no lines are left out, but the first.
func printTables(out io.Writer, aligned bool, tables []table) error {
	var text strings.Builder
	for i, t := range tables {
		if i > 0 && len(t.rows) == 0 {
			continue
		}
		if i > 0 {
			text.WriteByte('\n')
		}
		lines := t.rows
		if t.header != nil {
			lines = append([][]string{t.header}, lines...)
		}
		writeLines(&text, aligned, lines)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func writeLines(text *strings.Builder, aligned bool, lines [][]string) {
	if !aligned {
		for _, cells := range lines {
			text.WriteString(strings.Join(cells, "\t") + "\n")
		}
		return
	}
	w := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	for _, cells := range lines {
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	_ = w.Flush() // a strings.Builder never fails
}

// isTerminal reports whether a person reads what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// stampText is an instant as tables show it; "" for none.
func stampText(t time.Time, zone *time.Location, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(layout)
}

// Layouts of instants in tables.
const (
	toTheSecond = "2006-01-02 15:04:05"
	toTheMilli  = "2006-01-02 15:04:05.000"
)

// tookText is a duration as people read it.
func tookText(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// shortText is the beginning of a text that may be a whole page of a gateway; --json has all of it.
func shortText(text string) string {
	const most = 120
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// count is a number as tables show it: what never happened stays blank.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
