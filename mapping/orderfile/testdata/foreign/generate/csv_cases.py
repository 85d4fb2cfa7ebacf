"""CSV as other programs leave it: by Python's csv module where it can, else byte for byte as those programs do.

Excel cannot run here. What stands below is how Excel in Italian saves: "CSV (delimitato dal separatore di elenco)" with ;
and Windows-1252, "CSV UTF-8" with a BOM, "Testo Unicode" as UTF-16LE with tabs; all with CRLF.
"""
import csv
import io

from expect import AGAIN, ANNA, Case, H, MARIO, ROW1, ROW2, TOTAL, error

TRICKY = ["prenotazione", ANNA, 'D\'ALÒ "DE" ; , \t', "ANNA MARÌA", "20121"]


def body(rows, **options):
    out = io.StringIO(newline="")
    csv.writer(out, **{"delimiter": ";", "lineterminator": "\r\n", **options}).writerows(rows)
    return out.getvalue()


def write(name, content, header=H, rows=None, encoding="utf-8", **more):
    case = Case("csv-" + name, header and list(header), "csv", **more)
    with open(case.path, "wb") as f:
        f.write(content.encode(encoding))
    for number, row, *extra in rows or ():
        case.row(number, *row, **(extra[0] if extra else {}))
    case.save()


def misfit(found, want, beyond=()):
    remedy = "controllare separatori e virgolette della riga"
    if beyond:
        remedy += "; oltre l'intestazione: «" + "», «".join(beyond) + "»"
    return {"problems": [{"code": "cells", "arg": str(want), "field": "", "column": "riga", "found": "%d celle" % found, "expected": "%d celle come l'intestazione" % want, "remedy": remedy, "severity": "E"}]}


usual = [(2, ROW1), (3, TRICKY), (4, ROW2)]
table = body([H, ROW1, TRICKY, ROW2])
money = ["Codice fiscale", "Importo", "Data di nascita", "Piano"]
italian = [[MARIO, "1.100,50", "10/12/1985", "VERO"], [ANNA, "-25,5", "01/01/1990", "FALSO"]]
write("excel-italian", body([money] + italian), money, [(2, italian[0]), (3, italian[1])])
write("excel-windows-1252", table, rows=usual, encoding="cp1252")
euro = ["Codice fiscale", "Velocità download (Mbit)", "Cognome", "Note"]
write("excel-windows-1252-header", body([euro, [MARIO, "100", "D’ALÒ", "€ 25 – “sì”"]]), euro, [(2, [MARIO, "100", "D’ALÒ", "€ 25 – “sì”"])], encoding="cp1252")
write("excel-utf8-bom", table, rows=usual, encoding="utf-8-sig")
write("excel-unicode-text", "\ufeff" + body([H, ROW1, TRICKY, ROW2], delimiter="\t"), rows=usual, encoding="utf-16-le")
write("utf-16-big-endian", "\ufeff" + table, rows=usual, encoding="utf-16-be")
write("sep-line", "sep=;\r\n" + table, rows=[(n + 1, row) for n, row in usual])
write("sep-line-bom-comma", "sep=,\r\n" + body([H, ROW1], delimiter=","), rows=[(3, ROW1)], encoding="utf-8-sig")
write("comma-quote-all", body([H, ROW1, TRICKY], delimiter=",", quoting=csv.QUOTE_ALL), rows=usual[:2])
write("excel-trailing-delimiters", "".join(line + ";;;\r\n" for line in body([H, ROW1, ROW2]).splitlines()) + ";;;;;;;\r\n;;;;;;;\r\n", rows=[(2, ROW1), (3, ROW2)])
write("ragged", body([H, ROW1[:3], ROW1 + ["x", ""], ROW1 + ["", ""], ROW2]), rows=[
    (2, ROW1[:3], misfit(3, 5)), (3, ROW1, misfit(6, 5, ["x"])), (4, ROW1), (5, ROW2)])
protected = ["Codice fiscale", "CAP", "Telefono", "Partita IVA"]
write("formula-text", ";".join(protected) + '\r\n' + MARIO + ';="00118";="0612345678";="01234567897"\r\n', protected, [(2, [MARIO, "00118", "0612345678", "01234567897"])])
write("formula-text-in-quotes", ",".join(protected) + '\r\n"' + MARIO + '","=""00118""","=""0612345678""","=""01234567897"""\r\n', protected, [(2, [MARIO, "00118", "0612345678", "01234567897"])])
lines = ["Codice fiscale", "Note", "CAP"]
write("line-breaks", body([lines, [MARIO, "uno\r\ndue", "00184"], [MARIO, "uno\ndue\ntre", "00184"], [ANNA, "", "20121"]]), lines,
      [(2, [MARIO, "uno\ndue", "00184"]), (4, [MARIO, "uno\ndue\ntre", "00184"]), (7, [ANNA, "", "20121"])])  # a CRLF inside is a line break
titles = "ORDINI VOUCHER;;;;\r\nEstratto il;31/03/2026;;;\r\n;;;;\r\n"
write("titles-semicolon", titles + body([H, ROW1]), rows=[(5, ROW1)], remarks=["riga 4"])
write("titles-comma", titles.replace(";", ",") + body([H, ROW1], delimiter=","), rows=[(5, ROW1)], remarks=["riga 4"])
write("titles-tab-short", "ORDINI VOUCHER\r\n\r\n" + body([H, ROW1], delimiter="\t"), rows=[(4, ROW1)], remarks=["riga 3"])
write("title-with-other-delimiter", "Ordini, voucher, marzo, 2026\r\n" + body([H, ROW1]), rows=[(3, ROW1)], remarks=["riga 2"])
totals = ["Cognome", "Codice fiscale", "Importo"]
write("totals", body([totals, ["ROSSI", MARIO, "25,00"], ["Subtotale", "", "25,00"], ["FOX", ANNA, "25,00"], ["TOTALE GENERALE", "", "€ 50,00"], ["Totale righe: 2", "", ""]]), totals, [
    (2, ["ROSSI", MARIO, "25,00"]), (3, ["Subtotale", "", "25,00"], {"skipped": TOTAL}), (4, ["FOX", ANNA, "25,00"]),
    (5, ["TOTALE GENERALE", "", "€ 50,00"], {"skipped": TOTAL}), (6, ["Totale righe: 2", "", ""], {"skipped": TOTAL})])
write("repeated-header", body([H, ROW1, H, ROW2]), rows=[(2, ROW1), (3, H, {"skipped": AGAIN}), (4, ROW2)])
write("empty-lines", "\r\n\r\n" + body([H]) + "\r\n" + body([ROW1]) + "\r\n\r\n" + body([ROW2]) + "\r\n", rows=[(5, ROW1), (8, ROW2)])
write("one-column", "Codice fiscale\r\n" + MARIO + "\r\n" + ANNA + "\r\n", ["Codice fiscale"], [(2, [MARIO]), (3, [ANNA])])
write("one-column-bom-no-newline", "codiceFiscale\n" + MARIO, ["codiceFiscale"], [(2, [MARIO])], encoding="utf-8-sig")
write("unix-dialect", body([H, ROW1, TRICKY], quoting=csv.QUOTE_ALL, lineterminator="\n"), rows=usual[:2])
write("nbsp-and-spaces", body([H, ["prenotazione ", " " + MARIO, "DE\u00a0ROSSI", "  ", "00184\u00a0"]]), rows=[(2, ["prenotazione ", " " + MARIO, "DE\u00a0ROSSI", "  ", "00184\u00a0"])])
write("blank-header-in-the-middle", body([["Codice fiscale", "", "Cognome"], [MARIO, "A1", "ROSSI"]]), ["Codice fiscale", "", "Cognome"], [(2, [MARIO, "A1", "ROSSI"])])
write("escaped-backslash", 'Codice fiscale,Cognome\n%s,"D\\"ALÒ"\n' % MARIO, None, error=error("quote", 2))
write("single-quote-inside", 'Codice fiscale;Cognome\n%s;Rossi "Mario\n' % MARIO, None, error=error("quote", 2))
write("html-named-csv", "<html><table><tr><td>Codice fiscale</td></tr></table></html>", None, error=error("HTML"))
write("two-columns-one-field", body([["Codice fiscale", "CF"], [MARIO, ANNA]]), None, error=error("two columns are codiceFiscale", 1))
write("exponent-in-phone", body([["Codice fiscale", "Telefono"], [MARIO, "3,33E+09"]]), ["Codice fiscale", "Telefono"], [(2, [MARIO, "3,33E+09"])])
# Two tables, one below the other: nobody can say that the first are no orders.
firms = ["Partita IVA", "Ragione sociale", "CAP"]
write("stacked-tables", body([firms, ["01234567897", "ESEMPIO SRL", "00184"], ["", "", ""], H, ROW1]), None, error=error("above the header", 2))
# An old program under DOS or on a Mac: Windows-1252 would make NICOL• of the first and D'AL“ of the second.
accents = body([["Codice fiscale", "Cognome", "Nome"], [MARIO, "CANTù", "NICOLò"], [ANNA, "FOX", "ANNA"]])
write("dos-code-page-850", accents, None, encoding="cp850", error=error("UTF-8", 2))
write("mac-roman", accents, None, encoding="mac_roman", error=error("UTF-8", 2))
write("utf-16-sep-line", "\ufeffsep=;\r\n" + table, rows=[(n + 1, row) for n, row in usual], encoding="utf-16-le")
write("semicolon-title-comma-table", "Elenco; ordini\r\n" + body([H, ROW1], delimiter=","), rows=[(3, ROW1)], remarks=["riga 2"])
write("header-in-row-19", "nota\r\n" * 18 + body([H, ROW1]), rows=[(20, ROW1)], remarks=["riga 19"])
write("header-below-20-rows", "nota\r\n" * 20 + body([H, ROW1]), None, error=error("first 20 rows"))
write("quoted-empty-lines", 'Codice fiscale;Note\r\n%s;"a\r\n\r\n\r\nb"\r\n\r\n%s;"c;\r\n"\r\n%s;d\r\n' % (MARIO, ANNA, MARIO), ["Codice fiscale", "Note"],
      [(2, [MARIO, "a\n\n\nb"]), (7, [ANNA, "c;\n"]), (9, [MARIO, "d"])])
# The values of an order may be words that are headers elsewhere: its row is no header for that.
contacts = ["Codice fiscale", "Contatto preferito", "Secondo contatto"]
write("values-that-are-headers", body([contacts, [MARIO, "email", "telefono"], [ANNA, "pec", "cellulare"]]), contacts, [(2, [MARIO, "email", "telefono"]), (3, [ANNA, "pec", "cellulare"])])
contacts = ["Partita IVA", "Contatto preferito", "Secondo contatto"]
write("values-that-are-headers-of-a-firm", body([contacts, ["01234567897", "email", "telefono"]]), contacts, [(2, ["01234567897", "email", "telefono"])])
