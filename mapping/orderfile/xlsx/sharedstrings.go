package xlsx

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"voucherbul/mapping/orderfile/grid"
)

// Bounds of the shared strings. All of them are kept in memory, and at the worst a process uses twice their size. A sheet
// of maxUnpacked has no room to point to more of them.
const (
	maxSharedText = 128 << 20
	maxShared     = 8 << 20
	maxText       = 1 << 20 // of one string; a cell of Excel holds 32,767 characters
)

// sharedStrings are the texts that cells point to by number. They lie one behind the other in chunks that
// never move, so that keeping a million of them is no work for the garbage collector.
type sharedStrings struct {
	chunks []*strings.Builder // the last one is being filled
	pages  [][]place
	count  int

	// Where the texts come from, as far as they are asked for.
	part  *xmlPart // nil = it has been read to its end, or there is none
	text  []byte   // the last one, used again for the next
	fault error    // why the part could not be read on
}

// place is where a text begins; it ends where the next one of its chunk begins.
type place struct{ chunk, start uint32 }

const (
	chunkSize = maxText
	pageSize  = 1 << 14
)

// add takes the next text. It says what there is too much of.
func (s *sharedStrings) add(text []byte) (excess string) {
	if s.count == maxShared {
		return "more than 8 million shared strings"
	}
	last := len(s.chunks) - 1
	if last < 0 || s.chunks[last].Cap()-s.chunks[last].Len() < len(text) {
		if last++; last == maxSharedText/chunkSize {
			return "more than 128 MB of shared strings"
		}
		s.chunks = append(s.chunks, new(strings.Builder))
		s.chunks[last].Grow(chunkSize)
	}
	if s.count%pageSize == 0 {
		s.pages = append(s.pages, make([]place, 0, pageSize))
	}
	page := &s.pages[len(s.pages)-1]
	*page = append(*page, place{uint32(last), uint32(s.chunks[last].Len())})
	s.chunks[last].Write(text)
	s.count++
	return ""
}

// at is the text of a number.
func (s *sharedStrings) at(i int) (string, bool) {
	if i >= s.count && s.part != nil {
		s.readUpTo(i)
	}
	if i < 0 || i >= s.count {
		return "", false
	}
	from := s.pages[i/pageSize][i%pageSize]
	text := s.chunks[from.chunk].String()[from.start:]
	if i+1 < s.count {
		if next := s.pages[(i+1)/pageSize][(i+1)%pageSize]; next.chunk == from.chunk {
			text = text[:next.start-from.start]
		}
	}
	return text, true
}

func openSharedStrings(a *archive, name string) (*sharedStrings, error) {
	x, err := a.openRoot(name, "sst", maxUnpacked)
	return &sharedStrings{part: x}, err
}

// readAll reads the part to its end. Only the end shows that the part is whole.
func (s *sharedStrings) readAll() error {
	s.readUpTo(maxShared)
	return s.fault
}

// readUpTo reads on until the text of that number is known.
func (s *sharedStrings) readUpTo(number int) {
	for s.part != nil && s.count <= number {
		more, err := s.readNext()
		if !more || err != nil {
			s.fault = err
			s.close()
		}
	}
}

// readNext reads the next child of the root; more is false at the end of the part.
func (s *sharedStrings) readNext() (more bool, err error) {
	e, ok, err := s.part.child()
	switch {
	case err != nil:
		return false, err
	case !ok:
		return false, s.part.finish()
	case string(e.name) != "si":
		return true, s.part.pass(e)
	}
	if s.text, err = s.part.richText(s.text[:0]); err != nil {
		return false, err
	}
	if excess := s.add(s.text); excess != "" {
		return false, &grid.UnreadableError{Cause: "the workbook has " + excess, Remedy: "remove what is not orders, or split the file"}
	}
	return true, nil
}

// close lets go of what has not been read.
func (s *sharedStrings) close() {
	if s.part != nil {
		_ = s.part.close() // nothing was written to it
		s.part, s.text = nil, nil
	}
}

// richText appends the text of the current element, an si or is (ECMA-376 part 1, 18.4.8): one t, or a t for
// each run of one format. Phonetic runs (rPh) tell how to pronounce it, and are no part of it. White space is
// kept, whatever xml:space says: to drop it is for those who know what the text is.
func (x *xmlPart) richText(to []byte) ([]byte, error) {
	inRun := false
	for {
		e, ok, err := x.child()
		switch {
		case err != nil:
			return to, err
		case !ok && !inRun:
			return to, nil
		case !ok:
			inRun = false
		case string(e.name) == "t":
			from := len(to)
			if to, err = x.content(to); err == nil {
				to = unescape(to, from)
			}
		case string(e.name) == "r" && !inRun:
			inRun = true
		case string(e.name) == "rPh" && !inRun:
			err = x.each(x.phonetic)
		case string(e.name) == "rPr" && inRun, string(e.name) == "phoneticPr", string(e.name) == "extLst":
			err = x.pass(e)
		default:
			err = x.alien(e)
		}
		if err != nil {
			return to, err
		}
	}
}

// phonetic passes over what an rPh has: a text that is none of the cell.
func (x *xmlPart) phonetic(e element) error {
	if string(e.name) == "t" {
		return x.skip()
	}
	return x.alien(e)
}

// unescape reads _x000D_ and the like: how OOXML writes characters that XML cannot hold (ST_Xstring,
// ECMA-376 part 1, 22.9.2.19). A literal one is written with its first underscore escaped: _x005F_x000D_.
// The text is what stands in b from a position on.
func unescape(b []byte, from int) []byte {
	if !bytes.Contains(b[from:], []byte("_x")) {
		return b
	}
	s, out := string(b[from:]), b[:from]
	for len(s) > 0 {
		unit, ok := escaped(s)
		if !ok {
			_, size := utf8.DecodeRuneInString(s)
			out = append(out, s[:size]...)
			s = s[size:]
			continue
		}
		if low, paired := escaped(s[7:]); paired && utf16.DecodeRune(unit, low) != utf8.RuneError {
			unit, s = utf16.DecodeRune(unit, low), s[7:]
		}
		if utf16.IsSurrogate(unit) {
			out = append(out, s[:7]...) // half a character: what it meant is lost, so it stays as it is written
		} else {
			out = utf8.AppendRune(out, unit)
		}
		s = s[7:]
	}
	return out
}

// escaped reads one _xHHHH_ at the start of a text.
func escaped(s string) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}
