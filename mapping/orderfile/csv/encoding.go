package csv

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"voucherbul/mapping/orderfile/grid"
)

// The encodings of a CSV file, as they are named to people.
const (
	UTF8        = "UTF-8"
	UTF16       = "UTF-16"
	Windows1252 = "Windows-1252"
)

const utf8BOM = "\xef\xbb\xbf"

// saveAsUTF8 is the remedy for a text whose letters are not certain.
const saveAsUTF8 = `export it again and save it as "CSV UTF-8" (in Excel: File, Save As, "CSV UTF-8") or as "Excel Workbook (.xlsx)"`

// encoding is how the bytes of a CSV file make its text. It is decided once for the whole file, before its
// first row is given: a reader that changes its mind in row 50,000 has altered the rows before.
type encoding struct {
	name      string
	bigEndian bool  // of UTF-16
	mac       bool  // all lines end with a carriage return, as on old Macs
	start     int64 // behind the byte order mark
	end       int64 // before the Ctrl-Z with which DOS programs close a text
}

// findEncoding reads the whole file once. It refuses a file that no encoding makes certain text of.
func findEncoding(file io.ReaderAt, size int64) (encoding, error) {
	e, err := announcedEncoding(file, size)
	if err != nil {
		return e, err
	}
	e.end = size
	var last [2]byte
	if unit := e.unit(); size-e.start >= unit {
		if _, err := file.ReadAt(last[:unit], size-unit); err != nil {
			return e, err
		}
		if last == [2]byte{0x1A} && !e.bigEndian || last == [2]byte{0, 0x1A} && e.bigEndian {
			e.end -= unit
		}
	}
	s, err := scan(e.bytesAsText(file))
	switch {
	case err != nil:
		return e, err
	case s.blank:
		return e, &grid.UnreadableError{Cause: "the file is empty", Remedy: "check that the export is complete"}
	case s.nul >= 0:
		return e, e.refuse(file, s.nul, nulCause)
	case s.invalid:
		e.name = Windows1252
		if err := e.judgeBytes(file); err != nil {
			return e, err
		}
	}
	e.mac = s.returns && !s.newlines
	return e, nil
}

// announcedEncoding looks at the first bytes: a byte order mark, or the zeros that make every other byte of
// ASCII in UTF-16. All else is UTF-8 until it is found not to be.
func announcedEncoding(file io.ReaderAt, size int64) (encoding, error) {
	head := make([]byte, 4096)
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return encoding{}, err
	}
	head = head[:n]
	e := encoding{name: UTF8}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return e, &grid.UnreadableError{Cause: "the text is UTF-32", Remedy: saveAsUTF8}
	case bytes.HasPrefix(head, []byte(utf8BOM)):
		e.start = int64(len(utf8BOM))
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		e = encoding{name: UTF16, bigEndian: head[0] == 0xfe, start: 2}
	default:
		if little, big := zerosOfASCII(head); little != big {
			e = encoding{name: UTF16, bigEndian: big}
		}
	}
	return e, nil
}

// zerosOfASCII tells UTF-16 without a mark: bytes of zero, many of them, and only in one half of each pair.
// A text in Latin letters has no zero in the other half: that would be NUL or a letter such as Ā (U+0100).
func zerosOfASCII(head []byte) (little, big bool) {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	many := max(len(head)/2*3/4, 4)
	return zeros[0] == 0 && zeros[1] >= many, zeros[1] == 0 && zeros[0] >= many
}

func (e encoding) unit() int64 {
	if e.name == UTF16 {
		return 2
	}
	return 1
}

// text is the file as UTF-8 with lines that end with a line feed.
func (e encoding) text(file io.ReaderAt) io.Reader {
	text := e.bytesAsText(file)
	if e.mac {
		return macLines{text}
	}
	return text
}

func (e encoding) bytesAsText(file io.ReaderAt) io.Reader {
	raw := io.NewSectionReader(file, e.start, e.end-e.start)
	switch e.name {
	case UTF16:
		return newUTF16Reader(raw, e.bigEndian)
	case Windows1252:
		return charmap.Windows1252.NewDecoder().Reader(raw)
	}
	return raw
}

// macLines ends lines as everybody else does.
type macLines struct{ io.Reader }

func (m macLines) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// scanned is what one fast pass over a text found out.
type scanned struct {
	blank             bool
	invalid           bool  // not UTF-8
	nul               int64 // offset of the first NUL, -1 = none
	newlines, returns bool  // which ends of lines there are; returns is set only if they come before newlines
}

func scan(text io.Reader) (scanned, error) {
	s := scanned{blank: true, nul: -1}
	return s, eachChunk(text, func(at int64, chunk []byte) bool {
		if i := bytes.IndexByte(chunk, 0); i >= 0 {
			s.nul, s.blank = at+int64(i), false
			return false
		}
		s.blank = s.blank && len(bytes.TrimSpace(chunk)) == 0
		s.returns = s.returns || !s.newlines && bytes.IndexByte(chunk, '\r') >= 0
		s.newlines = s.newlines || bytes.IndexByte(chunk, '\n') >= 0
		s.invalid = s.invalid || !utf8.Valid(chunk)
		return true
	})
}

// eachChunk shows a text in pieces that cut no character of UTF-8, until visit has enough.
func eachChunk(text io.Reader, visit func(at int64, chunk []byte) bool) error {
	buffer := make([]byte, 256<<10)
	at, kept := int64(0), 0
	for {
		n, err := io.ReadFull(text, buffer[kept:])
		ended := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !ended {
			return err
		}
		chunk := buffer[:kept+n]
		if !ended {
			chunk = chunk[:wholeRunes(chunk)]
		}
		if !visit(at, chunk) || ended {
			return nil
		}
		at += int64(len(chunk))
		kept = copy(buffer, buffer[len(chunk):kept+n])
	}
}

// wholeRunes is the length of a text without the character that is cut at its end.
func wholeRunes(text []byte) int {
	for i := len(text) - 1; i >= max(0, len(text)-utf8.UTFMax); i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}

// judgeBytes decides whether a file that is not UTF-8 is Windows-1252. Nearly any bytes are valid in it, so the text must
// look like that of an old program. It has no control characters and no byte that the code page leaves undefined. No word
// ends in a sign where DOS has an accent. Nothing in it is UTF-8. A file with both was put together or damaged, and the
// letters of one half would come out wrong.
func (e encoding) judgeBytes(file io.ReaderAt) error {
	bad, control, undefined, dos, multibyte := int64(-1), int64(-1), int64(-1), int64(-1), e.start > 0
	first := func(place *int64, offset int64) {
		if *place < 0 {
			*place = offset
		}
	}
	raw := io.NewSectionReader(file, e.start, e.end-e.start)
	err := eachChunk(raw, func(at int64, chunk []byte) bool {
		for i := 0; i < len(chunk); {
			c, offset := chunk[i], at+int64(i)
			if c < utf8.RuneSelf {
				if c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f {
					first(&control, offset)
				}
				i++
				continue
			}
			if _, width := utf8.DecodeRune(chunk[i:]); width > 1 {
				multibyte = true
				i += width
				continue
			}
			first(&bad, offset)
			switch c {
			case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
				first(&undefined, offset)
			case 0x82, 0x8a, 0x95, 0x97, // é è ò ù of DOS; here ‚ Š • —, which end no word
				0x88, 0x8e, 0x93, 0x98: // à é ì ò of the Mac; here ˆ Ž “ ˜
				if i > 0 && isLatin(chunk[i-1]) && (i+1 == len(chunk) || !isLatin(chunk[i+1])) {
					first(&dos, offset)
				}
			}
			i++
		}
		return true
	})
	if err != nil {
		return err
	}
	switch {
	case multibyte:
		return e.refuse(file, bad, "the text is UTF-8, but some of its bytes are not: it is damaged, or was put together from two encodings")
	case control >= 0:
		return e.refuse(file, control, "the text is not UTF-8, and has control characters that no Windows-1252 text has")
	case undefined >= 0:
		return e.refuse(file, undefined, "the text is not UTF-8, and has bytes that Windows-1252 does not know")
	case dos >= 0:
		return e.refuse(file, dos, "the text is not UTF-8, and its accents look like those of DOS (code page 850) or of an old Mac")
	}
	return nil
}

func isLatin(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// refuse names the line in which an offset of the text stands.
func (e encoding) refuse(file io.ReaderAt, offset int64, cause string) error {
	if e.name == Windows1252 {
		e.name = UTF8 // one byte is one character there: the offset is one of bytes
	}
	newlines, returns := 0, 0
	err := eachChunk(io.LimitReader(e.bytesAsText(file), offset), func(_ int64, chunk []byte) bool {
		newlines += bytes.Count(chunk, []byte("\n"))
		returns += bytes.Count(chunk, []byte("\r"))
		return true
	})
	if err != nil {
		return err
	}
	if newlines == 0 {
		newlines = returns
	}
	return &grid.UnreadableError{Line: newlines + 1, Cause: cause, Remedy: saveAsUTF8}
}

const nulCause = "the text has NUL characters: it is damaged, or no text at all"
