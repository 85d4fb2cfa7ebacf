package xmltoken

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// events is what a tokenizer shows of a part, texts between two tags as one, nothing outside the root.
type events []string

func (e *events) start(space, name string, attrs []string) {
	slices.Sort(attrs)
	*e = append(*e, fmt.Sprintf("<{%s}%s %q", space, name, attrs))
}

func (e *events) text(text string, depth int) {
	if depth == 0 || text == "" {
		return
	}
	if n := len(*e); n > 0 && strings.HasPrefix((*e)[n-1], "=") {
		(*e)[n-1] += text
		return
	}
	*e = append(*e, "="+text)
}

func (e *events) end() { *e = append(*e, ">") }

// ours reads a part with our tokenizer.
func ours(in io.Reader) (events, error) {
	var got events
	x := New(in)
	for {
		token, err := x.Next()
		if err != nil || token == EndOfDocument {
			return got, err
		}
		switch token {
		case StartTag:
			var attrs []string
			for _, a := range x.Attrs {
				space := "xmlns"
				if string(a.Prefix) != "xmlns" {
					space, _ = x.Namespace(a.Prefix)
				}
				if a.Prefix == nil {
					space = ""
				}
				attrs = append(attrs, fmt.Sprintf("{%s}%s=%s", space, a.Name, a.Value))
			}
			got.start(x.ElementSpace(), string(x.Name), attrs)
		case EndTag:
			got.end()
		case CharData:
			got.text(string(x.Text), x.Depth())
		}
	}
}

// theirs reads a part with encoding/xml. White space in attributes is read as spaces, as XML says.
func theirs(part string) (events, error) {
	var got events
	d := xml.NewDecoder(strings.NewReader(part))
	depth, rooted := 0, false
	for {
		token, err := d.Token()
		if err == io.EOF {
			if !rooted {
				return got, errors.New("no root")
			}
			return got, nil
		}
		if err != nil {
			return got, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth, rooted = depth+1, true
			var attrs []string
			for _, a := range t.Attr {
				attrs = append(attrs, fmt.Sprintf("{%s}%s=%s", a.Name.Space, a.Name.Local, a.Value))
			}
			got.start(t.Name.Space, t.Name.Local, attrs)
		case xml.EndElement:
			depth--
			got.end()
		case xml.CharData:
			got.text(string(t), depth)
		}
	}
}

// stricter is why we refuse what encoding/xml takes, each of them on purpose: XML 1.0 and its namespaces ask
// for it, or the memory does. All else that we refuse it must refuse too.
var stricter = []error{hasDoctype, secondRoot, outside, twice, noSpace, badPrefix, badProcInst, badMarkup, badCoding, tooDeep, TooLong, tooMany,
	badName,      // :a and a: are no names
	badCharacter, // in comments and processing instructions, which it does not look into
	notUTF8,      // there too
	badReference, // &#xD800; is half a character; it reads U+FFFD
}

// FuzzXML compares what we take, and what we read in it, with encoding/xml. More seeds, parts of a workbook, are in
// testdata.
func FuzzXML(f *testing.F) {
	for _, seed := range wellFormed {
		f.Add(seed.part)
	}
	for _, seed := range malformed {
		if len(seed.part) < maxWindow {
			f.Add(seed.part)
		}
	}
	f.Fuzz(func(t *testing.T, part string) { compareXML(t, part) })
}

func compareXML(t *testing.T, part string) {
	t.Helper()
	got, err := ours(strings.NewReader(part))
	bytewise, errBytewise := ours(iotest.OneByteReader(strings.NewReader(part)))
	if !slices.Equal(got, bytewise) || fmt.Sprint(err) != fmt.Sprint(errBytewise) {
		t.Fatalf("%q read byte by byte is %q, %v; else %q, %v", part, bytewise, errBytewise, got, err)
	}
	want, errWant := theirs(strings.TrimPrefix(part, "\ufeff"))
	switch {
	case err == nil && errWant != nil:
		if !strings.Contains(errWant.Error(), "invalid XML name") { // it knows the names of the fourth edition
			t.Fatalf("%q is taken; encoding/xml says %v", part, errWant)
		}
	case err == nil:
		space := strings.NewReplacer(`\t`, " ", `\n`, " ", `\r`, " ") // of attributes, which are quoted
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || space.Replace(got[i]) != space.Replace(want[i]) {
				t.Fatalf("%q is\n%q, encoding/xml says\n%q", part, got, want)
			}
		}
	case errWant == nil && !slices.Contains(stricter, err):
		t.Fatalf("%q is refused, and not by encoding/xml: %v", part, err)
	}
}

// wellFormed are parts with their events.
var wellFormed = []struct {
	part string
	want events
}{
	{`<a/>`, events{`<{}a []`, ">"}},
	{"\ufeff<?xml version='1.0'?>\r\n<a></a >\n<!-- x --><?x y?> ", events{`<{}a []`, ">"}},
	{`<?xml version = "1.0" encoding="utf-8" standalone="no" ?><a/>`, events{`<{}a []`, ">"}},
	{`<?xml-stylesheet href="x"?><a/>`, events{`<{}a []`, ">"}},
	{`<a b="1" c='"2"'  d = "&lt;&#65;&#x42;'"/>`, events{`<{}a ["{}b=1" "{}c=\"2\"" "{}d=<AB'"]`, ">"}},
	{"<a b=\"x\r\ny\tz\n&#10;&#13;>\"/>", events{`<{}a ["{}b=x y z \n\r>"]`, ">"}},
	{"<a>x\r\ny\rz\r\r\n&#13;&amp;&gt;&quot;&apos;]] ]&gt;</a>", events{`<{}a []`, "=x\ny\nz\n\n\r&>\"']] ]>", ">"}},
	{"<a>1<!-- 2 -->3<![CDATA[<4>&amp;]]\r\n]]>5<?p 6?></a>", events{`<{}a []`, "=13<4>&amp;]]\n5", ">"}},
	{"<a><![CDATA[]]></a>", events{`<{}a []`, ">"}},
	{"<è·1.-_>È 😀 \u00a0</è·1.-_>", events{`<{}è·1.-_ []`, "=È 😀 \u00a0", ">"}},
	{`<x:a xmlns:x="u" xmlns="v"><b x:c="1" c="2" xml:space="preserve"/></x:a>`, events{`<{u}a ["{xmlns}x=u" "{}xmlns=v"]`,
		`<{v}b ["{http://www.w3.org/XML/1998/namespace}space=preserve" "{u}c=1" "{}c=2"]`, ">", ">"}},
	{`<a xmlns="u"><b xmlns=""/><c/></a>`, events{`<{u}a ["{}xmlns=u"]`, `<{}b ["{}xmlns="]`, ">", `<{u}c []`, ">", ">"}},
	{"<a>" + strings.Repeat("è", firstWindow) + "</a>", events{`<{}a []`, "=" + strings.Repeat("è", firstWindow), ">"}},
	{strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth), append(slices.Repeat(events{`<{}a []`}, maxDepth), slices.Repeat(events{">"}, maxDepth)...)},
}

func TestWellFormedXML(t *testing.T) {
	for _, c := range wellFormed {
		got, err := ours(strings.NewReader(c.part))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%.200q is %.300q, %v; want %.300q", c.part, got, err, c.want)
		}
		compareXML(t, c.part)
	}
}

// malformed are parts with the reason to refuse them.
var malformed = []struct {
	part string
	want error
}{
	{"", noElement}, {" \n", noElement}, {"\ufeff", noElement}, {"<!-- -->", noElement}, {`<?xml version="1.0"?>`, noElement},
	{"<", cutShort}, {"<a", cutShort}, {"<a ", cutShort}, {"<a b", cutShort}, {"<a b=", cutShort}, {`<a b="1`, cutShort}, {"<a/", cutShort},
	{"<a>", cutShort}, {"<a>x", cutShort}, {"<a></a", cutShort}, {"<a><b></b>", cutShort}, {"<a><!-", cutShort}, {"<a><!-- --", cutShort},
	{"<a><![CDATA[ ]]", cutShort}, {"<a><?x ", cutShort}, {"<a>&am", cutShort}, {"<a>&#x4", cutShort}, {"<?xml version", cutShort}, {"<!DOC", cutShort},
	{"<a></b>", badEnd}, {"<a></aa>", badEnd}, {"<aa></a>", badEnd}, {"<a><b></a></b>", badEnd}, {"</a>", badEnd}, {"<a/></a>", badEnd},
	{`<x:a xmlns:x="u" xmlns:y="u"></y:a>`, badEnd}, {"</>", badName}, {"<a></>", badName}, {"<a></a b>", badTag},
	{"< a/>", badName}, {"<1/>", badName}, {"<-a/>", badName}, {"<a><\x00</a>", badName}, {"<:a/>", badName}, {"<a:/>", badName}, {"<a:b:c/>", badName},
	{"<a:1 xmlns:a='u'/>", badName}, {"<\u00d7/>", badName}, {"<\u00b7/>", badName}, {"<a\xff/>", badName}, {"<a\xed\xa0\x80/>", badName},
	{"<a / >", badTag}, {"<a =\"1\"/>", badTag}, {"<a \"1\"/>", badTag}, {"<a\x00/>", badTag}, {"<a <b/>", badTag},
	{"<a b/>", badValue}, {"<a b=1/>", badValue}, {"<a b='<'/>", badValue}, {"<a b c='1'/>", badValue},
	{`<a b="1"c="2"/>`, noSpace}, {`<a b="1" b="2"/>`, twice}, {`<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>`, twice}, {`<a xmlns="u" xmlns="u"/>`, twice},
	{"<a>&egrave;</a>", badReference}, {"<a>&</a>", badReference}, {"<a>& </a>", badReference}, {"<a>&lt</a>", badReference}, {"<a>&LT;</a>", badReference},
	{"<a>&#;</a>", badReference}, {"<a>&#x;</a>", badReference}, {"<a>&#X41;</a>", badReference}, {"<a>&#0;</a>", badReference}, {"<a>&#8;</a>", badReference},
	{"<a>&#xD800;</a>", badReference}, {"<a>&#xFFFE;</a>", badReference}, {"<a>&#x110000;</a>", badReference}, {"<a>&#99999999999999999999;</a>", badReference},
	{"<a>&#6 5;</a>", badReference}, {"<a b='&x;'/>", badReference},
	{"<a>\x00</a>", badCharacter}, {"<a>\x08</a>", badCharacter}, {"<a b='\x1f'/>", badCharacter}, {"<a>\ufffe</a>", badCharacter}, {"<a>\uffff</a>", badCharacter},
	{"<a><!-- \x01 --></a>", badCharacter}, {"<a><![CDATA[\x01]]></a>", badCharacter}, {"<a><?x \x01?></a>", badCharacter},
	{"<a>\xff</a>", notUTF8}, {"<a>\xc3</a>", notUTF8}, {"<a b='\xc0\xaf'/>", notUTF8}, {"<a>\xed\xa0\x80</a>", notUTF8}, {"<a><!-- \xff --></a>", notUTF8},
	{"<a>]]></a>", strayEnd}, {"<a><!- ></a>", badSection}, {"<a><!-- -- --></a>", badSection}, {"<a><!-- ---></a>", badSection}, {"<a><![cdata[]]></a>", badSection},
	{"<!ELEMENT a>", badMarkup}, {"<a><!0></a>", badMarkup}, {"<!DOCTYPE a><a/>", hasDoctype}, {"<a><!DOCTYPE a></a>", hasDoctype},
	{"x<a/>", outside}, {"<a/>x", outside}, {"<a/>&#32;", outside}, {"<![CDATA[]]><a/>", outside}, {"<a/>\ufeff", outside}, {"\x00<a/>", badCoding},
	{"<a/><b/>", secondRoot}, {"<a></a><a></a>", secondRoot},
	{"<x:a/>", badPrefix}, {"<a x:b='1'/>", badPrefix}, {"<a><b xmlns:x='u'/><x:c/></a>", badPrefix}, {"<a xmlns:x=''/>", badPrefix}, {"<a xmlns:xml='u'/>", badPrefix},
	{"<a xmlns:xmlns='u'/>", badPrefix}, {"<a xmlns='http://www.w3.org/2000/xmlns/'/>", badPrefix}, {"<xmlns:a/>", badPrefix},
	{` <?xml version="1.0"?><a/>`, badProcInst}, {"<a><?XML?></a>", badProcInst}, {"<a><?x+?></a>", badProcInst}, {"<a><?x:y?></a>", badProcInst}, {"<a><??></a>", badName},
	{`<?xml version="1.1"?><a/>`, badCoding}, {`<?xml encoding="UTF-8"?><a/>`, badCoding}, {`<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, badCoding},
	{`<?xml version="1.0'?><a/>`, badCoding}, {`<?xml version="1.0"encoding="UTF-8"?><a/>`, badCoding}, {"<?xml?><a/>", badCoding},
	{"\xfe\xff\x00<\x00a\x00/\x00>", badCoding}, {"\xff\xfe<\x00a\x00/\x00>\x00", badCoding}, {"<\x00a\x00/\x00>\x00", badCoding},
	{strings.Repeat("<a>", maxDepth+1), tooDeep},
	{"<a>" + strings.Repeat("x", maxWindow) + "</a>", TooLong}, {"<a b='" + strings.Repeat("x", maxWindow) + "'/>", TooLong}, {"<" + strings.Repeat("x", maxWindow) + "/>", TooLong},
	{"<a><!--" + strings.Repeat("x", maxWindow) + "--></a>", TooLong},
	{"<a " + numbered("a%d='' ", maxAttributes+1) + "/>", tooMany}, {"<a " + numbered("xmlns:a%d='u' ", maxPrefixes+1) + "/>", tooMany},
}

func numbered(format string, n int) string {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, format, i)
	}
	return s.String()
}

func TestMalformedXML(t *testing.T) {
	for _, c := range malformed {
		if _, err := ours(strings.NewReader(c.part)); err != c.want {
			t.Errorf("%.200q: %v, want %v", c.part, err, c.want)
		}
		if len(c.part) < maxWindow {
			compareXML(t, c.part)
		}
	}
}

// TestWindowEndsAnywhere moves every kind of token over the end of the window.
func TestWindowEndsAnywhere(t *testing.T) {
	const tail = "<x:b c=\"1&amp;\r\n2\" x:d='è'>&lt;\r\n😀]]<!-- - --><![CDATA[]]]]><?p q?></x:b  ><e/></a>\r\n"
	want, err := ours(strings.NewReader("<a xmlns:x='u'>" + tail))
	if err != nil || len(want) != 7 {
		t.Fatalf("%q, %v", want, err)
	}
	for shift := range len(tail) + 2 {
		got, err := ours(strings.NewReader("<a xmlns:x='u'>" + strings.Repeat(" ", firstWindow-16-shift) + tail))
		if err != nil || !slices.Equal(slices.Delete(got, 1, 2), want) {
			t.Fatalf("shift %d: %q, %v", shift, got, err)
		}
	}
}

// TestNoAllocationPerToken: what a sheet has millions of must cost no memory.
func TestNoAllocationPerToken(t *testing.T) {
	part := "<a>" + strings.Repeat(`<c r="A1" s="1" t="s"><v>1</v></c>`, 10_000) + "</a>"
	if n := testing.AllocsPerRun(3, func() {
		x := New(strings.NewReader(part))
		for token := StartTag; token != EndOfDocument; {
			var err error
			if token, err = x.Next(); err != nil {
				t.Fatal(err)
			}
		}
	}); n > 50 {
		t.Errorf("%v allocations for 50,000 tokens", n)
	}
}
