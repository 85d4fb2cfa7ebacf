"""What a reader must give for a file that was just written: NAME.json next to NAME.xlsx or NAME.csv.

The expectation is made from the values that the writer was told to store, by the rules of text() alone. This
module must never call the reader under test.
"""
import datetime as dt
import json
import os
import sys
from decimal import Decimal

OUT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")

# The headers that the cases use, as the field table has them. Others are unknown columns.
FIELDS = {
    "Operazione": "operazione", "Codice fiscale": "codiceFiscale", "Cognome": "cognome", "Nome": "nome",
    "Sesso": "sesso", "Data di nascita": "dataDiNascita", "Luogo di nascita": "luogoDiNascita",
    "Partita IVA": "partitaIva", "Ragione sociale": "ragioneSociale", "Tipologia voucher": "tipologia",
    "Tipo documento": "tipoDocumento", "Numero documento": "numeroDocumento",
    "Scadenza documento": "dataScadenzaDocumento", "Telefono": "numeroDiTelefono", "Email": "email", "PEC": "pec",
    "Via": "via", "Civico": "civico", "CAP": "cap", "Scala": "scala", "Piano": "piano", "Interno": "interno",
    "Codice ISTAT comune": "codiceIstatComune", "Velocità download (Mbit)": "velocitaDownloadMbit",
    "Codice offerta": "codiceUnivocoOfferta", "Data attivazione": "dataAttivazione",
    "Data cessazione": "dataCessazione", "Componenti del nucleo": "numeroComponentiNucleoFamigliare",
    "Codice\nfiscale": "codiceFiscale", " Cognome ": "cognome",
    "codiceFiscale": "codiceFiscale", "cognome": "cognome",
}

NO_VALUE = "#VALORE!"  # a formula that nobody has computed
TOTAL = "riga di totale: non è un ordine"
AGAIN = "intestazione ripetuta: non è un ordine"
HIDDEN = "riga nascosta nel foglio: non inviata (--hidden skip)"


def text(value):
    """The text of a stored value: the whole list of rules."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "VERO" if value else "FALSO"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):  # repr is the shortest decimal that is the same float64
        plain = format(Decimal(repr(value)), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, dt.datetime):
        seconds = value + dt.timedelta(microseconds=500_000)  # to the nearest second
        value = seconds.replace(microsecond=0)
        return value.strftime("%d/%m/%Y" if value.time() == dt.time() else "%d/%m/%Y %H:%M:%S")
    if isinstance(value, dt.date):
        return "%02d/%02d/%04d" % (value.day, value.month, value.year)
    if isinstance(value, dt.time):  # a time of no day is a fraction of one
        return text((value.hour * 3600 + value.minute * 60 + value.second) / 86400)
    raise TypeError(type(value))


class Case:
    """One file and what must be read from it."""

    def __init__(self, name, header=None, ext="xlsx", **more):
        self.name, self.header, self.more, self.rows = name, header, more, []
        self.path, self.file = os.path.join(OUT, name + "." + ext), ""

    def in_sheet(self, file, sheet):
        """The case is one sheet of a workbook that holds many, which keeps the folder small."""
        self.file = file
        self.more["options"] = {**self.more.get("options", {}), "sheet": sheet}
        self.more["sheet"] = sheet

    def row(self, number, *values, skipped="", problems=None):
        """A row that the reader must give, by its number in the file."""
        cells = [text(v) for v in values] + [""] * (len(self.header) - len(values))
        row = {"number": number, "cells": cells[: len(self.header)]}
        order = {FIELDS[h]: c for h, c in zip(self.header, cells) if h in FIELDS and c != ""}
        if skipped:
            row["skipped"] = skipped
        else:
            row["order"] = order
        if problems:
            row["problems"] = problems
        self.rows.append(row)

    def save(self):
        case = {"file": self.file} if self.file else {}
        if self.header is not None:
            case["header"] = self.header
            unknown = [h for h in self.header if h not in FIELDS and h.strip()]
            if unknown:
                case["unknown"] = unknown
            case["rows"] = self.rows
        case.update(self.more)
        with open(os.path.join(OUT, self.name + ".json"), "w", encoding="utf-8", newline="\n") as f:
            f.write(lines(case) + "\n")


def lines(case):
    """JSON with a line for each member and each row."""
    members = []
    for key, value in case.items():
        made = json.dumps(value, ensure_ascii=False)
        if key == "rows":
            made = "[\n  " + ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in value) + "\n ]"
        members.append(" %s: %s" % (json.dumps(key), made))
    return "{\n" + ",\n".join(members) + "\n}"


def error(cause, line=0):
    return {"line": line, "cause": cause}


# Nobody: the codes are made up, and pass the check letter.
MARIO = "RSSMRA85T10H501O"
ANNA = "FOXNNA90A41F205E"
H = ["Operazione", "Codice fiscale", "Cognome", "Nome", "CAP"]
ROW1 = ["prenotazione", MARIO, "ROSSI", "MARIO", "00184"]
ROW2 = ["prenotazione", ANNA, "FOX", "ANNA", "20121"]

# Texts that are altered somewhere on the way, by one program or another.
TEXTS = {
    "leading space": "  ROSSI", "trailing space": "ROSSI ", "double space": "DE  ROSSI", "nbsp": "DE\u00a0ROSSI",
    "newline": "DE\nROSSI", "tab": "DE\tROSSI", "emoji": "ROSSI \U0001F600", "decomposed": "NICOLO\u0300",
    "composed": "NICOLÒ", "markup": "<b>&amp;</b> \"D'ALÒ\" & FIGLI", "apostrophe first": "'ROSSI",
    "quotes": '"ROSSI"', "curly": "D’ALÒ", "semicolon": "ROSSI; BIANCHI", "comma": "ROSSI, BIANCHI",
    "equals": "=ROSSI", "plus": "+39 3330000000", "date-like": "10/12/1985", "exponent-like": "1E5",
    "true-like": "TRUE", "only spaces": "   ", "zero width": "RO\u200bSSI", "rtl": "\u05d0\u05d1", "euro": "€ 100",
}
