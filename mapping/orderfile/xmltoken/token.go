// Package xmltoken reads XML token by token: start tags, end tags and texts, with the names, attributes and
// namespaces that they have. It is stricter than encoding/xml and allocates nothing per token, since a sheet has
// millions of them. A fuzz test compares it with encoding/xml.
//
// The package must not repair anything: what is not well-formed XML 1.0 in UTF-8 is an error, because a reader that
// forgives loses a cell without a word. It must not resolve a DOCTYPE or read without a bound. It knows no
// spreadsheet: which elements there are, and what they mean, is for its caller.
package xmltoken

import (
	"bytes"
	"io"
	"regexp"
)

// Bounds of what is read. They are far beyond any workbook, and keep the memory of a hostile one small.
const (
	maxDepth      = 64  // nesting; a sheet has about 10
	maxAttributes = 100 // of one element
	maxPrefixes   = 64  // namespace declarations in force at once
	firstWindow   = 64 << 10
	maxWindow     = 1 << 20 // the longest tag or run of text: a cell of Excel holds 32,767 characters
)

// Error is why a document is refused, as the end of a sentence such as "the part x is cut short". It quotes nothing of
// the document.
type Error string

func (e Error) Error() string { return string(e) }

const (
	// TooLong is the error about a tag or a text that does not fit into the memory that is spent on one.
	TooLong Error = "has a tag or a text of more than 1 MiB"

	cutShort   Error = "is cut short"
	badCoding  Error = "is not XML 1.0 in UTF-8"
	hasDoctype Error = "has a DOCTYPE, which no spreadsheet program writes"
	secondRoot Error = "has a second root element"
	tooDeep    Error = "has elements that are nested too deep"
	tooMany    Error = "has an element with too many attributes or namespaces"
	noElement  Error = "is empty"
)

// SyntaxError is how a document breaks the rules of XML, as a sentence of its own. It quotes nothing of the document.
type SyntaxError string

func (e SyntaxError) Error() string { return string(e) }

const (
	badTag       SyntaxError = "a tag is malformed"
	badEnd       SyntaxError = "an end tag does not match its start"
	badName      SyntaxError = "a name is malformed"
	badReference SyntaxError = "an entity or character reference is not valid"
	badCharacter SyntaxError = "a character is not allowed"
	notUTF8      SyntaxError = "a text is not UTF-8"
	badValue     SyntaxError = "an attribute value is malformed"
	noSpace      SyntaxError = "white space is missing between attributes"
	twice        SyntaxError = "an attribute is given twice"
	badSection   SyntaxError = "a comment or CDATA section is malformed"
	badMarkup    SyntaxError = "a markup declaration has no place"
	strayEnd     SyntaxError = "the end of a CDATA section stands in text"
	badProcInst  SyntaxError = "a processing instruction is malformed"
	outside      SyntaxError = "a text stands outside the root element"
	badPrefix    SyntaxError = "a namespace prefix is not declared, or wrongly"
)

// more says that the window ends within a token. It never leaves the package.
const more Error = "unfinished"

// Token is the kind of a token.
type Token uint8

// The kinds of tokens. Comments and processing instructions are passed over.
const (
	nothing       Token = iota // such as a comment: never given
	EndOfDocument              // all is read, the root was there and has ended
	StartTag                   // Reader.Name and Reader.Attrs tell of it
	EndTag                     // of <a/> too, after its StartTag
	CharData                   // a piece of text, in Reader.Text: a text may come in several
)

// Reader gives the tokens of one document. It reads it once, through a window in which every token stands whole.
// What it shows of a token is valid until the next one. Make it with [New].
type Reader struct {
	Name  []byte // of a StartTag, without prefix
	Attrs []Attr // of a StartTag, in the order in which they are written
	Text  []byte // of CharData

	in       io.Reader
	window   []byte // behind its end stands a NUL, at which every scan stops
	pos, end int
	ended    bool // all of the document is in the window
	begun    bool
	rooted   bool // the root was seen
	closed   bool // the tag was <empty/>: its end comes next
	lines    int  // line breaks before the window

	decoded  []byte // values that are written otherwise than they read
	names    []byte // of the open elements, one after another
	starts   []int  // where in names each begins
	prefixes []binding
}

// New is a Reader that has read nothing yet.
func New(in io.Reader) *Reader { return &Reader{in: in} }

// Attr is one attribute. Its value is normalised (XML 1.0, 3.3.3); where no prefix is written, Prefix is nil.
type Attr struct{ Prefix, Name, Value []byte }

// Next reads the next token. The error is an [Error], a [SyntaxError], or one of the reader below; after it there is
// nothing more to be read.
func (x *Reader) Next() (Token, error) {
	if x.closed {
		x.closed = false
		x.leave()
		return EndTag, nil
	}
	if !x.begun {
		if err := x.begin(); err != nil {
			return 0, err
		}
	}
	for {
		token, after, err := x.scan(x.pos)
		switch {
		case err == nil:
			x.pos = after
			if token != nothing {
				return token, nil
			}
		case err != more:
			return 0, err
		case x.ended:
			return 0, cutShort
		default:
			if err := x.fill(); err != nil {
				return 0, err
			}
		}
	}
}

// fill reads on, and keeps what is not yet consumed. A token that is longer than the window makes it grow.
func (x *Reader) fill() error {
	x.lines += bytes.Count(x.window[:x.pos], []byte{'\n'})
	x.end = copy(x.window, x.window[x.pos:x.end])
	x.pos = 0
	if x.end >= len(x.window)-1 {
		if len(x.window) >= maxWindow {
			return TooLong
		}
		x.window = append(x.window, make([]byte, max(firstWindow, len(x.window)))...)
	}
	for x.end < len(x.window)-1 {
		n, err := x.in.Read(x.window[x.end : len(x.window)-1])
		x.end += n
		if err == io.EOF {
			x.ended = true
			break
		}
		if err != nil {
			return err
		}
	}
	x.window[x.end] = 0
	return nil
}

// declaration is what may stand at the very beginning (XML 1.0, 2.8). A document without one is UTF-8.
var declaration = regexp.MustCompile(`^<\?xml[ \t\r\n]+version` + equals + `("1\.0"|'1\.0')` +
	`([ \t\r\n]+encoding` + equals + `("(?i:utf-8)"|'(?i:utf-8)'))?([ \t\r\n]+standalone` + equals + `("(yes|no)"|'(yes|no)'))?[ \t\r\n]*\?>`)

const equals = `[ \t\r\n]*=[ \t\r\n]*`

// begin passes over byte order mark and declaration.
func (x *Reader) begin() error {
	x.begun = true
	if err := x.fill(); err != nil {
		return err
	}
	start := x.window[:x.end]
	for _, utf16 := range []string{"\xfe\xff", "\xff\xfe", "\x00<", "<\x00"} {
		if bytes.HasPrefix(start, []byte(utf16)) {
			return badCoding
		}
	}
	if bytes.HasPrefix(start, []byte("\ufeff")) {
		x.pos, start = 3, start[3:]
	}
	if bytes.HasPrefix(start, []byte("<?xml")) && (len(start) == 5 || !is(start[5], inName)) {
		found := declaration.Find(start)
		if found == nil && x.ended && !bytes.Contains(start, []byte("?>")) {
			return cutShort
		}
		if found == nil {
			return badCoding
		}
		x.pos += len(found)
	}
	return nil
}

// scan reads one token from i on.
func (x *Reader) scan(i int) (Token, int, error) {
	b := x.window
	if len(x.starts) == 0 {
		i = skipSpace(b, i)
		switch {
		case b[i] == '<':
		case i < x.end:
			return 0, i, outside
		case !x.ended:
			return 0, i, more
		case !x.rooted:
			return 0, i, noElement
		default:
			return EndOfDocument, i, nil
		}
	}
	if b[i] != '<' {
		text, after, err := x.value(i, '<')
		x.Text = text
		return CharData, after, err
	}
	switch b[i+1] {
	case '/':
		after, err := x.endTag(i)
		return EndTag, after, err
	case '?':
		after, err := x.procInst(i)
		return 0, after, err
	case '!':
		return x.section(i)
	}
	after, err := x.startTag(i)
	return StartTag, after, err
}

// Line is the line where the reader stands, from 1.
func (x *Reader) Line() int {
	return 1 + x.lines + bytes.Count(x.window[:x.pos], []byte{'\n'})
}

// Depth is how many elements are open. Right after a StartTag its element is one of them, after an EndTag it is not.
func (x *Reader) Depth() int { return len(x.starts) }
