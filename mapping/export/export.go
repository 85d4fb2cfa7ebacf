// Package export opens one export with its profile and judges it row by row: what each row asks for, and what is wrong with it.
// A check and a plan read in the same way.
//
// It must not know a journal or a run: rows of earlier runs are given to it by whoever has them.
package export

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/profile"
)

// Reading is how exports are read and judged: all that decides which requests a file becomes.
type Reading struct {
	Mapper  mapping.Mapper   // Columns and Now are set for each file
	Sheet   string           // of a workbook; "" = the profile's, or the first visible one with a recognised header
	Hidden  orderfile.Hidden // what becomes of hidden rows; "" = what the profile says
	Profile *profile.Profile // nil = headers mean what their names say
	MaxRows int              // that a file may have; 0 = as many as it has

	References string // names the contents of the files that Mapper compares rows with; "" = there are none
}

// Settings names the reading: two readings with the same settings make the same requests of a file. An interrupted run is known
// again by this text: what comes to it stands at its end, and only where it is set.
func (r Reading) Settings() string {
	said := ""
	if r.Profile != nil {
		said = r.Profile.Fingerprint()
	}
	return fmt.Sprintf("%s\n%s\n%q\n%s\n%s\n%s\n%s\n%s", r.Mapper.Operator, r.Mapper.Operation, r.Sheet, r.Hidden, said, r.Mapper.Rules.Fingerprint(), r.References,
		r.Mapper.Catalogue.Fingerprint())
}

// Export is one file that was opened and understood.
type Export struct {
	path    string
	file    *orderfile.File
	close   func() error // of the file; once
	profile *profile.Profile
	binding *profile.Binding // nil without a profile
	mapper  mapping.Mapper
	scratch mapping.Scratch
	doubles *mapping.Doppioni
	skipped []string // the first of them
	others  int      // skipped, and not named
	rows    int      // judged so far
	limit   int      // of rows; 0 = none
	walked  bool

	sheet   string
	remarks []string // of whoever has given the rows
	given   *given   // nil = the rows are of a file
}

// Open opens an export; [Export.Rows] closes it, or [Export.Close] where the rows are not wanted after all.
func (r Reading) Open(path string) (*Export, error) {
	return r.open(&Export{path: path}, func(o orderfile.Options) (*orderfile.File, error) { return orderfile.Open(path, o) })
}

// open opens a table of orders as e, which knows where it is from.
func (r Reading) open(e *Export, open func(orderfile.Options) (*orderfile.File, error)) (*Export, error) {
	e.profile, e.mapper, e.limit = r.Profile, r.Mapper, r.MaxRows
	options := orderfile.Options{Sheet: r.Sheet, Hidden: r.Hidden}
	if p := r.Profile; p != nil {
		options.Sheet, options.Hidden, options.Claims = cmp.Or(r.Sheet, p.Sheet()), cmp.Or(r.Hidden, orderfile.Hidden(p.Hidden())), p.Claims
	}
	var err error
	if e.file, err = open(options); err != nil {
		if u, ok := errors.AsType[*orderfile.UnreadableError](err); ok && u.NoHeader && r.Profile != nil {
			u.Remedy = "the profile may be one of another export: see 'voucherbul profile check'"
		}
		return nil, err
	}
	e.close = sync.OnceValue(e.file.Close)
	e.mapper.Columns = e.file.Columns()
	e.sheet = cmp.Or(e.sheet, e.file.Sheet())
	if r.Profile != nil {
		if e.binding, err = r.Profile.Bind(e.Header(), e.sheet, e.path); err != nil {
			_ = e.Close() // nothing was written to it
			return nil, fmt.Errorf("%s does not fit the profile: %w", e.path, err)
		}
		e.binding.Assume(r.Mapper.Operation)
		e.mapper.Columns = e.binding.Columns()
	}
	e.doubles = mapping.NewDoppioni(e.mapper.Rules, e.mapper.Columns)
	return e, nil
}

// Close lets go of the file. It may be called again, and after the rows, but not while they are being walked through.
func (e *Export) Close() error { return e.close() }

// Sheet is the name of the sheet that the rows are from; "" where the file has none.
func (e *Export) Sheet() string { return e.sheet }

// Columns are the headers as written by the field that they feed; those of one field are joined by ", ". A field
// that a constant of the profile feeds has none.
func (e *Export) Columns() map[string]string { return e.mapper.Columns }

// Header is every column as written, in the order of the file.
func (e *Export) Header() []string { return e.file.Header() }

// Feeds reports whether a field has a source: a column, or a word of the profile.
func (e *Export) Feeds(field string) bool {
	if e.binding != nil {
		return e.binding.Feeds(field)
	}
	return e.mapper.Columns[field] != ""
}

// Unread lists the columns that nobody reads.
func (e *Export) Unread() []string {
	if e.profile != nil {
		return e.profile.Unused(e.Header())
	}
	return orderfile.Unknown(e.Header(), mapping.Claims)
}

// OtherSheets are the sheets of a workbook that have orders too, and are not read.
func (e *Export) OtherSheets() []string { return e.file.OtherSheets() }

// Remarks are Italian sentences about the file as a whole: what in it was not read as an order, and why. They
// are complete when all rows have been walked through.
func (e *Export) Remarks() []string {
	remarks := append(e.file.Remarks(), e.remarks...)
	switch named := strings.Join(e.skipped, "; "); {
	case e.others > 0:
		remarks = append(remarks, fmt.Sprintf("Righe che non sono ordini: %d, le prime sono %s.", len(e.skipped)+e.others, named))
	case named != "":
		remarks = append(remarks, "Righe che non sono ordini: "+named+".")
	}
	return remarks
}

const namedRows = 10 // that a remark names

// errTooLong is a file that has more rows than whoever reads it can hold.
func errTooLong(path string, limit int) error {
	return &orderfile.UnreadableError{Path: path, Cause: fmt.Sprintf("the file has more than %d rows, which is what a sheet can hold", limit), Remedy: "split it"}
}

// Rows walks once through the rows, in file order, and closes the file. After an error the rows that were
// given must be discarded.
func (e *Export) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if e.walked {
			yield(Row{}, errors.New("the rows of an export can be walked through only once"))
			return
		}
		e.walked = true
		stop, pages := make(chan struct{}), make(chan someRows, 1)
		go e.read(pages, stop)
		defer func() { // the reader must have let go of the file before anybody goes on
			close(stop)
			for range pages {
			}
		}()
		for p := range pages {
			for i := range p.rows {
				if e.rows++; e.limit > 0 && e.rows > e.limit {
					yield(Row{}, errTooLong(e.path, e.limit))
					return
				}
				if !yield(e.judge(&p.rows[i], p.companion(i)), nil) {
					return
				}
			}
			if p.err != nil {
				yield(Row{}, p.err)
				return
			}
		}
	}
}

// someRows are a few rows on their way from the reader, which works while the rows before are being judged.
type someRows struct {
	rows       []orderfile.Row
	companions []companion // of rows that were given; nil = they are of a file
	err        error
}

func (p *someRows) companion(i int) companion {
	if p.companions == nil {
		return companion{}
	}
	return p.companions[i]
}

const pageRows = 256

// read owns the file; it ends with the file, with its first error, or when nobody wants more.
func (e *Export) read(pages chan<- someRows, stop <-chan struct{}) {
	defer close(pages)
	defer e.Close() // nothing was written to it
	for {
		p := someRows{rows: make([]orderfile.Row, 0, pageRows)}
		for len(p.rows) < pageRows && p.err == nil {
			var row orderfile.Row
			if row, p.err = e.file.Next(); p.err == nil {
				p.rows = append(p.rows, row)
				if e.given != nil {
					p.companions = append(p.companions, e.given.next())
				}
			}
		}
		end := p.err != nil
		if p.err == io.EOF {
			p.err = nil
		}
		select {
		case pages <- p:
		case <-stop:
			return
		}
		if end {
			return
		}
	}
}
