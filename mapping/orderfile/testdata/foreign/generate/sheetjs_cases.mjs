// Files by SheetJS (package xlsx, community edition).
import fs from "node:fs";
import XLSX from "xlsx";
import { ANNA, Case, H, HIDDEN, MARIO, NO_VALUE, ROW1, ROW2, TEXTS, error } from "./expect.mjs";

function book(sheet, name = "Ordini") {
  const wb = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(wb, sheet, name);
  return wb;
}

function save(wb, made, options = {}) {
  fs.writeFileSync(made.path, XLSX.write(wb, { type: "buffer", bookType: "xlsx", compression: true, ...options }));
  made.save();
}

const all = XLSX.utils.book_new(); // the sheets of the cases that need no workbook of their own

function simple(name, header, rows, { options, sheetOptions, touch, more, ext } = {}) {
  const sheet = XLSX.utils.aoa_to_sheet([header, ...rows], sheetOptions);
  const made = new Case(`sheetjs-${name}`, header, more, ext);
  rows.forEach((row, i) => made.row(2 + i, row));
  const own = options || (touch && touch.length > 2); // who asks for the workbook has his own
  const wb = book(sheet);
  if (touch) touch(sheet, made, wb);
  if (own) return save(wb, made, options);
  XLSX.utils.book_append_sheet(all, sheet, name);
  made.inSheet("sheetjs-sheets.xlsx", name);
  made.save();
}

const texts = TEXTS.map((t) => [MARIO, t]);
simple("texts-in-cells", ["Codice fiscale", "Cognome"], texts);
simple("texts-shared", ["Codice fiscale", "Cognome"], texts, { options: { bookSST: true } });
simple("escape-lookalike", ["Codice fiscale", "Cognome"], [[MARIO, "R_x0041_B"]], { touch: (s, made) => {
  made.rows = [];
  made.row(2, [MARIO, "RAB"]); // SheetJS writes the text raw, and in the format these characters mean an A
} });
simple("numbers", ["Codice fiscale", "Telefono", "Piano"], [[MARIO, 3330000000, 0.1 + 0.2], [MARIO, 12345678901234, 1e-7], [MARIO, 1e21, -0.25]]);
simple("leading-zeros", ["Partita IVA", "CAP"], [["01234567897", "00118"], [1234567897, 118]], { touch: (s) => {
  s.A3.z = "00000000000";
  s.B3.z = "00000";
} });
simple("booleans", ["Codice fiscale", "Piano"], [[MARIO, true], [MARIO, false]]);
simple("errors", ["Codice fiscale", "Piano"], [[MARIO, null], [MARIO, null]], { touch: (s, made) => {
  s.B2 = { t: "e", v: 0x2a, w: "#N/A" };
  s.B3 = { t: "e", v: 0x07, w: "#DIV/0!" };
  made.rows = [];
  made.row(2, [MARIO, "#N/A"]).row(3, [MARIO, "#DIV/0!"]);
} });
const day = new Date(Date.UTC(1985, 11, 10)), moment = new Date(Date.UTC(2026, 2, 20, 10, 30));
const dated = ["Codice fiscale", "Data di nascita", "Data attivazione"];
simple("dates-as-numbers", dated, [[MARIO, day, moment]], { sheetOptions: { dateNF: "dd/mm/yyyy" } });
simple("dates-as-iso-text", dated, [[MARIO, day, moment]], { sheetOptions: { cellDates: true }, options: { cellDates: true } });
simple("dates-1904", dated, [[MARIO, day, moment]], { touch: (s, made, wb) => {
  wb.Workbook = { WBProps: { date1904: true } };
  s.B2 = { t: "n", v: 31391 - 1462, z: "dd/mm/yyyy" };
  s.C2 = { t: "n", v: 46101.4375 - 1462, z: "d/m/yy h:mm" };
} });
simple("formulas", ["Codice fiscale", "Cognome", "CAP"], [[MARIO, null, null], [MARIO, null, null]], { touch: (s, made) => {
  s.B2 = { t: "s", v: "ROSSI", f: '"ROS"&"SI"' };
  s.C2 = { t: "n", v: 184, f: "100+84" };
  s.B3 = { t: "n", f: "100+84" };
  s.C3 = { t: "n", v: 3, f: "SUM(1,2)", F: "C3:C3" };
  made.rows = [];
  made.row(2, [MARIO, "ROSSI", 184]).row(3, [MARIO, NO_VALUE, 3]);
} });
simple("merged-titles", H, [ROW1], { more: { remarks: ["riga 3"] }, touch: (s, made) => {
  XLSX.utils.sheet_add_aoa(s, [["ORDINI", "", "", "", ""], ["", "", "", "", ""], H, ROW1]);
  s["!merges"] = [XLSX.utils.decode_range("A1:E1")];
  made.rows = [];
  made.row(4, ROW1);
} });
simple("sparse", ["Codice fiscale", "Cognome"], [], { touch: (s, made) => {
  XLSX.utils.sheet_add_aoa(s, [[MARIO, "ROSSI"]], { origin: "A9" });
  made.row(9, [MARIO, "ROSSI"]);
} });
const hidden = XLSX.utils.aoa_to_sheet([H, ROW1, ROW2]);
hidden["!rows"] = [{}, {}, { hidden: true }];
save(book(hidden), new Case("sheetjs-hidden-row", null, error("hidden", 3)));
for (const how of ["send", "skip"]) {
  const made = new Case(`sheetjs-hidden-row-${how}`, H, { options: { hidden: how } });
  made.file = "sheetjs-hidden-row.xlsx";
  made.row(2, ROW1).row(3, ROW2, how === "skip" ? HIDDEN : undefined).save();
}
simple("hidden-sheet", H, [ROW1], { more: { sheet: "Ordini", remarks: [] }, touch: (s, made, wb) => {
  const old = XLSX.utils.aoa_to_sheet([H, ROW2]);
  wb.SheetNames.unshift("Archivio");
  wb.Sheets.Archivio = old;
  wb.Workbook = { Sheets: [{ Hidden: 2 }, { Hidden: 0 }] };
} });
simple("comments-and-links", ["Codice fiscale", "Email"], [[MARIO, "mario.rossi@example.it"]], { touch: (s) => {
  s.B2.l = { Target: "mailto:mario.rossi@example.it" };
  s.A2.c = [{ a: "ufficio", t: "verificato" }];
} });

fs.writeFileSync(new Case("sheetjs-sheets").path, XLSX.write(all, { type: "buffer", bookType: "xlsx", compression: true }));

// What is no workbook of ours, whatever its name says.
const foreign = { xlsb: "binary", biff8: "old .xls", ods: "OpenDocument", fods: "OpenDocument", html: "HTML", xlml: "XML" };
for (const [bookType, cause] of Object.entries(foreign)) {
  save(book(XLSX.utils.aoa_to_sheet([H, ROW1])), new Case(`sheetjs-type-${bookType}`, null, error(cause)), { bookType });
}

const tricky = ["prenotazione", ANNA, 'D\'ALÒ "DE" ; , ', "ANNA\nMARIA", "20121"];
for (const [name, options] of [["comma", {}], ["semicolon", { FS: ";", RS: "\r\n" }], ["tab", { FS: "\t" }], ["all-quoted", { forceQuotes: true }], ["pipe", { FS: "|" }],
  ["blank-rows", { FS: ";" }]]) {
  const made = new Case(`sheetjs-csv-${name}`, H, {}, "csv");
  const gap = name === "blank-rows" ? [[], []] : [];
  const text = XLSX.utils.sheet_to_csv(XLSX.utils.aoa_to_sheet([H, ...gap, ROW1, tricky, ROW2]), options);
  fs.writeFileSync(made.path, text);
  const first = 2 + gap.length;
  if (name === "semicolon") { // SheetJS forgets the quotes of a line break where lines end with CRLF: two broken rows
    const broken = (n) => [{ code: "cells", arg: "5", field: "", column: "riga", found: `${n} celle`, expected: "5 celle come l'intestazione",
      remedy: "controllare separatori e virgolette della riga", severity: "E" }];
    made.row(2, ROW1).row(3, [...tricky.slice(0, 3), "ANNA"], undefined, broken(4)).row(4, ["MARIA", "20121"], undefined, broken(2)).row(5, ROW2).save();
    continue;
  }
  made.row(first, ROW1).row(first + 1, tricky).row(first + 3, ROW2).save(); // the second takes two lines
}
const utf16 = new Case("sheetjs-csv-utf16-tab", H, {}, "csv");
fs.writeFileSync(utf16.path, XLSX.write(book(XLSX.utils.aoa_to_sheet([H, ROW1, ROW2])), { type: "buffer", bookType: "txt" }));
utf16.row(2, ROW1).row(3, ROW2).save();
