package shelf

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
)

// Maker is who a workbook of ours says has made it.
const Maker = "voucherbul"

// isUntouched reports whether a workbook says that the program has made it, and is not newer than it says. Another
// program that saves it leaves its own name in at least one of three places.
func isUntouched(path string, saved time.Time) bool {
	p, err := propertiesOf(path)
	if err != nil || p.Application != Maker || p.Creator != Maker || p.LastModifiedBy != Maker {
		return false
	}
	const coarse = 2 * time.Second // some file systems keep times no finer
	written, err := time.Parse(time.RFC3339, p.Modified)
	return err == nil && !saved.After(written.Add(coarse))
}

// runOf is the run an outcome says it is of; "" where it says none.
func runOf(path string) string {
	switch ourfile.FormatOf(path) {
	case ourfile.CSV:
		return runOfCSV(path)
	case ourfile.JSON:
		return runOfJSON(path)
	}
	p, err := propertiesOf(path)
	if err != nil || strings.ContainsAny(p.Identifier, `/\`) {
		return ""
	}
	return p.Identifier
}

// runOfCSV reads the run from the ID of the first row.
func runOfCSV(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close() // nothing was written to it
	text := bufio.NewReader(f)
	if mark, _ := text.Peek(len(ourfile.ByteOrderMark)); string(mark) == ourfile.ByteOrderMark { // the reader takes no quote behind it
		_, _ = text.Discard(len(mark))
	}
	lines := csv.NewReader(text)
	lines.Comma = ourfile.Separator
	header, err := lines.Read()
	if err != nil {
		return ""
	}
	row, err := lines.Read()
	place := slices.Index(header, ourfile.IDColumn)
	if err != nil || place < 0 {
		return ""
	}
	id, err := journal.ParseRowID(row[place])
	if err != nil {
		return ""
	}
	return id.Run
}

// runOfJSON reads the run from the first row.
func runOfJSON(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close() // nothing was written to it
	var first struct {
		Run string `json:"run"`
	}
	if err := json.NewDecoder(f).Decode(&first); err != nil {
		return ""
	}
	return first.Run
}

// properties are what a workbook says of itself.
type properties struct {
	Identifier     string `xml:"identifier"`
	Creator        string `xml:"creator"`
	LastModifiedBy string `xml:"lastModifiedBy"`
	Modified       string `xml:"modified"`
	Application    string `xml:"Application"`
}

func propertiesOf(path string) (p properties, err error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return p, err
	}
	defer archive.Close()
	for _, name := range []string{"docProps/core.xml", "docProps/app.xml"} {
		part, err := archive.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // what it would say stays ""
		}
		if err != nil {
			return p, err
		}
		err = xml.NewDecoder(io.LimitReader(part, 1<<20)).Decode(&p)
		if err := errors.Join(err, part.Close()); err != nil {
			return p, err
		}
	}
	return p, nil
}
