"""Workbooks by openpyxl."""
import datetime as dt

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

from expect import AGAIN, ANNA, Case, H, HIDDEN, MARIO, NO_VALUE, ROW1, ROW2, TEXTS, TOTAL, error


BOOK = Workbook()
BOOK.remove(BOOK.active)
shared = False  # whether the cases are made as sheets of BOOK


def put(ws, row, *values, formats=None, start=1):
    for i, value in enumerate(values):
        cell = ws.cell(row, start + i)
        if isinstance(value, str):
            cell.value, cell.data_type = value, "s"  # or =ROSSI would be a formula
        else:
            cell.value = value
        if formats and formats[i]:
            cell.number_format = formats[i]


def simple(name, header=H, rows=(ROW1, ROW2), title="Ordini", **more):
    """A workbook with the header in row 1 and rows below, still to be decorated and saved."""
    case = Case("openpyxl-" + name, list(header), **more)
    if shared:
        wb, ws = BOOK, BOOK.create_sheet(name)
        case.in_sheet("openpyxl-sheets.xlsx", name)
    else:
        wb = Workbook()
        ws = wb.active
        ws.title = title
    put(ws, 1, *header)
    for i, row in enumerate(rows):
        put(ws, 2 + i, *row)
        case.row(2 + i, *row)
    return wb, ws, case


def save(wb, case):
    if wb is not BOOK:
        wb.save(case.path)
    case.save()


def with_formats(name, header, rows, **more):
    """Rows of (value, format)."""
    wb, ws, case = simple(name, header, (), **more)
    for i, row in enumerate(rows):
        put(ws, 2 + i, *[v for v, _ in row], formats=[f for _, f in row])
        case.row(2 + i, *[v for v, _ in row])
    return wb, ws, case


def values():
    save(*pair(with_formats("leading-zeros", ["Codice fiscale", "CAP", "Codice ISTAT comune"], [
        [(MARIO, None), ("00118", "@"), ("058091", "@")],
        [(MARIO, None), ("00118", None), ("058091", None)],
        [(MARIO, None), (118, "00000"), (58091, "000000")],
        [(ANNA, None), (20121, "00000"), (15146, '"0"00000')]])))
    save(*pair(with_formats("partita-iva", ["Partita IVA", "Ragione sociale"], [
        [("01234567897", "@"), ("ESEMPIO SRL", None)], [(1234567897, None), ("ESEMPIO SRL", None)],
        [(1234567897, "00000000000"), ("ESEMPIO SRL", None)], [(1234567897.0, "0"), ("ESEMPIO SRL", None)],
        [(12345678903, "0.00E+00"), ("ESEMPIO SRL", None)]])))
    save(*pair(with_formats("long-numbers", ["Codice fiscale", "Telefono", "Note"], [
        [(MARIO, None), (10 ** 10 + 3, None), (12345678901, "#,##0")], [(MARIO, None), (123456789012, "0.00E+00"), (1234567890123, "##0.0E+0")],
        [(MARIO, None), (12345678901234, None), (123456789012345, "0")], [(MARIO, None), (3330000000.0, "General"), (999999999999999, None)],
        [(MARIO, None), (3.9e9, None), (0.3, "0.0")], [(MARIO, None), (1e15, "0.00E+00"), (1.5e-7, "0.00E+00")],
        [(MARIO, None), (-5, "0;[Red]-0"), (-0.25, "0.00_);(0.00)")]])))
    save(*pair(with_formats("sixteen-digits", ["Codice fiscale", "Telefono"], [
        [(MARIO, None), (1234567890123456, None)], [(MARIO, None), ("1234567890123456", "@")]])))
    dates = [(dt.date(1985, 12, 10), f) for f in ("dd/mm/yyyy", "yyyy-mm-dd", "[$-410]d mmmm yyyy", "d/m/yy", "mm-dd-yy",
             "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "dd.mm.yyyy", "gg/mm/aaaa;@", "[$-410]gg/mm/aaaa", "yyyy\"-\"mm\"-\"dd", "d \"del\" m")]
    save(*pair(with_formats("dates-1900", ["Codice fiscale", "Data di nascita"], [[(MARIO, None), d] for d in dates] + [
        [(MARIO, None), (dt.date(1900, 3, 1), "dd/mm/yyyy")], [(MARIO, None), (dt.date(2000, 2, 29), "dd/mm/yyyy")],
        [(MARIO, None), (dt.date(9999, 12, 31), "dd/mm/yyyy")], [(MARIO, None), ("10/12/1985", "dd/mm/yyyy")],
        [(MARIO, None), (60, "dd/mm/yyyy")], [(MARIO, None), (0, "dd/mm/yyyy")]])))


def dates1904():
    wb, ws, case = simple("dates-1904", ["Codice fiscale", "Data di nascita", "Data attivazione"], ())
    wb.epoch = CALENDAR_MAC_1904
    for i, row in enumerate([[MARIO, dt.date(1985, 12, 10), dt.datetime(2026, 3, 20, 10, 30)], [ANNA, dt.date(1904, 1, 2), dt.datetime(2026, 3, 20)],
                             [ANNA, dt.date(1990, 1, 1), dt.datetime(2026, 12, 31, 23, 59, 59)]]):
        put(ws, 2 + i, *row)
        case.row(2 + i, *row)
    save(wb, case)


def times():
    moment = dt.datetime(2026, 3, 20, 10, 30)
    save(*pair(with_formats("times", ["Codice fiscale", "Data attivazione", "Note"], [
        [(MARIO, None), (moment, "d/m/yy h:mm"), (dt.time(10, 30), "hh:mm")], [(MARIO, None), (moment, "dd/mm/yyyy hh:mm:ss"), (dt.time(12, 0), "h:mm AM/PM")],
        [(MARIO, None), (moment, "yyyy-mm-dd\"T\"hh:mm"), (dt.time(18, 45, 30), "h.mm")],
        [(MARIO, None), (dt.datetime(2026, 3, 20, 23, 59, 59), "dd/mm/yyyy"), (0.75, "0.00")],
        [(MARIO, None), (dt.datetime(2026, 3, 20, 0, 0, 0), "d/m/yy h:mm"), (0.5, "#,##0.00 \"mesi\"")]])))
    save(*pair(with_formats("percent-currency", ["Codice fiscale", "Note", "Importo"], [
        [(MARIO, None), (0.22, "0%"), (19.9, "#,##0.00 €")], [(MARIO, None), (0.125, "0.00%"), (1100.01, "_-* #,##0.00\\ [$€-410]_-;\\-* #,##0.00\\ [$€-410]_-")],
        [(MARIO, None), (1, "0%"), (-10.5, "[Red]-€ #,##0.00")], [(MARIO, None), (1 / 3, "# ?/?"), (300.0, "\"EUR\" 0")],
        [(MARIO, None), (7, "0 \"giorni\""), (2.5, "[>100]0;[<=100]0.0")]])))
    save(*pair(with_formats("booleans-errors", ["Codice fiscale", "Piano", "Note"], [
        [(MARIO, None), (True, None), (False, None)], [(MARIO, None), (True, "0"), (False, "dd/mm/yyyy")]])))
    wb, ws, case = simple("error-values", ["Codice fiscale", "Note"], ())
    for i, code in enumerate(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")):
        ws.append([MARIO, code])
        assert ws.cell(2 + i, 2).data_type == "e"
        case.row(2 + i, MARIO, code)
    save(wb, case)


def pair(made):
    return made[0], made[2]


def texts():
    rows = [[MARIO, t] for t in TEXTS.values()]
    wb, _, case = simple("texts", ["Codice fiscale", "Cognome"], rows)
    save(wb, case)
    wb, ws, case = simple("escape-lookalike", ["Codice fiscale", "Cognome", "Nome"], ())
    # openpyxl writes the text raw, and in the format these characters mean an A (ECMA-376 part 1, 22.9.2.19).
    put(ws, 2, MARIO, "R_x0041_B", "_x0041")
    case.row(2, MARIO, "RAB", "_x0041")
    save(wb, case)
    wb, _, case = simple("long-text", ["Codice fiscale", "Note"], [[MARIO, "è " * 500 + "fine"]])
    save(wb, case)
    header = ["Codice\nfiscale", " Cognome ", "CAP", "Numero pratica"]
    wb, _, case = simple("header-as-people-write", header, [[MARIO, "ROSSI", "00184", "A-1"]])
    save(wb, case)
    wb = Workbook(write_only=True)
    ws = wb.create_sheet("Ordini")
    case = Case("openpyxl-write-only", H)
    for row in (H, ROW1, ROW2):
        ws.append(row)
    case.row(2, *ROW1)
    case.row(3, *ROW2)
    save(wb, case)


def formulas():
    wb, ws, case = simple("formulas-never-computed", ["Codice fiscale", "Cognome", "CAP"], ())
    ws.append([MARIO, '=CONCATENATE("ROS","SI")', "=100+84"])
    case.row(2, MARIO, NO_VALUE, NO_VALUE)
    ws.append([MARIO, "ROSSI", None])
    ws.formula_attributes["C3"] = {"t": "array", "ref": "C3:C3"}
    ws["C3"] = "=SUM(1,2)"
    case.row(3, MARIO, "ROSSI", NO_VALUE)
    save(wb, case)


def layout():
    wb, ws, case = simple("merged-titles", H, (), remarks=["riga 3"])
    ws.delete_rows(1)
    put(ws, 1, "ORDINI VOUCHER MARZO 2026")
    ws.merge_cells("A1:E1")
    put(ws, 2, "Estratto il", dt.date(2026, 3, 31))
    put(ws, 3, *H)
    put(ws, 4, *ROW1)
    case.row(4, *ROW1)
    save(wb, case)
    wb, ws, case = simple("header-in-row-4", H, ())
    ws.delete_rows(1)
    put(ws, 4, *H)
    put(ws, 7, *ROW1)
    put(ws, 11, *ROW2)
    ws.cell(9, 2).font = Font(bold=True)  # a row of blank cells
    case.row(7, *ROW1)
    case.row(11, *ROW2)
    save(wb, case)
    wb, ws, case = simple("starts-in-column-c", ["", ""] + H, [["", ""] + ROW1])
    ws["A1"].value = ws["B1"].value = ws["A2"].value = ws["B2"].value = None
    save(wb, case)
    wb, ws, case = simple("styled-blanks", H)
    for row in range(1, 40):
        for column in range(1, 12):
            ws.cell(row, column).fill = PatternFill("solid", fgColor="FFFF99")
    ws.cell(2, 300).fill = PatternFill("solid", fgColor="FFFF99")
    save(wb, case)
    wb, ws, case = simple("hidden-columns", H)
    ws.column_dimensions["C"].hidden = True
    ws.column_dimensions["E"].hidden = True
    save(wb, case)
    wb, ws, case = simple("note-beside-the-table", H, ())
    put(ws, 2, *ROW1, "", "chiamare dopo le 9")
    ws["F2"].value = None
    case.row(2, *ROW1, problems=[{"code": "beyond", "field": "", "column": "colonna G", "found": "chiamare dopo le 9",
             "expected": "nessun valore oltre l'intestazione", "severity": "E",
             "remedy": "se la riga è spostata a destra correggerla; se è una nota, dare un'intestazione alla colonna o toglierla"}])
    save(wb, case)
    wb, ws, case = simple("total-row", ["Codice fiscale", "Cognome", "Importo"], [[MARIO, "ROSSI", 25], [ANNA, "FOX", 25.5]])
    put(ws, 4, "Totale", None, 50.5)
    case.row(4, "Totale", None, 50.5, skipped=TOTAL)
    save(wb, case)
    wb, ws, case = simple("surname-totale", ["Codice fiscale", "Cognome", "Importo"], [[MARIO, "TOTALE", 25]])
    save(wb, case)  # a person may be called so
    wb, ws, case = simple("repeated-header", H, [ROW1])
    put(ws, 3, *H)
    case.row(3, *H, skipped=AGAIN)
    put(ws, 4, *ROW2)
    case.row(4, *ROW2)
    save(wb, case)
    wb, ws, case = simple("table-with-totals", ["Cognome", "Codice fiscale", "Importo"], [["ROSSI", MARIO, 25], ["FOX", ANNA, 25]])
    put(ws, 4, "Complessivo", None, 50)
    table = Table(displayName="Ordini", ref="A1:C4", totalsRowCount=1, tableStyleInfo=TableStyleInfo(name="TableStyleMedium9"))
    table._initialise_columns()
    table.tableColumns[0].totalsRowLabel = "Complessivo"
    table.tableColumns[2].totalsRowFunction = "sum"
    table.autoFilter.ref = "A1:C3"
    for column, header in zip(table.tableColumns, case.header):
        column.name = header
    ws.add_table(table)
    case.row(4, "Complessivo", None, 50, skipped=TOTAL)
    save(wb, case)
    wb, ws, case = simple("table-and-notes-below", ["Cognome", "Codice fiscale"], [["ROSSI", MARIO], ["FOX", ANNA]])
    ws.add_table(Table(displayName="Ordini2", ref="A1:B3"))
    put(ws, 6, "BIANCHI", MARIO)
    case.row(6, "BIANCHI", MARIO)  # outside of the table, but nothing says that it is no order
    save(wb, case)


    # A small table beside the orders has its total in the row of an order, which stays one.
    wb, ws, case = simple("total-beside-an-order", ["Codice fiscale", "Cognome", "", "Operatore", "Quanti"], ())
    for number, row in ((2, [MARIO, "ROSSI", None, "a", 1]), (3, [ANNA, "FOX", None, "Insieme", 1]), (4, [MARIO, "VERDI"])):
        put(ws, number, *row)
        case.row(number, *row)
    side = Table(displayName="Riassunto", ref="D1:E3", totalsRowCount=1)
    side._initialise_columns()
    side.autoFilter.ref = "D1:E2"
    for column, header in zip(side.tableColumns, ("Operatore", "Quanti")):
        column.name = header
    ws.add_table(side)
    save(wb, case)
    wb, ws, case = simple("stacked-tables", ["Partita IVA", "Ragione sociale", "CAP"], ())
    put(ws, 2, 1234567897, "ESEMPIO SRL", "00184")
    put(ws, 4, *H)
    put(ws, 5, *ROW1)
    refuse((wb, ws, case), "above the header", 2)
    # Orders to the right of the first ones: two columns for one field.
    wb, ws, case = simple("tables-side-by-side", ["Codice fiscale", "Cognome", "", "Codice fiscale", "Cognome"], [[MARIO, "ROSSI", "", ANNA, "FOX"]])
    refuse((wb, ws, case), "two columns are codiceFiscale", 1)
    wb, ws, case = simple("numbers-in-header", ["Codice fiscale", "2026", "Cognome"], ())
    ws["B1"] = 2026
    put(ws, 2, MARIO, "x", "ROSSI")
    case.row(2, MARIO, "x", "ROSSI")
    save(wb, case)
    wb, ws, case = simple("order-far-below", H, [ROW1])
    put(ws, 5000, *ROW2)
    case.row(5000, *ROW2)
    save(wb, case)
    wb, ws, case = simple("rows-below-the-total", ["Cognome", "Codice fiscale", "Importo"], [["ROSSI", MARIO, 25]])
    put(ws, 3, "Totale", None, 25)
    case.row(3, "Totale", None, 25, skipped=TOTAL)
    put(ws, 5, "FOX", ANNA, 30)
    case.row(5, "FOX", ANNA, 30)
    put(ws, 6, "Totale", ANNA, 30)  # a person of that name: it says who it is
    case.row(6, "Totale", ANNA, 30)
    save(wb, case)


def furniture():
    wb, ws, case = simple("furniture", H)
    ws.freeze_panes = "A2"
    ws["B2"].comment = Comment("verificato", "ufficio")
    valid = DataValidation(type="list", formula1='"prenotazione,attivazione"', allow_blank=True)
    valid.add("A2:A100")
    ws.add_data_validation(valid)
    ws.conditional_formatting.add("E2:E100", CellIsRule(operator="equal", formula=['"00184"'], fill=PatternFill("solid", bgColor="FFC7CE")))
    ws.print_area = "A1:E3"
    ws.print_title_rows = "1:1"
    wb.defined_names.append(DefinedName("Operazioni", attr_text="Ordini!$A$2:$A$3"))
    ws.protection.sheet = True
    ws.oddHeader.center.text = "Ordini &[Date]"
    ws.auto_filter.ref = "A1:E3"
    ws["C2"].hyperlink = "https://example.it/"
    ws.row_dimensions.group(2, 3, hidden=False)
    ws.column_dimensions["D"].width = 30
    wb.security.lockStructure = True
    save(wb, case)
    wb, ws, case = simple("chart-and-chart-sheet", ["Codice fiscale", "Importo"], [[MARIO, 25], [ANNA, 30]])
    for place in (ws, wb.create_chartsheet("Grafico", 0)):
        chart = BarChart()
        chart.add_data(Reference(ws, min_col=2, min_row=1, max_row=3), titles_from_data=True)
        place.add_chart(chart)
    case.more["sheet"] = "Ordini"
    save(wb, case)


def sheets():
    wb, ws, case = simple("orders-in-second-sheet", sheet="Ordini")
    put(wb.create_sheet("Legenda", 0), 1, "Questo file contiene gli ordini del mese")
    wb.create_sheet("Vuoto", 0)
    save(wb, case)
    # Sheets that stand before the orders in many exports, and name some columns without having orders.
    wb, ws, case = simple("legend-of-columns-first", sheet="Ordini")
    legend = wb.create_sheet("Legenda", 0)
    for i, words in enumerate((["Colonne del file"], ["Codice fiscale"], ["Cognome"], ["CAP"])):
        put(legend, 1 + i, *words)
    save(wb, case)
    wb, ws, case = simple("summary-first", sheet="Ordini")
    summary = wb.create_sheet("Riepilogo", 0)
    for i, row in enumerate((["Tecnologia", "Ordini"], ["FTTH", 120], ["FWA", 30])):
        put(summary, 1 + i, *row)
    save(wb, case)
    wb, ws, case = simple("two-sheets-with-orders", sheet="Ordini", remarks=["«Marzo»"])
    other = wb.create_sheet("Marzo")
    put(other, 1, *H)
    put(other, 2, *ROW2)
    save(wb, case)
    wb, ws, case = simple("sheet-by-name", sheet="Ordini", options={"sheet": "Ordini"}, rows=[ROW2])
    other = wb.create_sheet("Marzo", 0)
    put(other, 1, *H)
    put(other, 2, *ROW1)
    save(wb, case)
    for state in ("hidden", "veryHidden"):
        wb, ws, case = simple("sheet-" + state, sheet="Ordini")
        other = wb.create_sheet("Archivio", 0)
        put(other, 1, *H)
        put(other, 2, *ROW2)
        other.sheet_state = state
        wb.active = 1
        save(wb, case)
    wb, ws, case = simple("hidden-sheet-by-name", sheet="Archivio", options={"sheet": "Archivio"}, title="Archivio")
    ws.sheet_state = "hidden"
    put(wb.create_sheet("Note"), 1, "nulla")
    wb.active = 1
    save(wb, case)
    wb, ws, _ = simple("sheet-not-there")
    save(wb, Case("openpyxl-sheet-not-there", options={"sheet": "Aprile"}, error=error('there is no sheet "Aprile"')))


def refused():
    for name, header, row, cause, line in (
            ("no-known-column", ["Pippo", "Pluto"], ["a", "b"], "is known", 0),
            ("two-columns-one-field", ["Codice fiscale", "Cognome", "CF"], [MARIO, "ROSSI", ANNA], "two columns are codiceFiscale", 1)):
        refuse(simple(name, header, [row]), cause, line)
    refuse(simple("no-rows", H, ()), "no rows below its header")
    refuse(simple("empty", (), ()), "is known")


def refuse(made, cause, line=0):
    wb, _, case = made
    case.header = None
    case.more.pop("sheet", None)
    case.more["error"] = error(cause, line)
    save(wb, case)


def hidden_rows():
    three = [ROW1, ROW2, ["cessazione", MARIO, "VERDI", "MARIO", "00184"]]
    for name in ("hidden-row", "filtered-rows"):
        for how in ("", "send", "skip"):
            wb = Workbook()
            ws = wb.active
            put(ws, 1, *H)
            for i, row in enumerate(three):
                put(ws, 2 + i, *row)
            if name == "filtered-rows":
                ws.auto_filter.ref = "A1:E4"
                ws.auto_filter.add_filter_column(0, ["cessazione"])
                gone = (2, 3)
            else:
                gone = (3,)
            for number in gone:
                ws.row_dimensions[number].hidden = True
            if not how:
                save(wb, Case("openpyxl-%s" % name, error=error("hidden", gone[0])))
                continue
            case = Case("openpyxl-%s-%s" % (name, how), H, options={"hidden": how})
            case.file = "openpyxl-%s.xlsx" % name
            if how == "send":
                case.more["remarks"] = ["ascoste"]
            for i, row in enumerate(three):
                case.row(2 + i, *row, skipped=HIDDEN if how == "skip" and 2 + i in gone else "")
            case.save()
    wb, ws, case = simple("hidden-blank-row", H, ())
    put(ws, 2, *ROW1)
    case.row(2, *ROW1)
    ws.row_dimensions[3].hidden = True  # nothing in it, so nothing to ask
    put(ws, 4, *ROW2)
    case.row(4, *ROW2)
    save(wb, case)
    # A row without height is not shown either, and Excel hides it at the next save.
    wb, ws, case = simple("row-of-no-height", H, [ROW1, ROW2])
    ws.row_dimensions[3].height = 0
    refuse((wb, ws, case), "hidden", 3)
    wb, ws, case = simple("hidden-title-row", H, ())
    ws.delete_rows(1)
    put(ws, 1, "id_interno_17")
    ws.row_dimensions[1].hidden = True
    put(ws, 2, *H)
    put(ws, 3, *ROW1)
    case.row(3, *ROW1)
    save(wb, case)


for make in (dates1904, furniture, sheets, hidden_rows):
    make()
shared = True
for make in (values, times, texts, formulas, layout, refused):
    make()
BOOK.save(Case("openpyxl-sheets").path)
