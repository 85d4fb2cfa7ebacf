package csv

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"voucherbul/mapping/orderfile/grid"
)

// utf16Reader makes UTF-8 of UTF-16. It is strict, which the decoder of x/text is not: that one gives U+FFFD
// for half a surrogate pair, and the letter is lost without a word.
type utf16Reader struct {
	in      *bufio.Reader
	order   binary.ByteOrder
	out     []byte // decoded, not given out yet
	buffer  []byte // whose part out is
	lines   int    // ends of lines so far
	returns int    // carriage returns, which end the lines where nothing else does
	err     error
}

func newUTF16Reader(in io.Reader, bigEndian bool) *utf16Reader {
	r := &utf16Reader{in: bufio.NewReaderSize(in, 64<<10), order: binary.LittleEndian, buffer: make([]byte, 0, 64<<10)}
	if bigEndian {
		r.order = binary.BigEndian
	}
	return r
}

// Read gives decoded text; after an error of the encoding there is none any more.
func (r *utf16Reader) Read(p []byte) (int, error) {
	if len(r.out) == 0 && r.err == nil {
		r.fill()
	}
	if len(r.out) == 0 {
		return 0, r.err
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *utf16Reader) fill() {
	out := r.buffer[:0]
	for len(out)+utf8.UTFMax <= cap(out) {
		var c rune
		if c, r.err = r.next(); r.err != nil {
			break
		}
		switch c {
		case '\n':
			r.lines++
		case '\r':
			r.returns++
		}
		out = utf8.AppendRune(out, c)
	}
	r.out = out
}

func (r *utf16Reader) next() (rune, error) {
	c, err := r.unit()
	if err != nil || !utf16.IsSurrogate(c) {
		return c, err
	}
	low, err := r.unit()
	if err != nil && err != io.EOF {
		return 0, err
	}
	whole := utf16.DecodeRune(c, low)
	if err == io.EOF || whole == utf8.RuneError { // no pair stands for U+FFFD itself
		return 0, r.damaged("half of a surrogate pair stands alone")
	}
	return whole, nil
}

// unit reads two bytes.
func (r *utf16Reader) unit() (rune, error) {
	two, err := r.in.Peek(2)
	if len(two) == 1 && err == io.EOF {
		return 0, r.damaged("it ends in the middle of a character")
	}
	if len(two) < 2 {
		return 0, err
	}
	c := rune(r.order.Uint16(two))
	_, err = r.in.Discard(2)
	return c, err
}

func (r *utf16Reader) damaged(what string) error {
	line := r.lines + 1
	if r.lines == 0 {
		line = r.returns + 1
	}
	return &grid.UnreadableError{Line: line, Cause: "the text is UTF-16, but " + what, Remedy: saveAsUTF8}
}
