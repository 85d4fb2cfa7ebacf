package orderfile

import (
	"fmt"
	"strings"
	"unicode"
)

// sheetNamed finds the sheet that the user means: the one of that very name, or else the only one whose name
// differs in nothing but case and spaces.
func (w *workbook) sheetNamed(name string) (int, error) {
	var exact, alike []int
	for i, s := range w.sheets {
		if s.name == name {
			exact = append(exact, i)
		}
		if foldName(s.name) == foldName(name) {
			alike = append(alike, i)
		}
	}
	switch {
	case len(exact) == 1:
		return exact[0], nil
	case len(alike) == 1:
		return alike[0], nil
	case len(alike) > 1:
		return 0, &UnreadableError{Cause: fmt.Sprintf("several sheets are called %q", name),
			Remedy: "write the name just as it is; the workbook has " + w.sheetNames()}
	}
	remedy := "the workbook has " + w.sheetNames()
	if nearest := w.nearestSheet(name); nearest != "" {
		remedy = fmt.Sprintf("did you mean %q? %s", nearest, remedy)
	}
	return 0, &UnreadableError{Cause: fmt.Sprintf("there is no sheet %q", name), Remedy: remedy}
}

// foldName leaves out what people write differently without noticing.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

func (w *workbook) sheetNames() string {
	names := make([]string, len(w.sheets))
	for i, s := range w.sheets {
		names[i] = fmt.Sprintf("%q", s.name)
	}
	return strings.Join(names, ", ")
}

// nearestSheet is the sheet whose name begins and ends most like the one asked for; "" = none has half of it.
func (w *workbook) nearestSheet(name string) string {
	asked := []rune(foldName(name))
	nearest, most := "", 0
	for _, s := range w.sheets {
		theirs := []rune(foldName(s.name))
		shorter := min(len(asked), len(theirs))
		same := 0
		for same < shorter && asked[same] == theirs[same] {
			same++
		}
		for end := 1; same < shorter && asked[len(asked)-end] == theirs[len(theirs)-end]; end++ {
			same++
		}
		if 2*same >= max(len(asked), len(theirs)) && same > most {
			nearest, most = s.name, same
		}
	}
	return nearest
}
