package grid

import (
	"errors"
	"fmt"
	"strings"
)

// UnreadableError says that a file cannot be read with certainty: not one of its rows may be used.
// Its texts are English and hold no value of a cell, since they end up in logs.
type UnreadableError struct {
	Path   string
	Sheet  string // of a workbook, as far as it is known; what is too long is cut
	Line   int    // line of the CSV file or row of the sheet; 0 = unknown
	Cause  string // what is wrong
	Remedy string // what would be right; "" where the cause says it

	NoHeader bool // no column is known: with another profile, or with none, the file may be right
}

// Error is the whole story in one line.
func (e *UnreadableError) Error() string {
	var s strings.Builder
	if e.Path != "" {
		s.WriteString(e.Path + ": ")
	}
	switch {
	case e.Sheet != "" && e.Line > 0:
		fmt.Fprintf(&s, "sheet %q, row %d: ", e.Sheet, e.Line)
	case e.Sheet != "":
		fmt.Fprintf(&s, "sheet %q: ", e.Sheet)
	case e.Line > 0:
		fmt.Fprintf(&s, "line %d: ", e.Line)
	}
	s.WriteString(e.Cause)
	if e.Remedy != "" {
		s.WriteString("; " + e.Remedy)
	}
	return s.String()
}

// AtLine gives an UnreadableError its line. Other errors, and nil, pass as they are; so they do in [InSheet] and [InFile].
func AtLine(line int, err error) error {
	if u, ok := errors.AsType[*UnreadableError](err); ok {
		u.Line = line
	}
	return err
}

// InFile gives an UnreadableError its file; "" leaves it out.
func InFile(path string, err error) error {
	if u, ok := errors.AsType[*UnreadableError](err); ok && path != "" {
		u.Path = path
	}
	return err
}

// InSheet gives an UnreadableError its sheet.
func InSheet(name string, err error) error {
	if u, ok := errors.AsType[*UnreadableError](err); ok {
		if u.Sheet = Cut(name); name == "" {
			u.Sheet = "(without a name)"
		}
	}
	return err
}

// What to do with a file of another format.
const (
	SaveAsWorkbook = `open it in Excel and save it with File, Save As, "Excel Workbook (.xlsx)" (in LibreOffice: File, Save As, "Excel 2007-365 (.xlsx)")`
	ExportAgain    = `export the orders as "Excel Workbook (.xlsx)" or "CSV UTF-8" from the program that has them`
	UnpackFirst    = "unpack it, and give the files inside one by one"
)

// Foreign is the error about a file of another format.
func Foreign(what, remedy string) error {
	return &UnreadableError{Cause: "the file is " + what, Remedy: remedy}
}
