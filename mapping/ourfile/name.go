// Package ourfile names the files that we write: the outcome of a run, the workbook of a check, the list of ISEE outcomes,
// the template. It has their titles and labels, and recognises a file that a person gives back to the program. It is the one
// place of this knowledge: who writes a file and who reads it again cannot disagree.
//
// The package is pure and imports nothing of ours. It must not open a file, and must not know a row: what a title stands over
// is the business of package report, and the text of an ID that of package journal.
//
// All of it is a contract. Files that lie in a customer's folders were named and titled by it: what is here may be added to,
// and must not be changed.
package ourfile

import (
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Format is what an outcome is written as.
type Format string

// The formats of an outcome.
const (
	XLSX Format = "xlsx" // the workbook, NAME.esiti.xlsx
	CSV  Format = "csv"  // its sheet Esiti as NAME.esiti.csv, for a spreadsheet
	JSON Format = "json" // an object per row as NAME.esiti.jsonl, for programs
)

// IseeName is the file name of the workbook of ISEE outcomes.
const IseeName = "voucherbul-isee.xlsx"

// Stamp is how an instant stands in the name of a file that was set aside, as package time writes it.
const Stamp = "20060102-150405"

// What our names end in, before the ending of the format.
const (
	outcomeMark = ".esiti"
	checkMark   = ".controllo"
)

// label stands behind the mark in the name of a file that was set aside. It is the ID of a run, which begins with an
// instant, or an instant alone. A number follows where the name was taken.
const label = `(\.[0-9]{8}-[0-9]{6}(-[a-z0-9]+)*)?`

var (
	// outcomeEnd is what the name of an outcome ends in, without the ending of its format.
	outcomeEnd = regexp.MustCompile(regexp.QuoteMeta(outcomeMark) + label + `$`)
	// ours is a whole name, in lower case.
	ours = regexp.MustCompile(`(` + regexp.QuoteMeta(outcomeMark) + `|` + regexp.QuoteMeta(checkMark) + `)` + label + `\.(xlsx|csv|jsonl)$|^` + regexp.QuoteMeta(IseeName) + `$`)
)

// Formats lists the formats of an outcome.
func Formats() []Format { return []Format{XLSX, CSV, JSON} }

// FormatOf is the format of an outcome by its name.
func FormatOf(path string) Format {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv":
		return CSV
	case ".jsonl":
		return JSON
	}
	return XLSX
}

func (f Format) ending() string {
	switch f {
	case CSV:
		return ".csv"
	case JSON:
		return ".jsonl"
	}
	return ".xlsx"
}

// Path is where the outcome of an export is written in this format: beside it, or in folder where that is not "".
func (f Format) Path(source, folder string) string {
	return beside(source, folder, outcomeMark+f.ending())
}

// CheckPath is where the workbook of a check of an export is written: NAME.controllo.xlsx, beside it or in folder.
func CheckPath(source, folder string) string { return beside(source, folder, checkMark+XLSX.ending()) }

// CheckJSONLPath is where the rows of a check are written as JSON: NAME.controllo.jsonl.
func CheckJSONLPath(source, folder string) string {
	return beside(source, folder, checkMark+JSON.ending())
}

func beside(source, folder, ending string) string {
	if folder == "" {
		folder = filepath.Dir(source)
	}
	base := filepath.Base(source)
	name := strings.TrimSuffix(base, filepath.Ext(base))
	// The outcome of an outcome has the name that the first one had: nobody wants x.esiti.esiti.xlsx.
	if mark := outcomeEnd.FindStringIndex(name); mark != nil && mark[0] > 0 {
		name = name[:mark[0]]
	}
	return filepath.Join(folder, name+ending)
}

// KeepEnding gives what stands for an export in Path and its like, so that the name of its file keeps the export's ending. Two
// exports of one folder that differ in nothing else must not have one report: "x.csv" then has "x.csv.esiti.xlsx".
func KeepEnding(source string) string { return source + "." }

// Aside is the n-th name, from 1, for setting a file aside. The name gets a label, which is the ID of a run or a [Stamp]; it
// replaces a label that the name already has. "x.esiti.xlsx" becomes "x.esiti.LABEL.xlsx", then "x.esiti.LABEL-2.xlsx".
func Aside(path, label string, n int) string {
	if n > 1 {
		label += "-" + strconv.Itoa(n)
	}
	ending := filepath.Ext(path)
	name := strings.TrimSuffix(path, ending)
	if mark := outcomeEnd.FindStringSubmatchIndex(name); mark != nil && mark[2] >= 0 {
		name = name[:mark[2]]
	}
	return name + "." + label + ending
}

// IsOurs reports that a name, without folders, is one that we give to an outcome, to a check or to ISEE outcomes, in whatever
// case. What a person has made of such a file under another name is an export like others.
func IsOurs(name string) bool { return ours.MatchString(strings.ToLower(name)) }

// ExportNames are the names that an export may have, without folders. The first is the name of the file. For the workbook of
// a check, the names that the checked export may have had follow. Their order is always the same.
func ExportNames(file string) []string {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	names := []string{base}
	ending := checkMark + XLSX.ending()
	n := len(base) - len(ending)
	if n <= 0 || !strings.EqualFold(base[n:], ending) {
		return names
	}
	stem := base[:n]
	for strings.HasSuffix(strings.ToLower(stem), checkMark) { // a check of what was checked
		stem = stem[:len(stem)-len(checkMark)]
	}
	switch strings.ToLower(path.Ext(stem)) {
	case CSV.ending(), XLSX.ending(): // the check has kept it, see [KeepEnding]
		return append(names, stem)
	}
	return append(names, stem+CSV.ending(), stem+XLSX.ending())
}
