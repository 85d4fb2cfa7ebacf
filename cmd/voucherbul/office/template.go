package office

import (
	"errors"
	"os"

	"voucherbul/mapping"
	"voucherbul/report/template"
)

// TemplateOptions say which empty workbook is wanted.
type TemplateOptions struct {
	Operation mapping.Operation // only its columns; "" = those of all
	Path      string            // "" = modello.xlsx or modello-OPERATION.xlsx in the working folder
}

// ErrThere says that there is a file of this name already, which may hold somebody's work.
var ErrThere = errors.New("it is there already, and may be filled in: choose another name")

// Template writes an empty workbook to fill in, and returns where. It replaces no file: see [ErrThere].
func (o Office) Template(opt TemplateOptions) (path string, err error) {
	path = opt.Path
	if path == "" {
		path = "modello.xlsx"
		if opt.Operation != "" {
			path = "modello-" + string(opt.Operation) + ".xlsx"
		}
	}
	if _, err := os.Stat(path); err == nil {
		return "", &WriteError{Path: path, Err: ErrThere}
	}
	return path, template.Write(path, opt.Operation, o.catalogue())
}
