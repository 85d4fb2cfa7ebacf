"""Workbooks by XlsxWriter."""
import datetime as dt
import os
import struct
import tempfile
import zlib

import xlsxwriter

from expect import AGAIN, ANNA, Case, H, HIDDEN, MARIO, NO_VALUE, ROW1, ROW2, TEXTS, TOTAL, error


BOOK = xlsxwriter.Workbook(Case("xlsxwriter-sheets").path)
shared = False  # whether the cases are made as sheets of BOOK, unless they need options


def start(name, header=H, rows=(ROW1, ROW2), sheet="Ordini", options=None, **more):
    case = Case("xlsxwriter-" + name, list(header), **more)
    if shared and options is None:
        wb, ws = BOOK, BOOK.add_worksheet(name)
        case.in_sheet("xlsxwriter-sheets.xlsx", name)
    else:
        wb = xlsxwriter.Workbook(case.path, options or {})
        ws = wb.add_worksheet(sheet)
    put(ws, 1, header)
    for i, row in enumerate(rows):
        put(ws, 2 + i, row)
        case.row(2 + i, *row)
    return wb, ws, case


def put(ws, number, row, formats=None):
    for i, value in enumerate(row):
        form = formats[i] if formats else None
        if isinstance(value, str) and value != "":
            ws.write_string(number - 1, i, value, form)
        elif isinstance(value, bool):
            ws.write_boolean(number - 1, i, value, form)
        elif isinstance(value, (int, float)):
            ws.write_number(number - 1, i, value, form)
        elif value is not None and value != "":
            ws.write_datetime(number - 1, i, value, form)


def end(wb, case):
    if wb is not BOOK:
        wb.close()
    case.save()


def values():
    wb, ws, case = start("leading-zeros", ["Codice fiscale", "CAP", "Codice ISTAT comune"], ())
    five, six, text = (wb.add_format({"num_format": f}) for f in ("00000", "000000", "@"))
    put(ws, 2, [MARIO, 118, 58091], [None, five, six])
    put(ws, 3, [MARIO, "00118", "058091"], [None, text, text])
    put(ws, 4, [MARIO, "00118", "058091"])
    case.row(2, MARIO, 118, 58091)
    case.row(3, MARIO, "00118", "058091")
    case.row(4, MARIO, "00118", "058091")
    end(wb, case)
    wb, ws, case = start("partita-iva", ["Partita IVA", "Telefono"], [["01234567897", "0612345678"], [1234567897, 612345678], [12345678903, 393330000000]])
    put(ws, 5, [1234567897, 3330000000], [wb.add_format({"num_format": f}) for f in ("00000000000", "0.00E+00")])
    case.row(5, 1234567897, 3330000000)
    end(wb, case)
    wb, ws, case = start("long-numbers", ["Codice fiscale", "Note"], [[MARIO, v] for v in (
        10 ** 10, 12345678901, 123456789012, 1234567890123, 12345678901234, 123456789012345, 1e15, 1.25e-7, -0.5, 0, 99.99, 1e20)])
    end(wb, case)
    for epoch in (1900, 1904):
        wb, ws, case = start("dates-%d" % epoch, ["Codice fiscale", "Data di nascita", "Data attivazione"], (), options={"date_1904": True} if epoch == 1904 else None)
        day, moment = dt.date(1985, 12, 10), dt.datetime(2026, 3, 20, 10, 30)
        for i, f in enumerate(("dd/mm/yyyy", "yyyy-mm-dd", "[$-410]d mmmm yyyy;@", "d/m/yy h:mm", "[Red]dd/mm/yyyy", "mmm-yy", "ddd d", 14, 22, "yyyy\\-mm\\-dd\\ hh:mm:ss.000")):
            form = wb.add_format({"num_format": f})
            put(ws, 2 + i, [MARIO, day, moment], [None, form, form])
            case.row(2 + i, MARIO, day, moment)
        form = wb.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        for i, moment in enumerate((dt.datetime(2026, 3, 20, 23, 59, 59), dt.datetime(2026, 3, 20, 10, 30, 15, 400_000), dt.datetime(2026, 3, 20, 0, 0, 1))):
            put(ws, 12 + i, [MARIO, day, moment], [None, form, form])
            case.row(12 + i, MARIO, day, moment)
        end(wb, case)
    wb, ws, case = start("not-dates", ["Codice fiscale", "Note"], ())  # formats with letters that mean no date
    for i, f in enumerate(('0 "mesi"', "#,##0.00 [$€-410]", '"dd/mm" 0', "0\\d", "[Red]0", "0_d", "[>100]0;0", "[$-410]0.00", "0.00E+00", "[$USD] 0", "*d0")):
        put(ws, 2 + i, [MARIO, 31000], [None, wb.add_format({"num_format": f})])
        case.row(2 + i, MARIO, 31000)
    end(wb, case)
    wb, ws, case = start("times", ["Codice fiscale", "Note"], ())
    for i, (t, f) in enumerate(((dt.time(10, 30), "hh:mm"), (dt.time(12, 0), "h:mm AM/PM"), (dt.time(18, 0), "[h]:mm"))):
        put(ws, 2 + i, [MARIO, t], [None, wb.add_format({"num_format": f})])
        case.row(2 + i, MARIO, t)
    end(wb, case)
    end(*two(start("booleans", ["Codice fiscale", "Note"], [[MARIO, True], [MARIO, False], [MARIO, "VERO"]])))
    wb, ws, case = start("nan-and-inf", ["Codice fiscale", "Note"], (), options={"nan_inf_to_errors": True})
    ws.write_string(1, 0, MARIO)
    ws.write(1, 1, float("nan"))
    ws.write_string(2, 0, MARIO)
    ws.write(2, 1, float("inf"))
    case.row(2, MARIO, "#NUM!")
    case.row(3, MARIO, "#DIV/0!")
    end(wb, case)


def two(made):
    return made[0], made[2]


def texts():
    rows = [[MARIO, t] for t in list(TEXTS.values()) + ["R_x0041_B", "_x0041_", "_x005F_", "bell\x07", "cr\r\nlf"]]
    end(*two(start("texts", ["Codice fiscale", "Cognome"], rows)))
    end(*two(start("texts-inline", ["Codice fiscale", "Cognome"], rows, options={"constant_memory": True})))
    wb, ws, case = start("rich-text", ["Codice fiscale", "Cognome", "Nome"], ())
    bold, red = wb.add_format({"bold": True}), wb.add_format({"font_color": "red"})
    ws.write_string(1, 0, MARIO)
    ws.write_rich_string(1, 1, bold, "ROS", red, "SI", " BIANCHI ")
    ws.write_rich_string(1, 2, " MA", bold, "RIO  ", "\nLUIGI")
    case.row(2, MARIO, "ROSSI BIANCHI ", " MARIO  \nLUIGI")
    end(wb, case)
    wb, ws, case = start("rich-text-inline", ["Codice fiscale", "Cognome"], (), options={"constant_memory": True})
    ws.write_string(1, 0, MARIO)
    ws.write_rich_string(1, 1, wb.add_format({"bold": True}), "ROS", "SI & C.")
    case.row(2, MARIO, "ROSSI & C.")
    end(wb, case)
    end(*two(start("long-text", ["Codice fiscale", "Note"], [[MARIO, "x" * 5000]])))
    wb, ws, case = start("hyperlinks", ["Codice fiscale", "Email"], ())
    ws.write_string(1, 0, MARIO)
    ws.write_url(1, 1, "mailto:mario.rossi@example.it", string="mario.rossi@example.it")
    case.row(2, MARIO, "mario.rossi@example.it")
    end(wb, case)


def formulas():
    wb, ws, case = start("formulas", ["Codice fiscale", "Cognome", "CAP", "Data di nascita"], ())
    date = wb.add_format({"num_format": "dd/mm/yyyy"})
    made = [('="ROS"&"SI"', "ROSSI", "ROSSI"), ("=100+84", 184, 184), ("=1=1", True, "VERO"), ("=1/0", "#DIV/0!", "#DIV/0!"), ('=""', "", "")]
    for i, (formula, cached, shown) in enumerate(made):
        ws.write_string(1 + i, 0, MARIO)
        ws.write_formula(1 + i, 1, formula, None, cached)
        if cached is not True:
            ws.write_array_formula(1 + i, 2, 1 + i, 2, "{" + formula + "}", None, cached)
        ws.write_formula(1 + i, 3, "=DATE(1985,12,10)", date, 31391)
        # XlsxWriter cannot say that a plain formula gives an empty text: it stores a number without digits
        case.row(2 + i, MARIO, shown if cached != "" else NO_VALUE, shown if cached is not True else "", dt.date(1985, 12, 10))
    end(wb, case)
    wb, ws, case = start("array-boolean")
    ws.write_array_formula(2, 2, 2, 2, "{=1=1}", None, True)  # XlsxWriter stores the number "True": no number
    case.more.pop("sheet")
    refused = Case(case.name, error=error("is not a number", 3), **case.more)
    refused.file = case.file
    end(wb, refused)
    wb, ws, case = start("formulas-default-zero", ["Codice fiscale", "CAP"], ())
    ws.write_string(1, 0, MARIO)
    ws.write_formula(1, 1, "=100+84")  # XlsxWriter caches 0 unless it is told the value
    case.row(2, MARIO, 0)
    end(wb, case)


def layout():
    wb, ws, case = start("merged-titles", H, (), remarks=["riga 4"])
    ws.merge_range(0, 0, 0, 4, "ORDINI VOUCHER", wb.add_format({"bold": True}))
    put(ws, 2, ["Totale ordini", 2])
    put(ws, 4, H)
    put(ws, 5, ROW1)
    case.row(5, *ROW1)
    end(wb, case)
    wb, ws, case = start("table-with-totals", ["Codice fiscale", "Cognome", "Importo"], ())
    ws.add_table(0, 0, 3, 2, {"data": [[MARIO, "ROSSI", 25], [ANNA, "FOX", 25]], "total_row": True, "columns": [
        {"header": "Codice fiscale", "total_string": "In tutto"}, {"header": "Cognome", "total_function": "count"}, {"header": "Importo", "total_function": "sum"}]})
    # the caches of the totals are for Excel to fill: XlsxWriter stores 0
    case.row(2, MARIO, "ROSSI", 25)
    case.row(3, ANNA, "FOX", 25)
    case.row(4, "In tutto", 0, 0, skipped=TOTAL)
    end(wb, case)
    wb, ws, case = start("table-without-totals", ["Codice fiscale", "Cognome"], [[MARIO, "ROSSI"], [ANNA, "FOX"]])
    ws.add_table(0, 0, 2, 1, {"columns": [{"header": "Codice fiscale"}, {"header": "Cognome"}], "style": "Table Style Light 11"})
    end(wb, case)
    wb, ws, case = start("totals-by-hand", ["Cognome", "Codice fiscale", "Importo"], [["ROSSI", MARIO, 25], ["FOX", ANNA, 25]])
    sums = [("Totale", 50), ("TOTALE COMPLESSIVO", 50.0), ("Subtotale", 12.5), ("N. righe", 2)]
    for i, (label, value) in enumerate(sums):
        put(ws, 5 + i, [label, None, value])
        case.row(5 + i, label, None, value, skipped=TOTAL)
    end(wb, case)
    wb, ws, case = start("repeated-header", H, [ROW1])
    put(ws, 3, H)
    case.row(3, *H, skipped=AGAIN)
    put(ws, 4, ROW2)
    case.row(4, *ROW2)
    end(wb, case)
    wb, ws, case = start("row-only-formats", H)
    grey = wb.add_format({"bg_color": "#DDDDDD"})
    ws.set_row(5, 30, grey)
    for column in range(250):
        ws.write_blank(6, column, None, grey)
    ws.set_column(0, 16000, 12, grey)
    end(wb, case)


def furniture():
    folder = tempfile.mkdtemp()
    image = os.path.join(folder, "logo.png")
    with open(image, "wb") as f:
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(b"\0\0\0\0\0\0\0" * 2)) + chunk(b"IEND", b""))
    wb, ws, case = start("furniture")
    ws.freeze_panes(1, 0)
    ws.write_comment("B2", "verificato", {"author": "ufficio"})
    ws.insert_image("H2", image)
    ws.insert_textbox("H8", "Totale\nprovvisorio")
    ws.data_validation("A2:A50", {"validate": "list", "source": ["prenotazione", "cessazione"]})
    ws.conditional_format("E2:E50", {"type": "3_color_scale"})
    ws.conditional_format("D2:D50", {"type": "data_bar", "data_bar_2010": True})
    ws.add_sparkline("K2", {"range": "E2:E3"})
    ws.print_area("A1:E3")
    ws.repeat_rows(0)
    ws.set_header("&COrdini")
    ws.protect("")
    ws.autofilter("A1:E3")
    wb.define_name("Operazioni", "=Ordini!$A$2:$A$3")
    wb.set_properties({"title": "Ordini", "author": "Nessuno"})
    wb.set_custom_property("Pratica", "A-1")
    ws.set_column("B:B", None, None, {"hidden": True})
    ws.set_row(1, None, None, {"level": 1})
    end(wb, case)
    wb, ws, case = start("macros")
    project = os.path.join(folder, "vbaProject.bin")
    with open(project, "wb") as f:
        f.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)  # only in name: nothing runs it
    wb.add_vba_project(project)
    wb.filename = case.path[:-5] + ".xlsm"
    wb.close()
    os.replace(wb.filename, case.path)
    case.save()
    wb, ws, case = start("chart-sheet-first", ["Codice fiscale", "Importo"], (), sheet="Legenda")
    put(ws, 1, ["Il grafico è nel primo foglio"])
    chartsheet = wb.add_chartsheet("Grafico")
    ws = wb.add_worksheet("Ordini")
    chart = wb.add_chart({"type": "pie"})
    chart.add_series({"values": "=Ordini!$B$2:$B$2"})
    chartsheet.set_chart(chart)
    chartsheet.set_first_sheet()
    put(ws, 1, case.header)
    put(ws, 2, [MARIO, 25])
    case.row(2, MARIO, 25)
    case.more["sheet"] = "Ordini"
    end(wb, case)
    wb, ws, case = start("hidden-sheet", sheet="Archivio")
    shown = wb.add_worksheet("Ordini è già")
    put(shown, 1, H)
    put(shown, 2, ROW2)
    ws.hide()
    shown.activate()
    shown.set_first_sheet()
    case.rows = []
    case.row(2, *ROW2)
    case.more.update(sheet="Ordini è già", remarks=[])
    end(wb, case)
    wb, ws, case = start("zip64", options={"use_zip64": True})
    end(wb, case)


def hidden_rows():
    wb = xlsxwriter.Workbook(Case("xlsxwriter-filtered").path)
    ws = wb.add_worksheet()
    for how in ("", "send", "skip"):
        name = "xlsxwriter-filtered" + (how and "-" + how)
        case = Case(name, H, options={"hidden": how}) if how else Case(name, error=error("hidden", 3))
        case.file = "xlsxwriter-filtered.xlsx"
        for i, row in enumerate((H, ROW1, ROW2, ROW1)):
            put(ws, 1 + i, row)
            if i and how:
                case.row(1 + i, *row, skipped=HIDDEN if how == "skip" and i == 2 else "")
        case.save()
    ws.autofilter(0, 0, 3, 4)
    ws.filter_column("C", "x == ROSSI")
    ws.set_row(2, options={"hidden": True})
    wb.close()
    wb, ws, case = start("collapsed-group-refused")
    ws.set_row(2, None, None, {"level": 1, "hidden": True})
    ws.set_row(3, None, None, {"collapsed": True})
    end(wb, Case(case.name, error=error("hidden", 3)))
    wb, ws, case = start("default-rows-hidden")
    ws.set_default_row(hide_unused_rows=True)  # what is not used is hidden, and what is used is not
    end(wb, case)


for make in (furniture, hidden_rows):
    make()
shared = True
for make in (values, texts, formulas, layout):
    make()
BOOK.close()
