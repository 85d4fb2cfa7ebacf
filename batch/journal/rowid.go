package journal

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// RowID names a row of a file of a run, for every memory of a journal and for good. Which of two runs is the later one it does
// not say.
//
// People and their spreadsheets have it as "20260701-123000-aaaa-1-17-K". It ends in a check letter. The letter reveals a
// mistyped ID, and keeps a spreadsheet from counting on when somebody drags the cell over others.
type RowID struct {
	Run   string
	File  int // its place among the files of the run, from 1
	Place int // its place among the rows of the file, from 1
}

// FileID names a file of a run.
type FileID struct {
	Run  string
	File int // its place among the files of the run, from 1
}

// Row names a row of the file by its place among them, from 1.
func (id FileID) Row(place int) RowID { return RowID{id.Run, id.File, place} }

// InFile names the file that the row is of.
func (id RowID) InFile() FileID { return FileID{id.Run, id.File} }

// IsBefore reports that the row stands before another one in their file.
func (id RowID) IsBefore(other RowID) bool {
	return id.InFile() == other.InFile() && id.Place < other.Place
}

func (id RowID) String() string {
	body := id.Run + "-" + strconv.Itoa(id.File) + "-" + strconv.Itoa(id.Place)
	return body + "-" + string(checkLetter(body))
}

// ParseRowID reads what String has written, whatever its case and the blanks around it.
func ParseRowID(text string) (RowID, error) {
	wrong := fmt.Errorf("%q is not the ID of a row", text)
	body, letter, ok := cutLast(strings.ToLower(strings.TrimSpace(text)))
	if !ok || letter != strings.ToLower(string(checkLetter(body))) {
		return RowID{}, wrong
	}
	rest, place, ok := cutLast(body)
	if !ok {
		return RowID{}, wrong
	}
	run, file, ok := cutLast(rest)
	id := RowID{Run: run}
	var errFile, errPlace error
	id.File, errFile = strconv.Atoi(file)
	id.Place, errPlace = strconv.Atoi(place)
	if !ok || errFile != nil || errPlace != nil || run == "" || id.File < 1 || id.Place < 1 {
		return RowID{}, wrong
	}
	return id, nil
}

func cutLast(text string) (before, after string, ok bool) {
	i := strings.LastIndexByte(text, '-')
	if i < 0 {
		return "", "", false
	}
	return text[:i], text[i+1:], true
}

func checkLetter(body string) byte {
	h := fnv.New32a()
	_, _ = h.Write([]byte(body)) // it never fails
	return 'A' + byte(h.Sum32()%26)
}
