package orderfile

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// What to do with a file of another format.
const (
	saveAsWorkbook = `open it in Excel and save it with File, Save As, "Excel Workbook (.xlsx)" (in LibreOffice: File, Save As, "Excel 2007-365 (.xlsx)")`
	exportAgain    = `export the orders as "Excel Workbook (.xlsx)" or "CSV UTF-8" from the program that has them`
	unpackFirst    = "unpack it, and give the files inside one by one"
)

func foreign(what, remedy string) error {
	return &UnreadableError{Cause: "the file is " + what, Remedy: remedy}
}

// signature is how the files of a format begin.
type signature struct{ start, what, remedy string }

var signatures = []signature{
	{"%PDF", "a PDF document", exportAgain},
	{`{\rtf`, "an RTF document", exportAgain},
	{"\x09\x00\x04\x00", "an old .xls workbook (Excel 2)", saveAsWorkbook},
	{"\x09\x02\x06\x00", "an old .xls workbook (Excel 3)", saveAsWorkbook},
	{"\x09\x04\x06\x00", "an old .xls workbook (Excel 4)", saveAsWorkbook},
	{"\x1f\x8b\x08", "a gzip archive", unpackFirst},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive", unpackFirst},
	{"Rar!\x1a\x07", "a RAR archive", unpackFirst},
	{"\xfd7zXZ\x00", "an xz archive", unpackFirst},
	{"\x28\xb5\x2f\xfd", "a zstd archive", unpackFirst},
	{"SQLite format 3\x00", "an SQLite database", exportAgain},
	{"\x00\x01\x00\x00Standard Jet DB", "an Access database", exportAgain},
	{"\x00\x01\x00\x00Standard ACE DB", "an Access database", exportAgain},
	{"PAR1\x15", "a Parquet file", exportAgain},
	{"\x89PNG\r\n\x1a\n", "a picture (PNG)", exportAgain},
	{"\xff\xd8\xff", "a picture (JPEG)", exportAgain},
	{"GIF87a", "a picture (GIF)", exportAgain},
	{"GIF89a", "a picture (GIF)", exportAgain},
	{"II*\x00", "a picture (TIFF)", exportAgain},
	{"MM\x00*", "a picture (TIFF)", exportAgain},
}

// refuseForeign names the formats that people hand in under the name of a workbook or a CSV file.
func refuseForeign(file io.ReaderAt, head []byte) error {
	if bytes.HasPrefix(head, []byte(oleSignature)) {
		return refuseOLE(file)
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.start)) {
			return foreign(s.what, s.remedy)
		}
	}
	return refuseMarkup(beginning16(head))
}

// beginning16 is the beginning of a text without its byte order mark. UTF-16 loses its zeros, which is enough
// for words of ASCII.
func beginning16(head []byte) []byte {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		head = bytes.ReplaceAll(head[2:], []byte{0}, nil)
	}
	return bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
}

// The formats of text are told by more than a first word, since a CSV file may begin with any: a table with the
// columns ID;Pratica is not SYLK.
var (
	jsonStart = regexp.MustCompile(`^(\{\s*("|\}\s*$)|\[\s*([\[{"\]]))`)
	sylkStart = regexp.MustCompile(`^ID;P[A-Z0-9_.]*(;[NE])*\r?[\r\n]+(P;|F;|B;|C;|O;|NN;|NU;|NE;|W;|E\r?[\r\n])`)
	difStart  = regexp.MustCompile(`^TABLE\s*\r?[\r\n]+0,1\s*[\r\n]`)
	tagStart  = regexp.MustCompile(`^<(!--|!doctype|/?(html|head|body|table|meta|style|script|title|link|div|center|font|span|p|b|tr|td|th)[\s>/])`)
)

func refuseMarkup(text []byte) error {
	lower := string(bytes.ToLower(text))
	switch {
	case strings.HasPrefix(lower, "<"):
		return refuseTags(lower)
	case strings.HasPrefix(lower, "mime-version:"):
		return foreign("a web archive (.mht), whatever its name says", saveAsWorkbook)
	case sylkStart.Match(text):
		return foreign("a SYLK file (.slk)", saveAsWorkbook)
	case difStart.Match(text):
		return foreign("a DIF file", saveAsWorkbook)
	case jsonStart.Match(text):
		return foreign("JSON", exportAgain)
	}
	return nil
}

func refuseTags(lower string) error {
	has := func(part string) bool { return strings.Contains(lower, part) }
	switch {
	case strings.HasPrefix(lower, "<html"), strings.HasPrefix(lower, "<!doctype html"):
		return foreign("an HTML page, whatever its name says", saveAsWorkbook) // those of Excel name its spaces too
	case has(`progid="excel.sheet"`), has("<workbook") && has("urn:schemas-microsoft-com:office:spreadsheet"):
		return foreign("an XML Spreadsheet 2003, whatever its name says", saveAsWorkbook)
	case has("<gnm:workbook"):
		return foreign("an XML document of Gnumeric", saveAsWorkbook)
	case has("urn:oasis:names:tc:opendocument"):
		return foreign("a flat OpenDocument file (.fods)", saveAsWorkbook)
	case tagStart.MatchString(lower), has("<html"):
		return foreign("an HTML page, whatever its name says", saveAsWorkbook)
	case strings.HasPrefix(lower, "<?xml"):
		return foreign("an XML document", exportAgain)
	}
	return nil
}

// refuseForeignZip names the formats that are zip files too.
func refuseForeignZip(a *archive) error {
	for _, other := range []struct{ part, what, remedy string }{
		{"xl/workbook.bin", "a binary workbook (.xlsb)", saveAsWorkbook},
		{"word/document.xml", "a Word document (.docx)", exportAgain},
		{"ppt/presentation.xml", "a presentation (.pptx)", exportAgain},
		{"Index/Document.iwa", "an Apple Numbers document", "open it in Numbers and use File, Export To, Excel"},
		{"Index.zip", "an Apple Numbers document", "open it in Numbers and use File, Export To, Excel"},
		{"content.xml", "an OpenDocument file (.ods, .odt)", `open it in LibreOffice and save it with File, Save As, "Excel 2007-365 (.xlsx)"`},
	} {
		if a.has(other.part) {
			return foreign(other.what, other.remedy)
		}
	}
	return nil
}

// refuseOtherZip names a zip file that has no workbook inside by the files in it that could be read.
func refuseOtherZip(a *archive) error {
	var names []string
	for name := range a.parts {
		if strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".xlsx") || strings.HasSuffix(name, ".xls") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return foreign("a zip file without a workbook inside", exportAgain)
	}
	slices.Sort(names)
	return foreign(fmt.Sprintf("a zip file without a workbook inside, but with files such as %.100q", names[0]), unpackFirst)
}
