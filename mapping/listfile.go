package mapping

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// listFile reads the lists that an administrator configures: CSV in UTF-8 with or without BOM, the separator a comma
// or, as Excel writes it, a semicolon. It takes nothing that it does not know, and its errors name file and line.
type listFile struct {
	name    string
	csv     *csv.Reader
	columns []string
}

// openList reads the header. needed are the columns that have to be there; the places of these are returned. key makes
// two spellings of a header the same.
func openList(name string, r io.Reader, needed []string, key func(string) string) (*listFile, []int, error) {
	l := &listFile{name: name}
	text := bufio.NewReader(r)
	if bom, err := text.Peek(3); err == nil && string(bom) == "\ufeff" {
		_, _ = text.Discard(3)
	}
	first, err := text.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	head, _, _ := strings.Cut(string(first), "\n")
	l.csv = csv.NewReader(text)
	if strings.Contains(head, ";") {
		l.csv.Comma = ';'
	}
	l.csv.ReuseRecord = true
	header, err := l.record()
	if errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("%s: the file is empty", name)
	}
	if err != nil {
		return nil, nil, err
	}
	l.columns = slices.Clone(header)
	at, err := l.places(needed, key)
	return l, at, err
}

// places finds the columns that have to be there, by their keys.
func (l *listFile) places(needed []string, key func(string) string) ([]int, error) {
	at := make([]int, len(needed))
	for i, want := range needed {
		at[i] = -1
		for place, written := range l.columns {
			if key(written) != want {
				continue
			}
			if at[i] >= 0 {
				return nil, l.errorf("the column %q is there twice, as %q and %q", want, l.columns[at[i]], written)
			}
			at[i] = place
		}
		if at[i] < 0 {
			return nil, l.errorf("the column %s is missing; the columns are %s", want, strings.Join(l.columns, ", "))
		}
	}
	return at, nil
}

// record is the next line; the slice holds until the one after it. io.EOF is returned as it is.
func (l *listFile) record() ([]string, error) {
	record, err := l.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		return nil, fmt.Errorf("%s: %w", l.name, err)
	}
	for _, cell := range record {
		if !utf8.ValidString(cell) {
			return nil, l.errorf("the text is not UTF-8: save the file as \"CSV UTF-8\"")
		}
	}
	return record, nil
}

// each shows every record that is left. The slice holds until visit returns.
func (l *listFile) each(visit func(record []string) error) error {
	for {
		record, err := l.record()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = visit(record)
		}
		if err != nil {
			return err
		}
	}
}

// errorf is an error of the line that was read last.
func (l *listFile) errorf(format string, args ...any) error {
	line, _ := l.csv.FieldPos(0)
	return fmt.Errorf("%s, line %d: %s", l.name, line, fmt.Sprintf(format, args...))
}

// nearest is the known word that a misspelt one is likely to mean, as the end of a sentence; "" where none is near.
func nearest(word string, known []string) string {
	if found := Nearest(word, known); found != "" {
		return ": did you mean " + found + "?"
	}
	return ""
}

// line is where the record that was read last stands in the file; a header that was put in front does not count.
func (l *listFile) line(headed bool) int {
	line, _ := l.csv.FieldPos(0)
	if !headed {
		line--
	}
	return line
}
