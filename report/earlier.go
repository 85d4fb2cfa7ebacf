package report

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// OutcomePath is where the outcome of an export is written: NAME.esiti.xlsx beside it, or in folder.
func OutcomePath(source, folder string) string { return beside(source, folder, ".esiti.xlsx") }

// ControlPath is where the workbook of a check is written: NAME.controllo.xlsx.
func ControlPath(source, folder string) string { return beside(source, folder, ".controllo.xlsx") }

// ControlJSONLPath is where the rows of a check are written as JSON: NAME.controllo.jsonl.
func ControlJSONLPath(source, folder string) string {
	return beside(source, folder, ".controllo.jsonl")
}

func beside(source, folder, ending string) string {
	if folder == "" {
		folder = filepath.Dir(source)
	}
	base := filepath.Base(source)
	return filepath.Join(folder, strings.TrimSuffix(base, filepath.Ext(base))+ending)
}

// KeepEarlier moves an outcome of another run out of the way: NAME.esiti.xlsx becomes
// NAME.esiti.RUNID.xlsx. An outcome of the same run stays: it is about to be replaced by a newer rendering.
func KeepEarlier(path, run string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &WriteError{Path: path, Err: err}
	}
	earlier := runOf(path)
	if earlier == run {
		return nil
	}
	if earlier == "" { // not ours, or damaged: it is kept all the same
		earlier = info.ModTime().Format("20060102-150405")
	}
	kept := strings.TrimSuffix(path, ".xlsx") + "." + earlier + ".xlsx"
	if err := os.Rename(path, kept); err != nil {
		return &WriteError{Path: path, Err: err}
	}
	return nil
}

// runOf is the run an outcome workbook says it is of; "" where it says none.
func runOf(path string) string {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return ""
	}
	defer archive.Close()
	part, err := archive.Open("docProps/core.xml")
	if err != nil {
		return ""
	}
	defer part.Close()
	var core struct {
		Identifier string `xml:"identifier"`
	}
	if err := xml.NewDecoder(io.LimitReader(part, 1<<20)).Decode(&core); err != nil {
		return ""
	}
	if strings.ContainsAny(core.Identifier, `/\`) {
		return ""
	}
	return core.Identifier
}
