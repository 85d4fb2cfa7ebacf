package orderfile

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"voucherbul/mapping/orderfile/grid"
)

// signature is how the files of a format begin.
type signature struct{ start, what, remedy string }

var signatures = []signature{
	{"%PDF", "a PDF document", grid.ExportAgain},
	{`{\rtf`, "an RTF document", grid.ExportAgain},
	{"\x09\x00\x04\x00", "an old .xls workbook (Excel 2)", grid.SaveAsWorkbook},
	{"\x09\x02\x06\x00", "an old .xls workbook (Excel 3)", grid.SaveAsWorkbook},
	{"\x09\x04\x06\x00", "an old .xls workbook (Excel 4)", grid.SaveAsWorkbook},
	{"\x1f\x8b\x08", "a gzip archive", grid.UnpackFirst},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive", grid.UnpackFirst},
	{"Rar!\x1a\x07", "a RAR archive", grid.UnpackFirst},
	{"\xfd7zXZ\x00", "an xz archive", grid.UnpackFirst},
	{"\x28\xb5\x2f\xfd", "a zstd archive", grid.UnpackFirst},
	{"SQLite format 3\x00", "an SQLite database", grid.ExportAgain},
	{"\x00\x01\x00\x00Standard Jet DB", "an Access database", grid.ExportAgain},
	{"\x00\x01\x00\x00Standard ACE DB", "an Access database", grid.ExportAgain},
	{"PAR1\x15", "a Parquet file", grid.ExportAgain},
	{"\x89PNG\r\n\x1a\n", "a picture (PNG)", grid.ExportAgain},
	{"\xff\xd8\xff", "a picture (JPEG)", grid.ExportAgain},
	{"GIF87a", "a picture (GIF)", grid.ExportAgain},
	{"GIF89a", "a picture (GIF)", grid.ExportAgain},
	{"II*\x00", "a picture (TIFF)", grid.ExportAgain},
	{"MM\x00*", "a picture (TIFF)", grid.ExportAgain},
}

// refuseForeign names the formats that people hand in under the name of a workbook or a CSV file.
func refuseForeign(file io.ReaderAt, head []byte) error {
	if bytes.HasPrefix(head, []byte(oleSignature)) {
		return refuseOLE(file)
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.start)) {
			return grid.Foreign(s.what, s.remedy)
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
		return grid.Foreign("a web archive (.mht), whatever its name says", grid.SaveAsWorkbook)
	case sylkStart.Match(text):
		return grid.Foreign("a SYLK file (.slk)", grid.SaveAsWorkbook)
	case difStart.Match(text):
		return grid.Foreign("a DIF file", grid.SaveAsWorkbook)
	case jsonStart.Match(text):
		return grid.Foreign("JSON", grid.ExportAgain)
	}
	return nil
}

func refuseTags(lower string) error {
	has := func(part string) bool { return strings.Contains(lower, part) }
	switch {
	case strings.HasPrefix(lower, "<html"), strings.HasPrefix(lower, "<!doctype html"):
		return grid.Foreign("an HTML page, whatever its name says", grid.SaveAsWorkbook) // those of Excel name its spaces too
	case has(`progid="excel.sheet"`), has("<workbook") && has("urn:schemas-microsoft-com:office:spreadsheet"):
		return grid.Foreign("an XML Spreadsheet 2003, whatever its name says", grid.SaveAsWorkbook)
	case has("<gnm:workbook"):
		return grid.Foreign("an XML document of Gnumeric", grid.SaveAsWorkbook)
	case has("urn:oasis:names:tc:opendocument"):
		return grid.Foreign("a flat OpenDocument file (.fods)", grid.SaveAsWorkbook)
	case tagStart.MatchString(lower), has("<html"):
		return grid.Foreign("an HTML page, whatever its name says", grid.SaveAsWorkbook)
	case strings.HasPrefix(lower, "<?xml"):
		return grid.Foreign("an XML document", grid.ExportAgain)
	}
	return nil
}
