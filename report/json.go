package report

import (
	"io"
	"io/fs"
	"iter"
	"unicode/utf8"

	"voucherbul/mapping"
	"voucherbul/report/shelf"
)

// LineBuffer is how many bytes of JSON lines are written at once.
const LineBuffer = 1 << 16

// WriteLines writes a line for every row, whole or not at all. An error of the rows comes back as it is.
func WriteLines[T any](path string, permissions fs.FileMode, rows iter.Seq2[T, error], appendLine func([]byte, T) []byte) error {
	return shelf.WriteWhole(path, permissions, func(w io.Writer) error {
		buffer := make([]byte, 0, 2*LineBuffer)
		for row, err := range rows {
			if err != nil {
				return err
			}
			if buffer = appendLine(buffer, row); len(buffer) < LineBuffer {
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

// AppendFindings adds the Problems and Corrections of a row; the list of the Problems has begun, that of the Corrections ends.
func AppendFindings(b []byte, problems []mapping.Problem, corrections []mapping.Correction) []byte {
	for i, p := range problems {
		b = Member(b, Comma(i)+`{"field":`, p.Field)
		b = Member(b, `,"column":`, p.Column)
		b = Member(b, `,"found":`, p.Found)
		b = Member(b, `,"expected":`, p.Expected)
		b = Member(b, `,"remedy":`, p.Remedy)
		b = append(Member(b, `,"severity":`, string(p.Severity)), '}')
	}
	b = append(b, `],"corrections":[`...)
	for i, c := range corrections {
		b = Member(b, Comma(i)+`{"field":`, c.Field)
		b = Member(b, `,"column":`, c.Column)
		b = Member(b, `,"from":`, c.From)
		b = append(Member(b, `,"to":`, c.To), '}')
	}
	return append(b, ']')
}

// Comma stands before the i-th of several values, from 0.
func Comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// Member adds a member of an object: key is all that stands before its value, as `,"name":`.
func Member(b []byte, key, value string) []byte { return AppendText(append(b, key...), value) }

// AppendText adds a JSON string. Bytes that are no UTF-8 become U+FFFD; the two line separators of Unicode are
// escaped, because some readers end a line at them.
func AppendText(b []byte, s string) []byte {
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
