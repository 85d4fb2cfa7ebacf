"""Files by LibreOffice Calc, told by its API what to store. Starts its own soffice and ends it."""
import datetime as dt
import os
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import NamedValue, PropertyValue
from com.sun.star.lang import Locale
from com.sun.star.sheet import TableFilterField2
from com.sun.star.util import Date

from expect import AGAIN, ANNA, Case, H, HIDDEN, MARIO, ROW1, ROW2, TEXTS, TOTAL, error

ITALIAN = Locale("it", "IT", "")
EPOCH = {1900: dt.datetime(1899, 12, 30), 1904: dt.datetime(1904, 1, 1)}


def connect():
    pipe = "foreign%d" % os.getpid()
    office = subprocess.Popen(["soffice", "--headless", "--norestore", "--nologo", "--accept=pipe,name=%s;urp" % pipe,
                               "-env:UserInstallation=file://" + tempfile.mkdtemp()], stderr=subprocess.DEVNULL)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            context = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
            return office, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.5)
    sys.exit("soffice does not answer")


office, desktop = connect()


def props(**values):
    return tuple(PropertyValue(Name=k, Value=v) for k, v in values.items())


class Doc:
    def __init__(self, header=H, rows=(), case=None, epoch=1900, sheet="Ordini", book=None):
        self.doc = book or desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, props(Hidden=True))
        self.epoch, self.book = epoch, book
        if epoch == 1904:
            self.doc.NullDate = Date(1, 1, 1904)
        if book:
            book.Sheets.insertNewByName(sheet, book.Sheets.Count)
            self.sheet = book.Sheets.getByName(sheet)
        else:
            self.sheet = self.doc.Sheets.getByIndex(0)
            self.sheet.Name = sheet
        if header:
            self.put(1, header)
        for i, row in enumerate(rows):
            self.put(2 + i, row)
            if case:
                case.row(2 + i, *row)

    def cell(self, row, column):
        return self.sheet.getCellByPosition(column, row - 1)

    def put(self, row, values, formats=None):
        for i, value in enumerate(values):
            cell = self.cell(row, i)
            if isinstance(value, str):
                if value:
                    cell.setString(value)
            elif isinstance(value, (dt.date, dt.time)):
                cell.setValue(self.serial(value))
            elif value is not None:
                cell.setValue(float(value))
            if formats and formats[i]:
                cell.NumberFormat = self.format(formats[i])

    def serial(self, value):
        if isinstance(value, dt.time):
            return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
        if not isinstance(value, dt.datetime):
            value = dt.datetime(value.year, value.month, value.day)
        gone = value - EPOCH[self.epoch]
        return gone.days + gone.seconds / 86400

    def format(self, code):
        formats = self.doc.NumberFormats
        key = formats.queryKey(code, ITALIAN, False)
        return key if key >= 0 else formats.addNew(code, ITALIAN)

    def save(self, case, kind="Calc MS Excel 2007 XML", **more):
        if not self.book:
            self.doc.storeToURL("file://" + os.path.abspath(case.path), props(FilterName=kind, **more))
            self.doc.close(True)
        case.save()


shared = None  # the document that the cases are made in as sheets; None = each in its own


def new(name, header=H, rows=(ROW1, ROW2), ext="xlsx", epoch=1900, **more):
    case = Case("libreoffice-" + name, list(header), ext, **more)
    if shared and epoch == 1900:
        case.in_sheet("libreoffice-sheets.xlsx", name)
        return Doc(header, rows, case, epoch, name, shared.doc), case
    return Doc(header, rows, case, epoch), case


def values():
    d, case = new("leading-zeros", ["Partita IVA", "CAP", "Codice ISTAT comune"], ())
    for i, row in enumerate([[1234567897, 118, 58091], ["01234567897", "00118", "058091"]]):
        d.put(2 + i, row, ["00000000000", "00000", "000000"] if not i else ["@"] * 3)
        case.row(2 + i, *row)
    d.save(case)
    d, case = new("numbers", ["Codice fiscale", "Telefono", "Note"], ())
    for i, (value, form) in enumerate([(3330000000, "0,00E+00"), (12345678901234, "0"), (123456789012345, "#.##0"), (0.22, "0,00%"), (1100.01, "#.##0,00 [$€-410]"),
                                       (0.75, "# ?/?"), (0.123456789012345, None),  # LibreOffice stores 15 digits
                                       (1.25e-7, None), (-10.5, "[RED]-€ #.##0,00"), (1e21, None)]):
        d.put(2 + i, [MARIO, value, "x"], [None, form, None])
        case.row(2 + i, MARIO, value, "x")
    d.save(case)
    for epoch in (1900, 1904):
        d, case = new("dates-%d" % epoch, ["Codice fiscale", "Data di nascita", "Data attivazione"], (), epoch=epoch)
        for i, form in enumerate(("GG/MM/AAAA", "AAAA-MM-GG", "G MMMM AAAA", "GG/MM/AA HH:MM", "NNNNG MMMM AAAA", "GG.MM.AAAA", "MMM-AA", "[$-409]D MMM YYYY")):
            row = [MARIO, dt.date(1985, 12, 10), dt.datetime(2026, 3, 20, 10, 30)]
            d.put(2 + i, row, [None, form, form])
            case.row(2 + i, *row)
        row = [MARIO, dt.date(1999, 12, 31), dt.datetime(2026, 3, 20, 23, 59, 59)]
        d.put(10, row, [None, "GG/MM/AAAA", "GG/MM/AAAA HH:MM:SS"])
        case.row(10, *row)
        d.save(case)
    d, case = new("times", ["Codice fiscale", "Note"], ())
    for i, (value, form) in enumerate(((dt.time(10, 30), "HH:MM"), (dt.time(18, 0), "HH:MM:SS"), (dt.time(12, 0), "[HH]:MM"))):
        d.put(2 + i, [MARIO, value], [None, form])
        case.row(2 + i, MARIO, value)
    d.save(case)


def texts():
    d, case = new("texts", ["Codice fiscale", "Cognome"], [[MARIO, t] for t in TEXTS.values()] + [[MARIO, "R_x0041_B"], [MARIO, "_x000D_"]])
    d.save(case)
    d, case = new("rich-text", ["Codice fiscale", "Cognome"], [[MARIO, "ROSSI BIANCHI "], [MARIO, " DE  ROSSI\nVERDI"]])
    for row in (2, 3):
        cursor = d.cell(row, 1).createTextCursor()
        cursor.gotoStart(False)
        cursor.goRight(3, True)
        cursor.CharWeight = 150.0
    d.save(case)
    d, case = new("long-text", ["Codice fiscale", "Note"], [[MARIO, "ò;" * 500]])
    d.save(case)


def formulas():
    d, case = new("formulas", ["Codice fiscale", "Cognome", "CAP", "Data di nascita", "Note"], ())
    made = [('="ROS"&"SI"', "ROSSI"), ("=100+84", 184), ("=1=1", True), ("=1/0", "#DIV/0!"), ("=NA()", "#N/A"), ('=""', ""), ("=0.1+0.15", 0.25),
            ('=VLOOKUP("x";A2:B3;2;0)', "#N/A"), ("=SQRT(-1)", "#VALUE!"), ('=TEXT(118;"00000")', "00118"), ("=PIPPO(1)", "#NAME?")]
    # LibreOffice has other errors than Excel: that of SQRT(-1), Err:502, it stores as #VALUE!
    for i, (formula, shown) in enumerate(made):
        d.put(2 + i, [MARIO])
        d.cell(2 + i, 1).setFormula(formula)
        d.cell(2 + i, 3).setFormula("=DATE(1985;12;10)")
        d.cell(2 + i, 3).NumberFormat = d.format("GG/MM/AAAA")
        d.sheet.getCellRangeByPosition(4, 1 + i, 4, 1 + i).setArrayFormula("=SUM({1;2}*2)")
        case.row(2 + i, MARIO, shown, None, dt.date(1985, 12, 10), 6)
    d.save(case)
    d, case = new("booleans", ["Codice fiscale", "Piano"], ())
    for i, value in enumerate((1, 0)):
        d.put(2 + i, [MARIO, value], [None, "BOOLEAN"])
        case.row(2 + i, MARIO, bool(value))
    d.save(case)


def layout():
    d, case = new("merged-titles", H, (), remarks=["riga 4"])
    d.put(1, ["ORDINI VOUCHER", "", "", "", ""])
    for column in range(1, 5):
        d.cell(1, column).setString("")
    d.sheet.getCellRangeByName("A1:E2").merge(True)
    d.put(4, H)
    d.put(5, ROW1)
    d.put(8, ROW2)
    case.row(5, *ROW1)
    case.row(8, *ROW2)
    d.save(case)
    d, case = new("total-row", ["Codice fiscale", "Cognome", "Importo"], [[MARIO, "ROSSI", 25], [ANNA, "FOX", 25]])
    d.put(4, ["", "Totale"])
    d.cell(4, 2).setFormula("=SUM(C2:C3)")
    case.row(4, None, "Totale", 50, skipped=TOTAL)
    d.save(case)
    d, case = new("repeated-header", H, [ROW1])
    d.put(3, H)
    d.put(4, ROW2)
    case.row(3, *H, skipped=AGAIN)
    case.row(4, *ROW2)
    d.save(case)


def hidden_rows():
    three = [ROW1, ROW2, ["cessazione", MARIO, "VERDI", "MARIO", "00184"]]
    for name in ("hidden-row", "filtered"):
        for how in ("", "send", "skip"):
            full = "libreoffice-%s%s" % (name, how and "-" + how)
            case = Case(full, H, options={"hidden": how}) if how else Case(full, error=error("hidden", 2 if name == "filtered" else 3))
            case.file = "libreoffice-%s.xlsx" % name
            case.path = os.path.join(os.path.dirname(case.path), case.file)
            d = Doc(H, three)
            if name == "filtered":
                area = d.sheet.getCellRangeByName("A1:E4")
                d.doc.DatabaseRanges.addNewByName("Ordini", area.RangeAddress)
                d.doc.DatabaseRanges.getByName("Ordini").AutoFilter = True
                filters = area.createFilterDescriptor(True)
                filters.ContainsHeader = True
                field = TableFilterField2()
                field.Field, field.StringValue = 0, "cessazione"
                field.Operator = 2  # EQUAL
                filters.setFilterFields2((field,))
                area.filter(filters)
                gone = (2, 3)
            else:
                d.sheet.Rows.getByIndex(2).IsVisible = False
                gone = (3,)
            assert all(not d.sheet.Rows.getByIndex(n - 1).IsVisible for n in gone)
            if how:
                for i, row in enumerate(three):
                    case.row(2 + i, *row, skipped=HIDDEN if how == "skip" and 2 + i in gone else "")
            d.save(case)
    d, case = new("hidden-column")
    d.sheet.Columns.getByIndex(2).IsVisible = False
    d.save(case)
    d, case = new("furniture")
    d.sheet.Annotations.insertNew(d.cell(2, 1).CellAddress, "verificato")
    d.doc.CurrentController.freezeAtPosition(0, 1)
    rule = d.sheet.getCellRangeByName("A2:A20").Validation
    rule.Type = uno.Enum("com.sun.star.sheet.ValidationType", "LIST")
    rule.setFormula1('"prenotazione";"cessazione"')
    d.sheet.getCellRangeByName("A2:A20").Validation = rule
    d.sheet.setPrintAreas((d.sheet.getCellRangeByName("A1:E3").RangeAddress,))
    d.doc.NamedRanges.addNewByName("Operazioni", "$Ordini.$A$2:$A$3", d.cell(1, 0).CellAddress, 0)
    d.sheet.protect("")
    d.sheet.getCellRangeByName("A1:Z400").CellBackColor = 0xFFFF99
    d.save(case)


def sheets():
    d, case = new("orders-in-second-sheet", sheet="Ordini")
    d.doc.Sheets.insertNewByName("Legenda", 0)
    d.doc.Sheets.getByName("Legenda").getCellByPosition(0, 0).setString("Come si legge questo file")
    d.save(case)
    d, case = new("hidden-sheet", sheet="Ordini", remarks=[])
    d.doc.Sheets.copyByName("Ordini", "Archivio", 1)  # not the first: a headless LibreOffice would show it
    d.doc.Sheets.getByName("Archivio").IsVisible = False
    d.save(case)
    d, case = new("sheet-by-name", sheet="Società & C.", options={"sheet": "Società & C."})
    d.doc.Sheets.copyByName("Ordini", "Società & C.", 1)
    d.cell(2, 0).setString("non questo foglio")
    d.save(case)


def refused():
    key = uno.Any("[]com.sun.star.beans.NamedValue", (NamedValue("CryptoType", "StrongEncryptionDataSpace"), NamedValue("OOXPassword", "ordini")))
    for name, ext, kind, cause, more in (
            ("password", "xlsx", "Calc MS Excel 2007 XML", "password", {"EncryptionData": key}), ("xls", "xlsx", "MS Excel 97", "old .xls", {}),
            ("ods", "xlsx", "calc8", "OpenDocument", {}),
            ("ods-password", "xlsx", "calc8", "OpenDocument", {"Password": "ordini"}), ("xml-2003", "xlsx", "MS Excel 2003 XML", "XML", {}), ("html", "xlsx", "HTML (StarCalc)", "HTML", {}),
            ("sylk", "csv", "SYLK", "SYLK", {}), ("dif", "csv", "DIF", "DIF", {})):
        Doc(H, (ROW1, ROW2)).save(Case("libreoffice-type-" + name, ext=ext, error=error(cause)), kind, **more)


def csv():
    tricky = ["prenotazione", ANNA, 'D\'ALÒ "DE" ; , ', "ANNA", "20121"]

    def write(name, options, rows=(ROW1, tricky, ROW2), header=H, **more):
        d, case = new("csv-" + name, header, rows, "csv", **more)
        d.save(case, "Text - txt - csv (StarCalc)", FilterOptions=options)

    write("semicolon", "59,34,76,1,,1040,false,true")
    write("comma", "44,34,76,1,,1040,false,true")
    write("tab", "9,34,76,1,,1040,false,true")
    write("pipe", "124,34,76,1,,1040,false,true")
    write("quote-all", "59,34,76,1,,1040,true,true")
    write("windows-1252", "59,34,1,1,,1040,false,true")
    write("iso-8859-15", "59,34,22,1,,1040,false,true")
    write("utf-16-tab", "9,34,65535,1,,1040,true,true")
    write("utf-16-semicolon", "59,34,65535,1,,1040,false,true")
    # An apostrophe is no quote of ours: what stands there stays there, and the codes are then wrong.
    d = Doc(H, (ROW1,))
    case = Case("libreoffice-csv-apostrophes", ["'%s'" % h for h in H], "csv")
    quoted = ["'%s'" % v for v in ROW1]
    case.rows.append({"number": 2, "cells": quoted, "order": dict(zip(["operazione", "codiceFiscale", "cognome", "nome", "cap"], quoted))})
    case.header, keep = None, case
    keep.more.update(header=["'%s'" % h for h in H], rows=case.rows)
    d.save(keep, "Text - txt - csv (StarCalc)", FilterOptions="59,39,76,1,,1040,true,true")
    # Numbers as they are shown, and as they are stored.
    for name, as_shown in (("as-shown", "true"), ("as-stored", "false")):
        header = ["Codice fiscale", "CAP", "Data di nascita", "Importo", "Piano"]
        d, case = new("csv-" + name, header, (), "csv")
        d.put(2, [MARIO, 118, dt.date(1985, 12, 10), 1100.5, 1], [None, "00000", "GG/MM/AAAA", "#.##0,00 [$€-410]", "BOOLEAN"])
        shown = [MARIO, "00118", "10/12/1985", "1.100,50 €", "VERO"] if name == "as-shown" else [MARIO, "118", "10/12/1985", "1100,5", "VERO"]
        case.row(2, *shown)
        d.save(case, "Text - txt - csv (StarCalc)", FilterOptions="59,34,76,1,,1040,false,false," + as_shown)
    header = ["Codice fiscale", "Note", "CAP"]
    d, case = new("csv-line-breaks", header, (), "csv")
    for i, (number, row) in enumerate(((2, [MARIO, "uno\ndue\n\ntre", "00184"]), (6, [ANNA, " x ", "20121"]))):
        d.put(2 + i, row)
        case.row(number, *row)
    d.save(case, "Text - txt - csv (StarCalc)", FilterOptions="59,34,76,1,,1040,false,true")
    d, case = new("csv-blank-rows-and-total", ["Cognome", "Codice fiscale", "Importo"], (), "csv", remarks=["riga 3"])
    d.put(1, ["ORDINI", "", ""])
    for column in (1, 2):
        d.cell(1, column).setString("")
    d.put(3, case.header)
    d.put(4, ["ROSSI", MARIO, 25])
    d.put(6, ["FOX", ANNA, 25])
    d.put(7, ["Totale", None, 50.5])  # the document is English
    case.row(4, "ROSSI", MARIO, "25")
    case.row(6, "FOX", ANNA, "25")
    case.row(7, "Totale", "", "50.5", skipped=TOTAL)
    d.save(case, "Text - txt - csv (StarCalc)", FilterOptions="59,34,76,1,,1040,false,true")


def opened_csv():
    """A CSV file that a user opens and saves as a workbook: every column as text, and as Italian LibreOffice takes it."""
    header = ["Codice fiscale", "CAP", "Data di nascita", "Importo", "Telefono"]
    source = os.path.join(tempfile.mkdtemp(), "ordini.csv")
    told = [MARIO, "00184", "10/12/1985", "1.100,50", "3330000000"]
    with open(source, "w", encoding="utf-8") as f:
        f.write(";".join(header) + "\r\n" + ";".join(told) + "\r\n")
    for name, columns, stored in (("as-text", "/".join("%d/2" % n for n in range(1, 6)), told),
                                  ("as-taken", "", [MARIO, 184, dt.date(1985, 12, 10), 1100.5, 3330000000])):
        doc = desktop.loadComponentFromURL("file://" + source, "_blank", 0, props(
            Hidden=True, FilterName="Text - txt - csv (StarCalc)", FilterOptions="59,34,76,1,%s,1040,false,true" % columns))
        case = Case("libreoffice-opened-csv-" + name, header)
        case.row(2, *stored)
        doc.storeToURL("file://" + os.path.abspath(case.path), props(FilterName="Calc MS Excel 2007 XML"))
        doc.close(True)
        case.save()


try:
    for make in (hidden_rows, sheets, refused, csv, opened_csv):
        make()
    shared = Doc(None, sheet="Indice")
    for make in (values, texts, formulas, layout):
        make()
    shared.save(Case("libreoffice-sheets"))
    os.remove(Case("libreoffice-sheets").path[:-5] + ".json")
finally:
    try:
        desktop.terminate()
        office.wait(30)
    except Exception:
        office.kill()
