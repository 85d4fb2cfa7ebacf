package orderfile

import (
	"slices"
	"testing"
)

// testStyles has a general format (0), built-in dates (1: 14, 2: 22, 3: 47), two custom dates (4, 5) and
// formats that only look like dates (6: euro, 7: percent, 8: literal text). The dxfs and cellStyleXfs must not count.
const testStyles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts><numFmt numFmtId="164" formatCode="[$-410]d\ mmmm\ yyyy;@"/><numFmt numFmtId="165" formatCode="[h]&quot; ore&quot;"/>
<numFmt numFmtId="166" formatCode="#,##0.00\ [$€-410]"/><numFmt numFmtId="167" formatCode="0&quot; giorni&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="47"/><xf numFmtId="164"/><xf numFmtId="165"/>
<xf numFmtId="166"/><xf numFmtId="10"/><xf numFmtId="167"/></cellXfs>
<dxfs><dxf><numFmt numFmtId="166" formatCode="dd/mm/yyyy"/></dxf></dxfs></styleSheet>`

const testStrings = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<si><t>codiceFiscale</t></si>
<si><t xml:space="preserve"> ROSSI  </t></si>
<si><r><t>DE </t></r><r><rPr><b/></rPr><t>LUCA</t></r><rPh sb="0" eb="1"><t>NO</t></rPh><phoneticPr fontId="1"/></si>
<si><t>VIA ROMA_x000D_
10 _x005F_x0041_ &amp; C.</t></si>
<si/></sst>`

func TestCells(t *testing.T) {
	for name, c := range map[string]struct{ cell, want string }{
		"shared string":                 {`<c t="s"><v>1</v></c>`, " ROSSI  "},
		"rich text without phonetics":   {`<c t="s"><v>2</v></c>`, "DE LUCA"},
		"escapes":                       {`<c t="s"><v>3</v></c>`, "VIA ROMA\r\n10 _x0041_ & C."},
		"empty shared string":           {`<c t="s"><v>4</v></c>`, ""},
		"shared string, date format":    {`<c t="s" s="1"><v>1</v></c>`, " ROSSI  "},
		"inline string":                 {`<c t="inlineStr"><is><t>00184</t></is></c>`, "00184"},
		"inline rich text":              {`<c t="inlineStr"><is><r><t>A</t></r><r><t>B</t></r></is></c>`, "AB"},
		"inline text with a comment":    {`<c t="inlineStr"><is><t>0<!-- x -->1</t></is></c>`, "01"},
		"text of a formula":             {`<c t="str"><f>A1</f><v>00184</v></c>`, "00184"},
		"empty text of a formula":       {`<c t="str"><f>A1</f><v></v></c>`, ""},
		"formula without a value":       {`<c><f>A1</f></c>`, "#VALORE!"},
		"formula with no value in v":    {`<c><f>A1</f><v/></c>`, "#VALORE!"},
		"shared formula, no value":      {`<c><f t="shared" si="0"/></c>`, "#VALORE!"},
		"inline text of a formula":      {`<c t="inlineStr"><f>A1</f><is><t>x</t></is></c>`, "x"},
		"error of a formula":            {`<c t="e"><f>1/0</f><v>#DIV/0!</v></c>`, "#DIV/0!"},
		"CDATA":                         {`<c t="str"><v><![CDATA[<A>&]]>;</v></c>`, "<A>&;"},
		"lines of Windows":              {"<c t=\"str\"><v>a\r\nb\rc</v></c>", "a\nb\nc"},
		"white space around a value":    {"<c t=\"s\">\n <v> 1\n</v> </c>", " ROSSI  "},
		"no xml:space":                  {`<c t="inlineStr"><is><t> x </t></is></c>`, " x "},
		"other attributes and elements": {`<c xmlns:x="u" x:t="s" cm="1" t="str"><v>a</v><extLst><ext><x:v>no</x:v></ext></extLst></c>`, "a"},
		"single quotes":                 {`<c t='str' s='1'><v>a</v></c>`, "a"},
		"number, surely no float":       {`<c><v>+.5e1</v></c>`, "5"},
		"date formula":                  {`<c s="1"><f>TODAY()</f><v>46101</v></c>`, "20/03/2026"},
		"true":                          {`<c t="b"><v>1</v></c>`, "VERO"},
		"false":                         {`<c t="b"><v>0</v></c>`, "FALSO"},
		"error":                         {`<c t="e"><v>#N/A</v></c>`, "#N/A"},
		"whole number":                  {`<c><v>184</v></c>`, "184"},
		"typed number":                  {`<c t="n"><v>184</v></c>`, "184"},
		"leading zeros that are stored": {`<c><v>00184</v></c>`, "00184"},
		"exponent":                      {`<c><v>1.2345678903E10</v></c>`, "12345678903"},
		"tiny":                          {`<c><v>1.5E-7</v></c>`, "0.00000015"},
		"shortest":                      {`<c><v>1.1000000000000001</v></c>`, "1.1"},
		"negative":                      {`<c><v>-3.50</v></c>`, "-3.5"},
		"more digits than a float":      {`<c><v>12345678901234567</v></c>`, "12345678901234567"},
		"percent":                       {`<c s="7"><v>0.1</v></c>`, "0.1"},
		"euro":                          {`<c s="6"><v>46101</v></c>`, "46101"},
		"literal text in a format":      {`<c s="8"><v>46101</v></c>`, "46101"},
		"date":                          {`<c s="1"><v>46101</v></c>`, "20/03/2026"},
		"date and time":                 {`<c s="2"><v>46101.4375</v></c>`, "20/03/2026 10:30:00"},
		"long date":                     {`<c s="4"><v>46101</v></c>`, "20/03/2026"},
		"hours beyond a day":            {`<c s="5"><v>46101.5</v></c>`, "46101.5"},
		"time of the day":               {`<c s="3"><v>0.5</v></c>`, "0.5"},
		"date beyond the calendar":      {`<c s="1"><v>2958466</v></c>`, "2958466"},
		"stored ISO date":               {`<c t="d" s="1"><v>2026-03-20T00:00:00</v></c>`, "20/03/2026"},
		"stored ISO instant":            {`<c t="d" s="1"><v>2026-03-20T10:30:00.4Z</v></c>`, "20/03/2026 10:30:00"},
		"format only":                   {`<c s="1"/>`, ""},
		"number without a text":         {`<c><v/></c>`, ""},
		"first format, always":          {`<c s="0"><v>5</v></c>`, "5"},
	} {
		t.Run(name, func(t *testing.T) {
			sheet := worksheet(`<row><c t="s"><v>0</v></c><c t="str"><v>nome</v></c><c t="str"><v>cap</v></c></row>` +
				`<row><c t="str"><v>x</v></c>` + c.cell + `<c t="str"><v>end</v></c></row>`)
			_, rows, err := readAll(writeFile(t, "ordini.xlsx", xlsxFile{sheet: sheet, styles: testStyles, strings: testStrings}.bytes(t)))
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{"x", c.want, "end"}; !slices.Equal(rows[0].Cells, want) {
				t.Errorf("%s: %q, want %q", c.cell, rows[0].Cells, want)
			}
		})
	}
}
