"""Files by pandas: its CSV, and its workbooks through both of its engines."""
import csv
import datetime as dt

import pandas as pd

from expect import ANNA, Case, H, MARIO, ROW1, ROW2

TRICKY = ["prenotazione", ANNA, 'D\'ALÒ "DE" ; , ', "ANNA", "20121"]
FRAME = pd.DataFrame([ROW1, TRICKY], columns=H)


def case(name, ext="csv", header=H, rows=(ROW1, TRICKY), first=2, **more):
    made = Case("pandas-" + name, list(header), ext, **more)
    for i, row in enumerate(rows):
        made.row(first + i, *row)
    made.save()
    return made.path


FRAME.to_csv(case("comma"), index=False)
FRAME.to_csv(case("semicolon-crlf"), index=False, sep=";", lineterminator="\r\n")
FRAME.to_csv(case("utf8-bom"), index=False, sep=";", encoding="utf-8-sig")
FRAME.to_csv(case("quote-all"), index=False, quoting=csv.QUOTE_ALL)
FRAME.to_csv(case("quote-nonnumeric"), index=False, sep=";", quoting=csv.QUOTE_NONNUMERIC)
FRAME.to_csv(case("utf16-tab"), index=False, sep="\t", encoding="utf-16")
FRAME.to_csv(case("windows-1252"), index=False, sep=";", encoding="cp1252")
FRAME.to_csv(case("index-column", header=[""] + H, rows=([0] + ROW1, [1] + TRICKY)))
named = FRAME.copy()
named.index.name = "riga"
named.to_csv(case("named-index", header=["riga"] + H, rows=([0] + ROW1, [1] + TRICKY)), sep=";")
# A column of whole numbers with one missing is one of floats for pandas: 184.0, and that is what the file says.
numbers = pd.DataFrame({"Codice fiscale": [MARIO, ANNA], "CAP": [184, None], "Importo": [25.5, 30], "Data di nascita": [dt.datetime(1985, 12, 10), None], "Piano": [True, False]})
numbers.to_csv(case("floats-and-dates", header=list(numbers), rows=([MARIO, "184.0", "25.5", "1985-12-10", "True"], [ANNA, "", "30.0", "", "False"])), index=False)
numbers.to_csv(case("decimal-comma", header=list(numbers), rows=([MARIO, "184,0", "25,5", "10/12/1985", "True"], [ANNA, "n.d.", "30,0", "n.d.", "False"])), index=False, sep=";", decimal=",", date_format="%d/%m/%Y", na_rep="n.d.")

FRAME.to_excel(case("excel-index", "xlsx", [""] + H, ([0] + ROW1, [1] + TRICKY)), engine="xlsxwriter")
numbers.to_excel(case("excel-numbers", "xlsx", list(numbers), ([MARIO, 184, 25.5, dt.date(1985, 12, 10), True], [ANNA, None, 30, None, False])), index=False, engine="openpyxl")
FRAME.to_excel(case("excel-startrow", "xlsx", first=6), index=False, engine="openpyxl", startrow=4, freeze_panes=(5, 0))
with pd.ExcelWriter(case("excel-two-sheets", "xlsx", remarks=["«Altri»"], sheet="Ordini"), engine="xlsxwriter", datetime_format="DD/MM/YYYY") as writer:
    FRAME.to_excel(writer, sheet_name="Ordini", index=False)
    FRAME.to_excel(writer, sheet_name="Altri", index=False)
# Two levels of columns: the upper ones are a title, merged.
levels = pd.DataFrame([ROW1], columns=pd.MultiIndex.from_tuples([("Ordine", H[0]), ("Persona", H[1]), ("Persona", H[2]), ("Persona", H[3]), ("Sede", H[4])]))
# (below the columns pandas leaves a row for the name of the index)
levels.to_excel(case("excel-two-headers", "xlsx", [""] + H, ([0] + ROW1,), first=4, remarks=["riga 2", "Colonne senza intestazione"]), engine="openpyxl")
