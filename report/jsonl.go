package report

import (
	"io"
	"io/fs"
	"iter"
	"strconv"
	"unicode/utf8"

	"voucherbul/mapping"
	"voucherbul/report/shelf"
)

// jsonlBuffer is how many bytes are written at once.
const jsonlBuffer = 1 << 16

// WriteControlJSONL writes what a check has found as one JSON object per row, in order and in UTF-8:
//
//	{"row":2,"status":"valid","operation":"…","fields":{…},"problems":[…],"corrections":[…]}
//
// The fields are all of [mapping.Fields], in that order, as they would be sent; a skipped row has none, and a
// "reason". The file is written whole or not at all; an error of the rows comes back as it is.
func WriteControlJSONL(path string, c Control) (counts ControlCounts, err error) {
	encoder := newRowEncoder()
	err = writeLines(path, shelf.PermissionsOf(c.Source), c.Rows, func(b []byte, row CheckedRow) []byte {
		counts.add(row.verdict())
		return encoder.append(b, row)
	})
	return counts, err
}

// writeLines writes a line for every row, whole or not at all. An error of the rows comes back as it is.
func writeLines[T any](path string, permissions fs.FileMode, rows iter.Seq2[T, error], appendLine func([]byte, T) []byte) error {
	return shelf.WriteWhole(path, permissions, func(w io.Writer) error {
		buffer := make([]byte, 0, 2*jsonlBuffer)
		for row, err := range rows {
			if err != nil {
				return err
			}
			if buffer = appendLine(buffer, row); len(buffer) < jsonlBuffer {
				continue
			}
			if _, err := w.Write(buffer); err != nil {
				return &shelf.WriteError{Path: path, Err: err}
			}
			buffer = buffer[:0]
		}
		if _, err := w.Write(buffer); err != nil {
			return &shelf.WriteError{Path: path, Err: err}
		}
		return nil
	})
}

// rowEncoder writes rows as JSON. It is written by hand for its speed, and because the fields have an order that
// no struct has.
type rowEncoder struct {
	keys []string // of every field: `,"codiceFiscale":`, the first one without its comma
}

func newRowEncoder() rowEncoder {
	var e rowEncoder
	for i, f := range mapping.Fields() {
		key := string(appendText(nil, f.Name)) + ":"
		if i > 0 {
			key = "," + key
		}
		e.keys = append(e.keys, key)
	}
	return e
}

// append adds the line of a row.
func (e rowEncoder) append(b []byte, row CheckedRow) []byte {
	v := row.verdict()
	b = strconv.AppendInt(append(b, `{"row":`...), int64(row.Number), 10)
	b = member(b, `,"status":`, string(v))
	b = member(b, `,"operation":`, string(row.Operation))
	b = append(b, `,"fields":{`...)
	if v != skipped {
		for i, key := range e.keys {
			value := ""
			if i < len(row.Values) {
				value = row.Values[i]
			}
			b = member(b, key, value)
		}
	}
	b = appendFindings(append(b, `},"problems":[`...), row.Problems, row.Corrections)
	if v == skipped {
		b = member(b, `,"reason":`, row.Skipped)
	}
	return append(b, "}\n"...)
}

// appendFindings adds the Problems and Corrections of a row; the list of the Problems has begun, that of the Corrections ends.
func appendFindings(b []byte, problems []mapping.Problem, corrections []mapping.Correction) []byte {
	for i, p := range problems {
		b = member(b, comma(i)+`{"field":`, p.Field)
		b = member(b, `,"column":`, p.Column)
		b = member(b, `,"found":`, p.Found)
		b = member(b, `,"expected":`, p.Expected)
		b = member(b, `,"remedy":`, p.Remedy)
		b = append(member(b, `,"severity":`, string(p.Severity)), '}')
	}
	b = append(b, `],"corrections":[`...)
	for i, c := range corrections {
		b = member(b, comma(i)+`{"field":`, c.Field)
		b = member(b, `,"column":`, c.Column)
		b = member(b, `,"from":`, c.From)
		b = append(member(b, `,"to":`, c.To), '}')
	}
	return append(b, ']')
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func member(b []byte, key, value string) []byte { return appendText(append(b, key...), value) }

// appendText adds a JSON string. Bytes that are no UTF-8 become U+FFFD; the two line separators of Unicode are
// escaped, because some readers end a line at them.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		size := 1
		escape := ""
		switch {
		case c == '"':
			escape = `\"`
		case c == '\\':
			escape = `\\`
		case c == '\n':
			escape = `\n`
		case c == '\t':
			escape = `\t`
		case c < ' ':
			escape = string([]byte{'\\', 'u', '0', '0', "01"[c>>4], "0123456789abcdef"[c&15]})
		default:
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				escape = `\ufffd`
			case r == '\u2028':
				escape = `\u2028`
			case r == '\u2029':
				escape = `\u2029`
			}
		}
		if escape != "" {
			b = append(append(b, s[done:i]...), escape...)
			done = i + size
		}
		i += size
	}
	return append(append(b, s[done:]...), '"')
}
