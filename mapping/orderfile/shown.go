package orderfile

import (
	"fmt"
	"strings"
	"unicode"
)

// maxShown is how much of a name of the file is shown, in characters. What people call a sheet or a column is
// shorter; hostile names have 60 KB, and characters that a terminal obeys.
const maxShown = 60

// cut is the beginning of a name that is too long.
func cut(name string) string {
	n := 0
	for i := range name {
		if n++; n > maxShown {
			return name[:i] + "…"
		}
	}
	return name
}

// quoted is a name of the file as an error shows it.
func quoted(name string) string { return fmt.Sprintf("%q", cut(name)) }

// partName is the name of a part as an error shows it: as it is where it is a usual one.
func partName(name string) string {
	const usual = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/[]"
	if len(name) > 0 && len(name) <= maxShown && strings.Trim(name, usual) == "" {
		return name
	}
	return quoted(name)
}

// printable is a name of the file within an Italian sentence.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, cut(name))
}

// maxListed bounds a list of names, in bytes.
const maxListed = 600

// listed is a list of names as an error shows it. Of very many it gives the first ones.
func listed(names []string) string { return joined(names, quoted, " and %d more") }

// elencati is such a list within an Italian sentence.
func elencati(names []string) string {
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
