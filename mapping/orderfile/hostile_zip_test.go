package orderfile

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"testing"
)

// zipMember is one part with everything that a zip file says about it, twice: in front of it and in the directory.
// archive/zip would not write lies.
type zipMember struct {
	name, localName         string
	flags, method           uint16
	sum, packed, size       uint32 // in the directory
	localSum, localPacked   uint32
	localSize               uint32
	extra, data, descriptor []byte
	offset                  uint32 // in the directory, added to the true one
	hidden                  bool   // not in the directory
}

// zipEnd is the record at the end of the directory.
type zipEnd struct {
	disk, here, entries uint16
	size, offset        uint32
	comment, before     []byte // before = a zip64 record
}

func deflated(text string) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.DefaultCompression) // fails only for an unknown level
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return out.Bytes()
}

// storedMember is a part that is not packed.
func storedMember(name, text string) *zipMember {
	sum, size := crc32.ChecksumIEEE([]byte(text)), uint32(len(text))
	return &zipMember{name: name, localName: name, sum: sum, packed: size, size: size, localSum: sum, localPacked: size, localSize: size, data: []byte(text)}
}

func newMember(name, text string) *zipMember {
	m := storedMember(name, text)
	m.method, m.data = 8, deflated(text)
	m.packed = uint32(len(m.data))
	m.localPacked = m.packed
	return m
}

// describe moves sum and sizes behind the data, as programs do that write to a pipe.
func (m *zipMember) describe(signature bool) {
	m.flags |= 8
	if signature {
		m.descriptor = append(m.descriptor, "PK\x07\x08"...)
	}
	for _, n := range []uint32{m.sum, m.packed, m.size} {
		m.descriptor = binary.LittleEndian.AppendUint32(m.descriptor, n)
	}
	m.localSum, m.localPacked, m.localSize = 0, 0, 0
}

// zipFile is a workbook about to be packed.
type zipFile struct {
	members []*zipMember
	end     func(*zipEnd)
}

func newZip(parts map[string]string) *zipFile { return zipOf(parts, newMember) }

func zipOf(parts map[string]string, member func(name, text string) *zipMember) *zipFile {
	z := &zipFile{end: func(*zipEnd) {}}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		z.members = append(z.members, member(name, parts[name]))
	}
	return z
}

func (z *zipFile) member(t *testing.T, name string) *zipMember {
	t.Helper()
	i := slices.IndexFunc(z.members, func(m *zipMember) bool { return m.name == name })
	if i < 0 {
		t.Fatalf("no part %s", name)
	}
	return z.members[i]
}

func (z *zipFile) bytes() []byte {
	var out, directory []byte
	le := binary.LittleEndian
	entries := uint16(0)
	for _, m := range z.members {
		at := uint32(len(out))
		out = append(out, "PK\x03\x04\x14\x00"...)
		out = le.AppendUint16(le.AppendUint16(out, m.flags), m.method)
		out = append(out, 0, 0, 0x21, 0)
		out = le.AppendUint32(le.AppendUint32(le.AppendUint32(out, m.localSum), m.localPacked), m.localSize)
		out = le.AppendUint16(le.AppendUint16(out, uint16(len(m.localName))), 0)
		out = append(append(append(out, m.localName...), m.data...), m.descriptor...)
		if m.hidden {
			continue
		}
		entries++
		directory = append(directory, "PK\x01\x02\x14\x00\x14\x00"...)
		directory = le.AppendUint16(le.AppendUint16(directory, m.flags), m.method)
		directory = append(directory, 0, 0, 0x21, 0)
		directory = le.AppendUint32(le.AppendUint32(le.AppendUint32(directory, m.sum), m.packed), m.size)
		directory = le.AppendUint16(le.AppendUint16(directory, uint16(len(m.name))), uint16(len(m.extra)))
		directory = append(directory, make([]byte, 10)...) // comment, disk, attributes
		directory = append(append(le.AppendUint32(directory, at+m.offset), m.name...), m.extra...)
	}
	end := zipEnd{here: entries, entries: entries, size: uint32(len(directory)), offset: uint32(len(out))}
	z.end(&end)
	out = append(append(append(out, directory...), end.before...), "PK\x05\x06"...)
	out = le.AppendUint16(le.AppendUint16(le.AppendUint16(le.AppendUint16(out, end.disk), end.disk), end.here), end.entries)
	out = le.AppendUint16(le.AppendUint32(le.AppendUint32(out, end.size), end.offset), uint16(len(end.comment)))
	return append(out, end.comment...)
}

const (
	sheetPart    = "xl/worksheets/sheet1.xml"
	stringsPart  = "xl/sharedStrings.xml"
	workbookPart = "xl/workbook.xml"
	arrowsPart   = "xl/_rels/workbook.xml.rels"
)

// notWhole is said of a zip file whose frame does not hold.
var notWhole = []string{"not whole", "cut short"}

// hostileZips tell lies about the parts, or have parts that no workbook has.
func hostileZips(t *testing.T) []hostileCase {
	good := hostileSheet("").parts()
	var cases []hostileCase
	made := func(name string, content []byte, cells [][]string, causes ...string) {
		cases = append(cases, hostileCase{name: name, content: content, causes: causes, cells: cells})
	}
	edited := func(name string, edit func(*zipMember), cells [][]string, causes ...string) {
		for _, part := range []string{sheetPart, stringsPart} {
			z := newZip(good)
			edit(z.member(t, part))
			made(name+" of "+part, z.bytes(), cells, causes...)
		}
	}
	ended := func(name string, edit func(*zipEnd), cells [][]string, causes ...string) {
		z := newZip(good)
		z.end = edit
		made(name, z.bytes(), cells, causes...)
	}
	with := func(name string, more map[string]string, cells [][]string, causes ...string) {
		z := newZip(good)
		z.members = append(z.members, newZip(more).members...)
		made(name, z.bytes(), cells, causes...)
	}

	// What is only odd must be read: other programs write it.
	ended("nothing wrong", func(*zipEnd) {}, hostileRows)
	edited("a descriptor with signature", func(m *zipMember) { m.describe(true) }, hostileRows)
	edited("a descriptor without signature", func(m *zipMember) { m.describe(false) }, hostileRows)
	edited("storing", func(m *zipMember) { *m = *storedMember(m.name, good[m.name]) }, hostileRows)
	ended("a comment", func(e *zipEnd) { e.comment = []byte("esportato") }, hostileRows)
	with("folders and pictures", map[string]string{"xl/media/": "", "xl/media/logo.png": "\x89PNG"}, hostileRows)
	with("a zip file inside", map[string]string{"xl/embeddings/a.zip": string(newZip(good).bytes())}, hostileRows)
	with("a part that climbs out and is not used", map[string]string{"../../../etc/passwd": "x"}, hostileRows, "..", "name")
	with("an absolute part that is not used", map[string]string{"/etc/passwd": "x"}, hostileRows, "name")

	edited("wrong sum in the directory", func(m *zipMember) { m.sum ^= 1 }, nil, "checksum")
	edited("no sum in the directory", func(m *zipMember) { m.sum = 0 }, nil, "checksum")
	edited("no sum at all", func(m *zipMember) { m.sum, m.localSum = 0, 0 }, nil, "checksum")
	edited("another sum in front", func(m *zipMember) { m.localSum ^= 1 }, hostileRows, "checksum")
	edited("a size that is too small", func(m *zipMember) { m.size--; m.localSize-- }, nil, notWhole...)
	edited("a size that is too large", func(m *zipMember) { m.size++; m.localSize++ }, nil, notWhole...)
	edited("a size of zero", func(m *zipMember) { m.size, m.localSize = 0, 0 }, nil, append(notWhole, "empty")...)
	edited("a size of 4 GB", func(m *zipMember) { m.size, m.localSize = 0xfffffffe, 0xfffffffe }, nil, append(notWhole, "too much data")...)
	edited("a packed size that is too small", func(m *zipMember) { m.packed -= 9; m.localPacked -= 9 }, nil, append(notWhole, "checksum", "corrupt")...)
	edited("a packed size of zero", func(m *zipMember) { m.packed, m.localPacked = 0, 0 }, nil, append(notWhole, "checksum", "corrupt")...)
	edited("a packed size beyond the file", func(m *zipMember) { m.packed, m.localPacked = 1<<30, 1<<30 }, hostileRows, notWhole...)
	edited("another size in front", func(m *zipMember) { m.localSize += 7 }, hostileRows, notWhole...)
	edited("a place beyond the file", func(m *zipMember) { m.offset = 1 << 30 }, nil, notWhole...)
	edited("a place within another part", func(m *zipMember) { m.offset = 3 }, nil, notWhole...)
	edited("a password", func(m *zipMember) { m.flags |= 1 }, nil, "encrypted", "password")
	edited("strong encryption", func(m *zipMember) { m.flags |= 1 | 1<<6 }, nil, "encrypted", "password")
	for _, method := range []uint16{1, 6, 9, 12, 14, 93, 95, 99, 0xffff} {
		z := newZip(good)
		z.member(t, sheetPart).method = method
		made(fmt.Sprintf("packing %d", method), z.bytes(), nil, "packed in a way", "packed")
	}
	edited("deflated data said to be stored", func(m *zipMember) { m.method = 0 }, nil, append(notWhole, "checksum", "packed", "well-formed")...)
	edited("stored data said to be deflated", func(m *zipMember) { *m = *storedMember(m.name, good[m.name]); m.method = 8 }, nil, append(notWhole, "corrupt")...)
	edited("sizes for a zip64 field that is not there", func(m *zipMember) { m.size, m.packed = 0xffffffff, 0xffffffff }, nil, notWhole...)
	edited("a zip64 field that is cut", func(m *zipMember) { m.size, m.extra = 0xffffffff, []byte{1, 0, 4, 0, 1, 2, 3, 4} }, nil, notWhole...)
	edited("a zip64 field that lies", func(m *zipMember) {
		m.size, m.extra = 0xffffffff, append([]byte{1, 0, 8, 0}, bytes.Repeat([]byte{0x7f}, 8)...)
	}, nil, append(notWhole, "too much data")...)
	edited("a zip64 field that is true", func(m *zipMember) {
		m.extra = binary.LittleEndian.AppendUint64([]byte{1, 0, 8, 0}, uint64(m.size))
		m.size = 0xffffffff
	}, hostileRows)
	edited("a part that the directory leaves out", func(m *zipMember) { m.hidden = true }, nil, "missing", "shared string")

	ended("one entry more", func(e *zipEnd) { e.here++; e.entries++ }, nil, notWhole...)
	ended("one entry less", func(e *zipEnd) { e.here--; e.entries-- }, nil, append(notWhole, "missing")...)
	ended("no entries", func(e *zipEnd) { e.here, e.entries = 0, 0 }, nil, append(notWhole, "without a workbook")...)
	ended("65,535 entries", func(e *zipEnd) { e.here, e.entries = 0xffff, 0xffff }, nil, notWhole...)
	ended("a directory beyond the file", func(e *zipEnd) { e.offset = 1 << 30 }, nil, notWhole...)
	ended("a directory of 2 GB", func(e *zipEnd) { e.size = 1 << 31 }, nil, notWhole...)
	ended("a zip64 end that points nowhere", func(e *zipEnd) {
		e.offset = 0xffffffff
		e.before = append([]byte("PK\x06\x07\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\x7f"), 1, 0, 0, 0)
	}, nil, notWhole...)
	ended("a zip64 end that points to itself", func(e *zipEnd) {
		e.entries = 0xffff
		e.before = append([]byte("PK\x06\x07\x00\x00\x00\x00"), append(binary.LittleEndian.AppendUint64(nil, uint64(e.offset+e.size)), 1, 0, 0, 0)...)
	}, nil, notWhole...)

	whole := newZip(good).bytes()
	made("text in front", append([]byte("Esportazione del portale\n"), whole...), nil, "NUL", "UTF-8", "known", "not whole")
	made("spaces in front", append([]byte("  \n"), whole...), nil, "NUL", "UTF-8", "known", "not whole")
	made("text behind", append(slices.Clone(whole), "fine"...), hostileRows, "not whole")
	made("nothing but an end", []byte("PK\x05\x06"+strings.Repeat("\x00", 18)), nil, "without a workbook")
	made("an end of 21 bytes", []byte("PK\x05\x06"+strings.Repeat("\x00", 17)), nil, notWhole...)
	made("zip of zip", newZip(map[string]string{"ordini.xlsx": string(whole)}).bytes(), nil, "without a workbook")
	two := newZip(hostileSheet(hostileRow(3, "BIANCHI")).parts()).bytes()
	cases = append(cases, hostileCase{name: "two workbooks one after the other", content: append(slices.Clone(whole), two...),
		causes: append(slices.Clone(notWhole), "twice")})
	made("an empty zip file and a workbook", append([]byte("PK\x05\x06"+strings.Repeat("\x00", 18)), whole...), nil, notWhole...)
	made("a workbook cut short and another", append(slices.Clone(whole[:len(whole)/2]), two...), nil, notWhole...)
	for _, name := range []string{sheetPart, "xl/worksheets/SHEET1.xml", "/" + sheetPart, `xl\worksheets\sheet1.xml`, workbookPart, "_RELS/.rels"} {
		with("again "+name, map[string]string{name: "<x/>"}, nil, "twice")
	}
	with("again a part with a name for a terminal", map[string]string{"a\x1b[2J\n": "", "A\x1b[2J\n": ""}, nil, "twice", "name")
	for _, name := range slices.Sorted(maps.Keys(good)) {
		less := maps.Clone(good)
		delete(less, name)
		made("without "+name, newZip(less).bytes(), nil, "missing", "without a workbook")
	}
	return cases
}

// hostileRow is a row of the sheets made by hostileSheet.
func hostileRow(number int, surname string) string {
	return fmt.Sprintf(`<row r="%d"><c r="A%d" t="str"><v>%s</v></c><c r="B%d" t="str"><v>%s</v></c></row>`, number, number, hostileCF, number, surname)
}

// hostileCuts cut a zip file, or spoil its packed data, at places spread over all of it.
func hostileCuts(t *testing.T) []hostileCase {
	var rows strings.Builder
	for number := 3; number < 400; number++ {
		rows.WriteString(hostileRow(number, fmt.Sprintf("ROSSI%d", number*7919)))
	}
	z := newZip(hostileSheet(rows.String()).parts())
	whole := z.bytes()
	var cases []hostileCase
	for i := 1; i < 24; i++ {
		at := len(whole) * i / 24
		cases = append(cases, hostileCase{name: fmt.Sprintf("cut at %d/24", i), content: whole[:at], causes: []string{"not whole"}})
	}
	for _, less := range []int{1, 4, 21, 22, 23, 100} {
		cases = append(cases, hostileCase{name: fmt.Sprintf("cut by %d", less), content: whole[:len(whole)-less], causes: []string{"not whole"}})
	}
	packed := z.member(t, sheetPart).data
	start := bytes.Index(whole, packed)
	for i := range 16 {
		content := slices.Clone(whole)
		content[start+(len(packed)-1)*i/15] ^= 0x55
		cases = append(cases, hostileCase{name: fmt.Sprintf("spoilt at %d/15", i), content: content,
			causes: []string{"corrupt", "checksum", "well-formed", "cut short", "not whole", "sheet", "XML"}})
	}
	directory := bytes.Index(whole, []byte("PK\x01\x02"))
	for _, i := range []int{0, 10, 28, 30, 42} { // signature, method, lengths of name and extra, place
		content := slices.Clone(whole)
		content[directory+i] ^= 0xff
		cases = append(cases, hostileCase{name: fmt.Sprintf("directory spoilt at byte %d", i), content: content,
			causes: []string{"not whole", "packed", "missing", "cut short", "without a workbook"}})
	}
	return cases
}
