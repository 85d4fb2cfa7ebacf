// What a reader must give for a file that was just written: expect.py for the writers of JavaScript.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const OUT = process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

const FIELDS = {
  "Operazione": "operazione", "Codice fiscale": "codiceFiscale", "Cognome": "cognome", "Nome": "nome", "CAP": "cap",
  "Data di nascita": "dataDiNascita", "Data attivazione": "dataAttivazione", "Partita IVA": "partitaIva",
  "Telefono": "numeroDiTelefono", "Email": "email", "Via": "via", "Piano": "piano",
};

export const NO_VALUE = "#VALORE!";
export const TOTAL = "riga di totale: non è un ordine";
export const HIDDEN = "riga nascosta nel foglio: non inviata (--hidden skip)";
export const MARIO = "RSSMRA85T10H501O";
export const ANNA = "FOXNNA90A41F205E";
export const H = ["Operazione", "Codice fiscale", "Cognome", "Nome", "CAP"];
export const ROW1 = ["prenotazione", MARIO, "ROSSI", "MARIO", "00184"];
export const ROW2 = ["prenotazione", ANNA, "FOX", "ANNA", "20121"];

export const TEXTS = ["  ROSSI", "ROSSI ", "DE  ROSSI", "DE\u00a0ROSSI", "DE\nROSSI", "DE\tROSSI", "ROSSI \u{1F600}",
  "NICOLO\u0300", "NICOLÒ", "<b>&amp;</b> \"D'ALÒ\" & FIGLI", "'ROSSI", '"ROSSI"', "D’ALÒ", "ROSSI; BIANCHI", "ROSSI, BIANCHI",
  "=ROSSI", "+39 3330000000", "10/12/1985", "1E5", "TRUE", "   ", "RO\u200bSSI", "\u05d0\u05d1", "€ 100"];

const two = (n) => String(n).padStart(2, "0");

// day marks a date as one: a Date of UTC is shown with its time only where it has one.
export function text(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "VERO" : "FALSO";
  if (value instanceof Date) {
    const day = `${two(value.getUTCDate())}/${two(value.getUTCMonth() + 1)}/${value.getUTCFullYear()}`;
    const time = `${two(value.getUTCHours())}:${two(value.getUTCMinutes())}:${two(value.getUTCSeconds())}`;
    return time === "00:00:00" ? day : `${day} ${time}`;
  }
  return plain(String(value)); // the shortest decimal that is the same number
}

function plain(number) {
  const m = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(number);
  if (!m) return number;
  const digits = m[2] + (m[3] ?? "");
  const point = 1 + Number(m[4]);
  if (point <= 0) return `${m[1]}0.${"0".repeat(-point)}${digits}`;
  return m[1] + digits.padEnd(point, "0") + (digits.length > point ? "." : "");
}

export class Case {
  constructor(name, header, more = {}, ext = "xlsx") {
    Object.assign(this, { name, header, more, rows: [], file: "", path: path.join(OUT, `${name}.${ext}`) });
  }

  // inSheet: the case is one sheet of a workbook that holds many, which keeps the folder small.
  inSheet(file, sheet) {
    this.file = file;
    this.more = { ...this.more, options: { ...this.more.options, sheet }, sheet };
  }

  row(number, values, skipped, problems) {
    const cells = this.header.map((_, i) => text(values[i]));
    const row = { number, cells };
    if (skipped) row.skipped = skipped;
    else {
      row.order = {};
      this.header.forEach((h, i) => { if (FIELDS[h] && cells[i] !== "") row.order[FIELDS[h]] = cells[i]; });
    }
    if (problems) row.problems = problems;
    this.rows.push(row);
    return this;
  }

  save() {
    const made = this.file ? { file: this.file } : {};
    if (this.header) {
      made.header = this.header;
      const unknown = this.header.filter((h) => !FIELDS[h] && h.trim());
      if (unknown.length) made.unknown = unknown;
      made.rows = this.rows;
    }
    fs.writeFileSync(path.join(OUT, `${this.name}.json`), lines({ ...made, ...this.more }));
  }
}

// lines is JSON with a line for each member and each row.
function lines(made) {
  const members = Object.entries(made).map(([key, value]) => ` ${JSON.stringify(key)}: ` + (key === "rows"
    ? `[\n  ${value.map((row) => JSON.stringify(row)).join(",\n  ")}\n ]` : JSON.stringify(value)));
  return `{\n${members.join(",\n")}\n}\n`;
}

export const error = (cause, line = 0) => ({ error: { line, cause } });
