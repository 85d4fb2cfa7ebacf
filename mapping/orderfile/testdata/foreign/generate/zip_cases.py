"""Workbooks written part by part, for what none of the installed writers makes: Strict OOXML, prefixes as the Open XML
SDK writes them, phonetic runs, cells without names, odd zip files. The parts follow ECMA-376."""
import datetime as dt
import io
import zipfile

from expect import ANNA, Case, H, MARIO, NO_VALUE, ROW1, ROW2, error

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = ("http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships")
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = HEAD + ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
                'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
                '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>')
STYLES = ('<styleSheet xmlns="%s"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>'
          '<xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/></cellXfs></styleSheet>')


def letters(i):
    return chr(ord("A") + i)


def inline(text):
    return '<is><t xml:space="preserve">%s</t></is>' % text.replace("&", "&amp;").replace("<", "&lt;")


def cells(number, row):
    return "".join('<c r="%s%d" t="inlineStr">%s</c>' % (letters(i), number, inline(v)) for i, v in enumerate(row))


def line(number, *made):
    return '<row r="%d">%s</row>' % (number, "".join(made))


def parts(data, main=MAIN, rel=REL, strings=None, workbook=None, before="", after="", styles=STYLES, sheets=None):
    out = {"[Content_Types].xml": TYPES,
           "_rels/.rels": HEAD + '<Relationships xmlns="%s"><Relationship Id="rId1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>' % (PKG, rel),
           "xl/workbook.xml": HEAD + (workbook or '<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="Ordini" sheetId="1" r:id="rId1"/></sheets></workbook>' % (main, rel)),
           "xl/worksheets/sheet1.xml": HEAD + '<worksheet xmlns="%s" xmlns:r="%s">%s<sheetData>%s</sheetData>%s</worksheet>' % (main, rel, before, data, after)}
    arrows = '<Relationship Id="rId1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/>' % rel
    if styles:
        out["xl/styles.xml"] = HEAD + styles % main
        arrows += '<Relationship Id="rId2" Type="%s/styles" Target="styles.xml"/>' % rel
    if strings:
        out["xl/sharedStrings.xml"] = HEAD + '<sst xmlns="%s">%s</sst>' % (main, strings)
        arrows += '<Relationship Id="rId3" Type="%s/sharedStrings" Target="sharedStrings.xml"/>' % rel
    for kind, target, content in sheets or ():
        out["xl/" + target] = content
        arrows += '<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>' % (len(out) + 10, rel, kind, target)
    out["xl/_rels/workbook.xml.rels"] = HEAD + '<Relationships xmlns="%s">%s</Relationships>' % (PKG, arrows)
    return out


class Pipe(io.RawIOBase):
    """A file that cannot seek, so that zipfile puts sizes and checksums after the data."""

    def __init__(self, path):
        self.f = open(path, "wb")

    def writable(self):
        return True

    def write(self, b):
        return self.f.write(b)

    def close(self):
        self.f.close()


def write(name, made, header=H, rows=((2, ROW1), (3, ROW2)), method=zipfile.ZIP_DEFLATED, stream=False, **more):
    case = Case("zip-" + name, None if "error" in more else list(header), **more)
    out = Pipe(case.path) if stream else case.path
    with zipfile.ZipFile(out, "w", method) as z:
        for part, content in made.items():
            info = zipfile.ZipInfo(part, (2026, 3, 20, 10, 30, 0))
            info.filename = part  # backslashes too
            info.compress_type = method
            z.writestr(info, content if isinstance(content, bytes) else content.encode())
    if stream:
        out.close()
    if "error" not in more:
        for number, row in rows:
            case.row(number, *row)
    case.save()


usual = line(1, cells(1, H)) + line(2, cells(2, ROW1)) + line(3, cells(3, ROW2))
dated = ["Codice fiscale", "Data di nascita", "Data attivazione"]
day, moment = dt.date(1985, 12, 10), dt.datetime(2026, 3, 20, 10, 30)

write("strict", parts(line(1, cells(1, dated)) + line(2, cells(2, [MARIO]), '<c r="B2" s="1"><v>31391</v></c><c r="C2" s="2"><v>46101.4375</v></c>')
                      + line(3, cells(3, [ANNA]), '<c r="B3" s="1" t="d"><v>1985-12-10</v></c><c r="C3" s="2" t="d"><v>2026-03-20T10:30:00</v></c>')
                      + line(4, cells(4, [ANNA]), '<c r="B4" s="1" t="d"><v>1985-12-10T00:00:00Z</v></c><c r="C4" s="2" t="d"><v>2026-03-20T10:30</v></c>'),
                      *STRICT), dated, [(2, [MARIO, day, moment]), (3, [ANNA, day, moment]), (4, [ANNA, day, moment])])
write("strict-1904", parts(line(1, cells(1, dated)) + line(2, cells(2, [MARIO]), '<c r="B2" s="1"><v>29929</v></c><c r="C2" s="2"><v>44639.4375</v></c>'), *STRICT,
      workbook='<workbook xmlns="%s" xmlns:r="%s" conformance="strict"><workbookPr date1904="true"/><sheets><sheet name="Ordini" sheetId="1" r:id="rId1"/></sheets></workbook>' % STRICT),
      dated, [(2, [MARIO, day, moment])])
write("first-days-of-1900", parts(line(1, cells(1, dated)) + "".join(line(2 + i, cells(2 + i, [MARIO]), '<c r="B%d" s="3"><v>%s</v></c>' % (2 + i, v))
      for i, v in enumerate(("1", "59", "60", "61", "0.5", "-1", "2958465", "2958466", "31391.999999")))), dated,
      [(2, [MARIO, dt.date(1900, 1, 1)]), (3, [MARIO, dt.date(1900, 2, 28)]), (4, [MARIO, 60]), (5, [MARIO, dt.date(1900, 3, 1)]), (6, [MARIO, 0.5]), (7, [MARIO, -1]),
       (8, [MARIO, dt.date(9999, 12, 31)]), (9, [MARIO, 2958466]), (10, [MARIO, dt.date(1985, 12, 11)])])

prefixed = {k: v for k, v in parts(usual).items()}
for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
    text = prefixed[part][len(HEAD):]
    text = text.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace('xmlns="', 'xmlns:x="')
    prefixed[part] = HEAD + text
write("prefixes", prefixed)

write("rich-inline-and-phonetic", parts(
    line(1, cells(1, ["Codice fiscale", "Cognome", "Nome"])) + line(2, '<c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="inlineStr"><is><r><t>MA</t></r><r><rPr><b/></rPr>'
    '<t xml:space="preserve">RIO </t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>'),
    strings='<si><t>%s</t></si><si><r><rPr><sz val="11"/></rPr><t xml:space="preserve">DE </t></r><r><t>ROSSI</t></r><rPh sb="0" eb="2"><t>yomi</t></rPh><phoneticPr fontId="1"/></si>' % MARIO),
    ["Codice fiscale", "Cognome", "Nome"], [(2, [MARIO, "DE ROSSI", "MARIO "])])
write("empty-shared-strings", parts(line(1, cells(1, ["Codice fiscale", "Cognome"])) + line(2, cells(2, [MARIO]), '<c r="B2" t="s"><v>0</v></c>') +
      line(3, cells(3, [MARIO]), '<c r="B3" t="s"><v>2</v></c>'), strings="<si/><si><t/></si><si><t>FOX</t></si>"), ["Codice fiscale", "Cognome"], [(2, [MARIO, ""]), (3, [MARIO, "FOX"])])
write("no-names", parts("".join("<row>%s</row>" % "".join('<c t="inlineStr">%s</c>' % inline(v) for v in row) for row in (H, ROW1, ROW2)), styles=None))
write("some-names", parts('<row>%s</row><row r="5"><c/>%s</row><row>%s</row>' % (cells(1, H), "".join('<c t="inlineStr">%s</c>' % inline(v) for v in ROW1[1:]), cells(6, ROW2))),
      rows=[(5, [""] + ROW1[1:]), (6, ROW2)])
write("formulas", parts(line(1, cells(1, ["Codice fiscale", "Cognome", "CAP"])) + line(2, cells(2, [MARIO]), '<c r="B2" t="str"><f t="shared" ref="B2:B4" si="0">A2&amp;""</f></c><c r="C2"><f>1+1</f></c>')
      + line(3, cells(3, [MARIO]), '<c r="B3" t="str"><f t="shared" si="0"/><v></v></c><c r="C3"><f>1+1</f><v/></c>')
      + line(4, cells(4, [MARIO]), '<c r="B4" t="str"><f t="shared" si="0"/><v>a &amp; b</v></c><c r="C4" t="e"><f>NA()</f><v>#N/A</v></c>')
      + line(5, cells(5, [MARIO]), '<c r="B5" t="e"><v>#SPILL!</v></c><c r="C5" t="b"><f>1=1</f><v>true</v></c>')),
      ["Codice fiscale", "Cognome", "CAP"], [(2, [MARIO, NO_VALUE, NO_VALUE]), (3, [MARIO, "", NO_VALUE]), (4, [MARIO, "a & b", "#N/A"]), (5, [MARIO, "#SPILL!", True])])
write("entities-and-cdata", parts(line(1, cells(1, ["Codice fiscale", "Cognome"])) + line(2, cells(2, [MARIO]), '<c r="B2" t="inlineStr"><is><t>D&apos;AL&#xD2; &#x1F600;&#10;x<![CDATA[ <&> ]]></t></is></c>')
      + line(3, "<!-- nota -->", cells(3, [MARIO]), '<c r="B3" t="inlineStr"><is><t>RO<!-- nota -->SSI</t></is></c>')),
      ["Codice fiscale", "Cognome"], [(2, [MARIO, "D'ALÒ \U0001F600\nx <&> "]), (3, [MARIO, "ROSSI"])])
write("numbers-as-written", parts(line(1, cells(1, ["Codice fiscale", "Note"])) + "".join(line(2 + i, cells(2 + i, [MARIO]), '<c r="B%d"><v>%s</v></c>' % (2 + i, v)) for i, v in enumerate(
      ("1.2345678901E10", "1.1000000000000001", "0.30000000000000004", "1E5", "1.0", "-0.0", "12345678901234567890", "5E-324", "  7 ")))),
      ["Codice fiscale", "Note"], [(2 + i, [MARIO, v]) for i, v in enumerate((12345678901, 1.1, 0.1 + 0.2, 100000, 1, "-0", 12345678901234567890, 5e-324, 7))])

write("stream", parts(usual), stream=True)
write("stored", parts(usual), method=zipfile.ZIP_STORED)
write("backslashes", {k.replace("/", "\\"): v for k, v in parts(usual).items()})
write("other-case", {k.replace("sheet1", "Sheet1").replace("styles", "Styles"): v for k, v in parts(usual).items()})
write("absolute-targets", {k: v.replace('Target="worksheets', 'Target="/xl/worksheets').replace('Target="xl', 'Target="/xl').replace('Target="styles', 'Target="/xl/styles') for k, v in parts(usual).items()})
write("bom-in-parts", {k: "\ufeff" + v for k, v in parts(usual).items()})
write("utf-16-parts", {k: v.replace("UTF-8", "UTF-16").encode("utf-16") if k == "xl/worksheets/sheet1.xml" else v for k, v in parts(usual).items()}, error=error("sheet1.xml"))
mc = ('xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x15" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"')
choice = ('<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="C:\\Ordini\\"/>'
          '</mc:Choice></mc:AlternateContent>')
write("as-excel-saves", parts(usual.replace("<row ", '<row spans="1:5" x14ac:dyDescent="0.25" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '),
      workbook='<workbook xmlns="%s" xmlns:r="%s" %s><fileVersion appName="xl"/><workbookPr defaultThemeVersion="166925"/>%s<bookViews><workbookView activeTab="0"/></bookViews>'
      '<sheets><sheet name="Ordini" sheetId="7" r:id="rId1"/></sheets><calcPr calcId="191029"/><extLst><ext uri="{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}"/></extLst></workbook>' % (MAIN, REL, mc, choice),
      before='<sheetPr filterMode="0"/><dimension ref="A1:C2"/><sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols><col min="2" max="2" width="9" hidden="1"/></cols>',
      after='<autoFilter ref="A1:E3"/><mergeCells count="1"><mergeCell ref="G1:H1"/></mergeCells><phoneticPr fontId="1"/><pageMargins left="0.7" right="0.7" top="0.7" bottom="0.7" header="0.3" footer="0.3"/>'
      '<extLst><ext uri="{x}"><x14:sparklineGroups xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/></ext></extLst>'))
other = HEAD + '<dialogsheet xmlns="%s"/>' % MAIN
write("dialog-and-macro-sheets", parts(usual, workbook='<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="Dialogo" sheetId="1" r:id="rId16"/><sheet name="Macro1" sheetId="2" r:id="rId17"/>'
      '<sheet name="Ordini" sheetId="3" r:id="rId1"/></sheets></workbook>' % (MAIN, REL), sheets=[("dialogsheet", "dialogsheets/sheet1.xml", other), ("xlMacrosheet", "macrosheets/sheet1.xml", other)]), sheet="Ordini")
