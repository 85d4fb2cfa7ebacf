package grid

import (
	"fmt"
	"strings"
	"unicode"
)

// MaxShown is how many characters of a name of the file are shown. What people call a sheet or a column is
// shorter; hostile names have 60 KB, and characters that a terminal obeys.
const MaxShown = 60

// Cut is the beginning of a name that is too long.
func Cut(name string) string {
	n := 0
	for i := range name {
		if n++; n > MaxShown {
			return name[:i] + "…"
		}
	}
	return name
}

// Quoted is a name of the file as an error shows it.
func Quoted(name string) string { return fmt.Sprintf("%q", Cut(name)) }

// printable is a name of the file within an Italian sentence.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, Cut(name))
}

// maxListed bounds a list of names, in bytes.
const maxListed = 600

// Listed is a list of names as an error shows it. Of very many it names the first ones, and says how many more there are.
func Listed(names []string) string { return joined(names, Quoted, " and %d more") }

// ListedInItalian is such a list as it stands in an Italian sentence.
func ListedInItalian(names []string) string {
	return joined(names, func(name string) string { return "«" + printable(name) + "»" }, " e altri %d")
}

func joined(names []string, show func(string) string, more string) string {
	var s strings.Builder
	for i, name := range names {
		if s.Len() > maxListed {
			fmt.Fprintf(&s, more, len(names)-i)
			break
		}
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString(show(name))
	}
	return s.String()
}
