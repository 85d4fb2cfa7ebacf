package orderfile

import (
	"bytes"
	"io"
	"regexp"
)

// Bounds of what is read as XML. They are far beyond any workbook and keep the memory of hostile ones small.
const (
	maxDepth      = 64  // nesting; a sheet has about 10
	maxAttributes = 100 // of one element
	maxPrefixes   = 64  // namespace declarations in force at once
	firstWindow   = 64 << 10
	maxWindow     = 1 << 20 // the longest tag or run of text: a cell of Excel holds 32,767 characters
)

// xmlError is why a part is refused, as the end of the sentence "the part x ...". None of them quotes the part.
type xmlError string

func (e xmlError) Error() string { return string(e) }

const (
	cutShort   xmlError = "is cut short"
	badCoding  xmlError = "is not XML 1.0 in UTF-8"
	hasDoctype xmlError = "has a DOCTYPE, which no spreadsheet program writes"
	secondRoot xmlError = "has a second root element"
	tooDeep    xmlError = "has elements that are nested too deep"
	tooLong    xmlError = "has a tag or a text of more than 1 MiB"
	tooMany    xmlError = "has an element with too many attributes or namespaces"
	noElement  xmlError = "is empty"
)

// syntaxError is what is not well-formed XML.
type syntaxError string

func (e syntaxError) Error() string { return string(e) }

const (
	badTag       syntaxError = "a tag is malformed"
	badEnd       syntaxError = "an end tag does not match its start"
	badName      syntaxError = "a name is malformed"
	badReference syntaxError = "an entity or character reference is not valid"
	badCharacter syntaxError = "a character is not allowed"
	notUTF8      syntaxError = "a text is not UTF-8"
	badValue     syntaxError = "an attribute value is malformed"
	noSpace      syntaxError = "white space is missing between attributes"
	twice        syntaxError = "an attribute is given twice"
	badSection   syntaxError = "a comment or CDATA section is malformed"
	badMarkup    syntaxError = "a markup declaration has no place"
	strayEnd     syntaxError = "the end of a CDATA section stands in text"
	badProcInst  syntaxError = "a processing instruction is malformed"
	outside      syntaxError = "a text stands outside the root element"
	badPrefix    syntaxError = "a namespace prefix is not declared, or wrongly"
)

// more says that the window ends within a token.
const more xmlError = "goes on"

type xmlToken uint8

const (
	nothing   xmlToken = iota // a comment or the like: nobody wants to see it
	endOfPart                 // after the root
	startTag
	endTag
	charData
)

// xmlReader is a strict tokenizer of XML 1.0 with namespaces, in UTF-8 and without DOCTYPE. It reads a part
// once, through a window in which every token stands whole, and allocates nothing per token: what it shows is
// valid until the next token. Whatever is not well-formed is refused; xml_test.go compares it with encoding/xml.
type xmlReader struct {
	in       io.Reader
	window   []byte // behind its end stands a NUL, at which every scan stops
	pos, end int
	ended    bool // all of the part is in the window
	begun    bool
	rooted   bool // the root was seen
	closed   bool // the tag was <empty/>: its end comes next
	lines    int  // line breaks before the window

	name     []byte // local name of a start tag
	attrs    []attribute
	text     []byte // of charData
	decoded  []byte // values that are written otherwise than they read
	names    []byte // of the open elements, one after another
	starts   []int  // where in names each begins
	prefixes []binding
}

// attribute is one attribute, its value normalised.
type attribute struct{ prefix, name, value []byte }

// next is the next token. After an error the part is not to be read on.
func (x *xmlReader) next() (xmlToken, error) {
	if x.closed {
		x.closed = false
		x.leave()
		return endTag, nil
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
func (x *xmlReader) fill() error {
	x.lines += bytes.Count(x.window[:x.pos], []byte{'\n'})
	x.end = copy(x.window, x.window[x.pos:x.end])
	x.pos = 0
	if x.end >= len(x.window)-1 {
		if len(x.window) >= maxWindow {
			return tooLong
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

// declaration is what may stand at the very beginning (XML 1.0, 2.8). A part without one is UTF-8.
var declaration = regexp.MustCompile(`^<\?xml[ \t\r\n]+version` + equals + `("1\.0"|'1\.0')` +
	`([ \t\r\n]+encoding` + equals + `("(?i:utf-8)"|'(?i:utf-8)'))?([ \t\r\n]+standalone` + equals + `("(yes|no)"|'(yes|no)'))?[ \t\r\n]*\?>`)

const equals = `[ \t\r\n]*=[ \t\r\n]*`

// begin passes over byte order mark and declaration.
func (x *xmlReader) begin() error {
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
func (x *xmlReader) scan(i int) (xmlToken, int, error) {
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
			return endOfPart, i, nil
		}
	}
	if b[i] != '<' {
		text, after, err := x.value(i, '<')
		x.text = text
		return charData, after, err
	}
	switch b[i+1] {
	case '/':
		after, err := x.endTag(i)
		return endTag, after, err
	case '?':
		after, err := x.procInst(i)
		return 0, after, err
	case '!':
		return x.section(i)
	}
	after, err := x.startTag(i)
	return startTag, after, err
}

// line is where the reader stands, from 1.
func (x *xmlReader) line() int {
	return 1 + x.lines + bytes.Count(x.window[:x.pos], []byte{'\n'})
}
