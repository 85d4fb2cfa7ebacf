package orderfile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What a file may cost, whatever is in it. The time is no measure of speed: it tells a hang from work.
const (
	bombMemory = 512 << 20
	bombTime   = 60 * time.Second
)

// bomb is a small file that asks for much. Its long part is head, then body again and again, then tail.
type bomb struct {
	name             string
	part             string // of the workbook; "" = the file is a CSV file
	head, body, tail string
	bytes            int64 // that the bodies have together, at least
	parts            map[string]string
	causes           []string
	rows             int // beside causes or without: how many there are where the file is read
}

func hostileBombs() []bomb {
	sheetHead, sheetTail, _ := strings.Cut(hostileSheet("").sheet, "</sheetData>")
	sheetTail = "</sheetData>" + sheetTail
	const mb, beyond = 1 << 20, maxUnpacked + 1<<20
	kilo := strings.Repeat("x", 1000)
	const sst, si = "<sst " + mainNS + "><si><t>a</t></si><si><t>b</t></si>", "</sst>"
	const book = `<workbook ` + mainNS + ` xmlns:r="` + relNS + `">`
	const sheets = `<sheets><sheet name="Ordini" sheetId="1" r:id="rId1"/></sheets></workbook>`
	const styles, stylesTail = `<styleSheet ` + mainNS + `>`, `<cellXfs><xf/></cellXfs></styleSheet>`
	tooMuch := []string{"too much data", "more than", "longer", "too many", "more rows", "nested", "attributes", "not well-formed", "DOCTYPE"}
	inSheet := func(name, before, body, after string, bytes int64, rows int) bomb {
		return bomb{name: name, part: sheetPart, head: sheetHead + before, body: body, tail: after + sheetTail, bytes: bytes, causes: tooMuch, rows: rows}
	}
	inStrings := func(name, before, body, after string, bytes int64, rows int) bomb {
		return bomb{name: name, part: stringsPart, head: sst + before, body: body, tail: after + si, bytes: bytes, causes: tooMuch, rows: rows}
	}
	return []bomb{
		inSheet("blanks", "", strings.Repeat(" ", 1000), "", 300*mb, 0),
		inSheet("elements of others", "", "<x>"+strings.Repeat(" ", 50_000)+"</x>", "", beyond, 0),
		inSheet("a text", `<row><c t="inlineStr"><is><t>`, kilo, "</t></is></c></row>", 300*mb, 0),
		inSheet("a number", `<row><c><v>`, strings.Repeat("1", 1000), "</v></c></row>", 300*mb, 0),
		inSheet("an attribute", `<row spans="`, kilo, `"/>`, 300*mb, 0),
		inSheet("the name of an element", `<`, kilo, `/>`, 300*mb, 0),
		inSheet("a comment", `<!--`, kilo, `-->`, 300*mb, 1),
		inSheet("an instruction", `<?x `, kilo, `?>`, 300*mb, 1),
		inSheet("a DOCTYPE", `<!DOCTYPE x [`, kilo, `]>`, 300*mb, 0),
		inSheet("CDATA", `<row><c t="str"><v><![CDATA[`, kilo, `]]></v></c></row>`, 300*mb, 0),
		inSheet("an entity", `<row><c t="str"><v>&`, kilo, `;</v></c></row>`, 300*mb, 0),
		inSheet("attributes", `<row`, ` a=""`, `/>`, 60*mb, 1),
		inSheet("namespaces", `<row`, ` xmlns:a="b"`, `/>`, 60*mb, 1),
		inSheet("nesting", "", "<x>", "", 8*mb, 0),
		inSheet("rows", "", "<row/>", "", 6*maxRows, 0),
		inSheet("cells without a format", "<row>", "<c/>", "</row>", 8*mb, 1),
		inSheet("a text in pieces", `<row><c t="inlineStr"><is><t>`, "a<!---->", "</t></is></c></row>", 30*mb, 0),
		inSheet("a text in runs", `<row><c t="inlineStr"><is>`, "<r><t>a</t></r>", "</is></c></row>", 30*mb, 0),
		{name: "titles", part: sheetPart, head: "<worksheet " + mainNS + "><sheetData>", tail: "</sheetData></worksheet>", bytes: 500 * mb,
			body: "<row>" + strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", mb/2)+"</v></c>", 60) + "</row>", causes: tooMuch},
		inStrings("shared text", "<si><t>", kilo, "</t></si>", 300*mb, 1),
		inStrings("shared texts", "", "<si><t>"+kilo+"</t></si>", "", beyond, 0),
		inStrings("shared texts below the limit", "", "<si><t>"+kilo+"</t></si>", "", 500*mb, 1),
		inStrings("empty shared texts", "", "<si/>", "", 150*mb, 1),
		inStrings("a shared text in runs", "<si>", "<r><t>a</t></r>", "</si>", 30*mb, 1),
		inStrings("a shared text in pieces", "<si><t>", "a<!---->", "</t></si>", 30*mb, 1),
		{name: "styles", part: "xl/styles.xml", head: styles, body: "<font>" + kilo + "</font>", tail: stylesTail, bytes: maxPart, causes: tooMuch},
		{name: "formats", part: "xl/styles.xml", head: styles + "<cellXfs>", body: "<xf/>", tail: "</cellXfs></styleSheet>", bytes: maxPart - mb, causes: tooMuch, rows: 1},
		{name: "a format code", part: "xl/styles.xml", head: styles + `<numFmts><numFmt numFmtId="200" formatCode="`, body: kilo, tail: `"/></numFmts></styleSheet>`, bytes: maxPart - mb, causes: tooMuch, rows: 1},
		{name: "the workbook", part: workbookPart, head: book, body: "<x>" + kilo + "</x>", tail: sheets, bytes: maxPart, causes: tooMuch},
		{name: "the arrows", part: arrowsPart, head: `<Relationships ` + pkgNS + `>`, body: `<Relationship Id="x" Type="y" Target="z">` + kilo + `</Relationship>`,
			tail: "</Relationships>", bytes: maxPart, causes: tooMuch},
		{name: "sheets that look for their arrows", part: workbookPart, head: book + "<sheets>", body: `<sheet name="" r:id="rId1"/>`,
			tail: "</sheets></workbook>", bytes: 6 * mb, causes: append(tooMuch, "twice"), rows: 1, parts: map[string]string{arrowsPart: `<Relationships ` + pkgNS + `>` +
				strings.Repeat(`<Relationship Id="x"/>`, 300_000) + `<Relationship Id="rId1" Type="x/chartsheet" Target="worksheets/sheet1.xml"/></Relationships>`}},
		{name: "blank shared text in many cells", part: sheetPart, head: sheetHead, tail: sheetTail, bytes: 16 * mb, causes: tooMuch, rows: 1,
			body:  "<row>" + strings.Repeat(`<c t="s"><v>0</v></c>`, 200) + "</row>",
			parts: map[string]string{stringsPart: "<sst><si><t>" + strings.Repeat(" ", mb-1000) + "</t></si></sst>"}},
		{name: "blank shared text in very many cells", part: sheetPart, head: sheetHead, tail: sheetTail, bytes: 500 * mb, causes: tooMuch, rows: 1,
			body:  "<row>" + strings.Repeat(`<c t="s"><v>0</v></c>`, 200) + "</row>",
			parts: map[string]string{stringsPart: "<sst><si><t>" + strings.Repeat(" ", 5000) + "</t></si></sst>"}},
		{name: "a line", body: kilo, bytes: 64 * mb, head: "CF;Cognome\na;", causes: []string{"longer than 1 MiB"}},
		{name: "a quote", body: kilo + "\n", bytes: 64 * mb, head: "CF;Cognome\na;\"", causes: []string{"longer than 1 MiB"}},
		{name: "lines of a million cells", body: strings.Repeat(";", mb-9000) + "x\n", bytes: 120 * mb, head: "CF;Cognome\n", causes: []string{"columns", "cells"}, rows: 121},
		{name: "empty lines", body: "\n", bytes: 8 * mb, head: "CF;Cognome\na;b\n", rows: 1},
		{name: "empty quotes", body: `""` + "\n", bytes: 6 * mb, head: "CF;Cognome\na;b\n", rows: 1},
	}
}

// TestBombs opens each of them in a process of its own, whose memory and end are watched.
func TestBombs(t *testing.T) {
	for _, b := range hostileBombs() {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "ordini.xlsx")
			must(t, b.write(path))
			got := runBomb(t, path)
			t.Logf("%d MB at most: %d rows, %.100s", got.Peak>>20, got.Rows, got.Error)
			switch {
			case got.Error == "" && (got.Rows == 0 || got.Rows != b.rows):
				t.Errorf("%d rows are read, want %d, or a refusal about %q", got.Rows, b.rows, b.causes)
			case got.Error != "":
				checkRefusal(t, &UnreadableError{Path: got.Path, Line: got.Line, Cause: got.Cause, Remedy: got.Remedy}, path, b.causes)
			}
			if got.Peak > bombMemory && !raceDetector() {
				t.Errorf("it took %d MB of memory, want %d at most", got.Peak>>20, bombMemory>>20)
			}
		})
	}
}

// bombEnd is what the process tells that opened the bomb.
type bombEnd struct {
	Rows                       int
	Error, Path, Cause, Remedy string
	Line                       int
	Peak                       int64
}

const bombVariable = "VOUCHERBUL_TEST_BOMB"

// TestBombChild is the process that opens a bomb; in a usual run it does nothing.
func TestBombChild(t *testing.T) {
	path := os.Getenv(bombVariable)
	if path == "" {
		return
	}
	var end bombEnd
	f, err := Open(path, Options{})
	if err == nil {
		for err == nil {
			if _, err = f.Next(); err == nil {
				end.Rows++
			}
		}
		_ = f.Close()
	}
	if u, ok := errors.AsType[*UnreadableError](err); ok {
		end.Path, end.Line, end.Cause, end.Remedy = u.Path, u.Line, u.Cause, u.Remedy
	}
	if end.Error = err.Error(); end.Error == "EOF" {
		end.Error = ""
	}
	end.Peak, _ = peakMemory(os.Getpid())
	text, err := json.Marshal(end)
	must(t, err)
	must(t, os.WriteFile(path+".json", text, 0o600))
}

// runBomb opens a file in another process, and stops it when it takes more than it may.
func runBomb(t *testing.T, path string) bombEnd {
	t.Helper()
	binary, err := os.Executable()
	must(t, err)
	limit := bombTime
	if raceDetector() { // ten times slower
		limit *= 5
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	child := exec.CommandContext(ctx, binary, "-test.run=^TestBombChild$")
	child.Env = append(os.Environ(), bombVariable+"="+path)
	var out bytes.Buffer
	child.Stdout, child.Stderr = &out, &out
	must(t, child.Start())
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case err := <-ended:
			if ctx.Err() != nil {
				t.Fatalf("it hangs: nothing after %s", limit)
			}
			text, missing := os.ReadFile(path + ".json")
			var end bombEnd
			if err := errors.Join(err, missing); err != nil {
				t.Fatalf("%v\n%.2000s", err, out.String())
			}
			must(t, json.Unmarshal(text, &end))
			return end
		case <-ticker.C:
			if peak, ok := peakMemory(child.Process.Pid); ok && peak > bombMemory && !raceDetector() {
				cancel()
				<-ended
				t.Fatalf("it takes more than %d MB of memory", bombMemory>>20)
			}
		}
	}
}

// peakMemory is the most that a process had in memory; false where the system does not tell.
func peakMemory(process int) (int64, bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	_, line, found := strings.Cut(string(status), "VmHWM:")
	if err != nil || !found {
		return 0, false
	}
	kilobytes, err := strconv.ParseInt(strings.Fields(line)[0], 10, 64)
	return kilobytes << 10, err == nil
}

// raceDetector tells a test binary that takes several times the memory of the program.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-race" && s.Value == "true" })
}

// write makes the file without ever holding what it unpacks to: a block is packed once, and its packed form written
// again and again.
func (b bomb) write(path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	block := []byte(strings.Repeat(b.body, 1+(1<<20)/len(b.body)))
	times := int(b.bytes/int64(len(block))) + 1
	if b.part == "" {
		_, err = file.WriteString(b.head)
		for range times {
			if err == nil {
				_, err = file.Write(block)
			}
		}
		return err
	}
	parts := hostileSheet("").parts()
	maps.Copy(parts, b.parts)
	delete(parts, b.part)
	z := zip.NewWriter(file)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(parts[name])); err != nil {
			return err
		}
	}
	head, packed, tail := flushed(b.head, false), flushed(string(block), false), flushed(b.tail, true)
	header := &zip.FileHeader{Name: b.part, Method: zip.Deflate,
		CompressedSize64:   uint64(len(head) + times*len(packed) + len(tail)),
		UncompressedSize64: uint64(len(b.head) + times*len(block) + len(b.tail))}
	header.CRC32 = crc32.ChecksumIEEE([]byte(b.head))
	for range times {
		header.CRC32 = crc32.Update(header.CRC32, crc32.IEEETable, block)
	}
	header.CRC32 = crc32.Update(header.CRC32, crc32.IEEETable, []byte(b.tail))
	w, err := z.CreateRaw(header)
	if err != nil {
		return err
	}
	for _, piece := range [][]byte{head, bytes.Repeat(packed, times), tail} {
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return z.Close()
}

// flushed is packed text that refers to nothing before it, up to the border of a byte.
func flushed(text string, last bool) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestCompression) // fails only for an unknown level
	_, _ = w.Write([]byte(text))
	if last {
		_ = w.Close()
	} else {
		_ = w.Flush()
	}
	return out.Bytes()
}
