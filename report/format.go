package report

import (
	"path/filepath"
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

// Formats lists them.
func Formats() []Format { return []Format{XLSX, CSV, JSON} }

func (f Format) ending() string {
	switch f {
	case CSV:
		return ".esiti.csv"
	case JSON:
		return ".esiti.jsonl"
	}
	return ".esiti.xlsx"
}

// formatOf is the format of an outcome by its name.
func formatOf(path string) Format {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv":
		return CSV
	case ".jsonl":
		return JSON
	}
	return XLSX
}

// Path is where the outcome of an export is written: beside it, or in folder.
func (f Format) Path(source, folder string) string { return beside(source, folder, f.ending()) }

// Write writes an outcome in the format that its name says.
func Write(path string, o Outcome) error {
	switch formatOf(path) {
	case CSV:
		return writeCSV(path, o)
	case JSON:
		return writeJSON(path, o)
	}
	return WriteOutcome(path, o)
}
