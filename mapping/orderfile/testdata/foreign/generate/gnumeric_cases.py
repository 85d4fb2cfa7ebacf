"""Workbooks by Gnumeric: ssconvert of a CSV file, whose texts and numbers it tells apart as a user of it would see."""
import csv
import os
import subprocess
import tempfile

from expect import ANNA, Case, H, MARIO, ROW1, error

folder = tempfile.mkdtemp()


def write(name, rows, shown, kind="Gnumeric_Excel:xlsx2", ext="xlsx", **more):
    source = os.path.join(folder, name + ".csv")
    with open(source, "w", encoding="utf-8", newline="") as f:
        csv.writer(f).writerows(rows)
    case = Case("gnumeric-" + name, None if "error" in more else rows[0], ext, **more)
    subprocess.run(["ssconvert", "--export-type=" + kind, source, case.path], check=True, env={**os.environ, "LC_ALL": "C.UTF-8"},
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for i, row in enumerate(shown):
        case.row(2 + i, *row)
    case.save()


header = ["Codice fiscale", "Cognome", "Telefono", "Importo"]
write("xlsx", [header, [MARIO, "D'ALÒ & <C>", "3330000000", "25.5"], [ANNA, " DE  FOX ", "x", "TRUE"]],
      [[MARIO, "D'ALÒ & <C>", 3330000000, 25.5], [ANNA, " DE  FOX ", "x", True]])
write("formula", [header, [MARIO, "ROSSI", "=1+1", "=1/0"]], [[MARIO, "ROSSI", 2, "#DIV/0!"]])
write("csv", [H, ROW1], [ROW1[:4] + ["184"]], "Gnumeric_stf:stf_csv", "csv")  # it took the CAP for a number
for name, kind, cause in (("own-format", "Gnumeric_XmlIO:sax:0", "XML"),
                          ("html", "Gnumeric_html:html40", "HTML")):
    write("type-" + name, [H, ROW1], [], kind, error=error(cause))
