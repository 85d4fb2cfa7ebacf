// Workbooks by exceljs.
import ExcelJS from "exceljs";
import { ANNA, Case, H, HIDDEN, MARIO, NO_VALUE, ROW1, ROW2, TEXTS, TOTAL, error } from "./expect.mjs";

const book = new ExcelJS.Workbook();
let shared = true; // whether the cases are made as sheets of book

async function write(name, header, fill, { more = {}, sheet = "Ordini" } = {}) {
  const wb = shared ? book : new ExcelJS.Workbook();
  const ws = wb.addWorksheet(shared ? name : sheet);
  const made = new Case(`exceljs-${name}`, header, more);
  if (shared) made.inSheet("exceljs-sheets.xlsx", name);
  if (header) ws.addRow(header);
  await fill(ws, made, wb);
  if (!shared) await wb.xlsx.writeFile(made.path);
  made.save();
}

function rows(...all) {
  return (ws, made) => all.forEach((row) => { ws.addRow(row); made.row(ws.rowCount, row); });
}

await write("plain", H, rows(ROW1, ROW2));
await write("texts", ["Codice fiscale", "Cognome"], rows(...TEXTS.map((t) => [MARIO, t])));
await write("numbers", ["Codice fiscale", "Telefono", "Piano"], (ws, made) => {
  [[3330000000, 0.1 + 0.2], [12345678901234, 1e-7], [123456789012345, -1.5], [1e21, 5e-324], [9007199254740991, 99.99]].forEach(([a, b]) => {
    ws.addRow([MARIO, a, b]);
    made.row(ws.rowCount, [MARIO, a, b]);
  });
  ws.getCell("B2").numFmt = "0.00E+00";
});
await write("leading-zeros", ["Partita IVA", "CAP"], (ws, made) => {
  [["01234567897", "00118"], [1234567897, 118], [1234567897, "00118"]].forEach((r) => { ws.addRow(r); made.row(ws.rowCount, r); });
  ws.getCell("A3").numFmt = "00000000000";
  ws.getCell("B3").numFmt = "00000";
  ws.getCell("A2").numFmt = "@";
});
for (const date1904 of [false, true]) {
  shared = !date1904;
  await write(date1904 ? "dates-1904" : "dates-1900", ["Codice fiscale", "Data di nascita", "Data attivazione"], (ws, made, wb) => {
    wb.properties.date1904 = date1904;
    const formats = ["dd/mm/yyyy", "yyyy-mm-dd", "[$-410]d mmmm yyyy", "d/m/yy h:mm", undefined, "dd mmm yyyy", 'dd"/"mm"/"yyyy'];
    formats.forEach((numFmt) => {
      const row = [MARIO, new Date(Date.UTC(1985, 11, 10)), new Date(Date.UTC(2026, 2, 20, 10, 30))];
      const added = ws.addRow(row);
      if (numFmt) [2, 3].forEach((i) => { added.getCell(i).numFmt = numFmt; });
      made.row(ws.rowCount, row);
    });
  });
}
shared = true;
await write("rich-text", ["Codice fiscale", "Cognome", "Nome"], (ws, made) => {
  ws.addRow([MARIO, { richText: [{ font: { bold: true }, text: "ROS" }, { text: "SI " }, { font: { color: { argb: "FFFF0000" } }, text: " <BIANCHI>" }] },
    { richText: [{ text: "MARIO" }, { text: "\n" }, { text: "LUIGI" }] }]);
  made.row(2, [MARIO, "ROSSI  <BIANCHI>", "MARIO\nLUIGI"]);
});
await write("formulas", ["Codice fiscale", "Cognome", "CAP", "Data di nascita"], (ws, made) => {
  const date = new Date(Date.UTC(1985, 11, 10));
  ws.addRow([MARIO, { formula: '"ROS"&"SI"', result: "ROSSI" }, { formula: "100+84", result: 184 }, { formula: "DATE(1985,12,10)", result: date }]);
  ws.getCell("D2").numFmt = "dd/mm/yyyy";
  made.row(2, [MARIO, "ROSSI", 184, date]);
  ws.addRow([MARIO, { formula: "1=1", result: true }, { formula: "NA()", result: { error: "#N/A" } }]);
  made.row(3, [MARIO, true, "#N/A"]);
  ws.addRow([MARIO, { formula: '"ROS"&"SI"' }, { formula: "100+84" }]);
  made.row(4, [MARIO, NO_VALUE, NO_VALUE]);
  ws.fillFormula("C5:C7", "CODE(A5)", [82, 83, 84]); // one shared formula for three cells
  [5, 6, 7].forEach((n) => { ws.getCell(`A${n}`).value = MARIO; made.row(n, [MARIO, "", 77 + n]); });
});
await write("booleans-and-errors", ["Codice fiscale", "Piano", "Note"], (ws, made) => {
  ws.addRow([MARIO, true, false]);
  made.row(2, [MARIO, true, false]);
  ws.addRow([MARIO, { error: "#REF!" }, { error: "#N/A" }]);
  made.row(3, [MARIO, "#REF!", "#N/A"]);
});
await write("hyperlink", ["Codice fiscale", "Email"], (ws, made) => {
  ws.addRow([MARIO, { text: "mario.rossi@example.it", hyperlink: "mailto:mario.rossi@example.it", tooltip: "scrivi" }]);
  made.row(2, [MARIO, "mario.rossi@example.it"]);
});
await write("merged-titles", null, (ws, made) => {
  made.header = H;
  ws.mergeCells("A1:E2");
  ws.getCell("A1").value = "ORDINI VOUCHER";
  ws.getRow(4).values = H;
  ws.getRow(5).values = ROW1;
  made.row(5, ROW1);
}, { more: { remarks: ["riga 4"] } });
await write("merged-data", ["Codice fiscale", "Cognome", "Via"], (ws, made) => {
  ws.addRow([MARIO, "ROSSI", "VIA ROMA"]);
  ws.addRow([ANNA, "FOX", "VIA ROMA"]);
  ws.mergeCells("C2:C3"); // of the second cell nothing is left: whether the value is for both orders, nobody can tell
  made.header = null;
  delete made.more.sheet;
}, { more: error("merged", 2) });
await write("table-with-totals", null, (ws, made) => {
  made.header = ["Cognome", "Codice fiscale", "Importo"];
  ws.addTable({ name: "Ordini", ref: "A1", headerRow: true, totalsRow: true, style: { theme: "TableStyleDark3", showRowStripes: true },
    columns: [{ name: "Cognome", totalsRowLabel: "Insieme" }, { name: "Codice fiscale" }, { name: "Importo", totalsRowFunction: "sum" }],
    rows: [["ROSSI", MARIO, 25], ["FOX", ANNA, 30]] });
  made.row(2, ["ROSSI", MARIO, 25]).row(3, ["FOX", ANNA, 30]);
  made.row(4, ["Insieme", "", NO_VALUE], TOTAL);
});
await book.xlsx.writeFile(new Case("exceljs-sheets").path);
shared = false;
await write("hidden-rows", null, (ws) => {
  [H, ROW1, ROW2, ROW1].forEach((row, i) => { ws.addRow(row).hidden = i === 1; });
  ws.autoFilter = "A1:E4";
}, { more: error("hidden", 2) });
for (const how of ["send", "skip"]) {
  const made = new Case(`exceljs-hidden-rows-${how}`, H, { options: { hidden: how } });
  made.file = "exceljs-hidden-rows.xlsx";
  [ROW1, ROW2, ROW1].forEach((row, i) => made.row(2 + i, row, how === "skip" && i === 0 ? HIDDEN : undefined));
  made.save();
}
for (const state of ["veryHidden"]) {
  await write(`sheet-${state}`, null, (ws, made, wb) => {
    ws.state = state;
    ws.addRow(H);
    ws.addRow(ROW2);
    const shown = wb.addWorksheet("Ordini");
    shown.addRow(H);
    shown.addRow(ROW1);
    made.header = H;
    made.row(2, ROW1);
  }, { sheet: "Archivio", more: { sheet: "Ordini", remarks: [] } });
}
await write("furniture", H, (ws, made) => {
  rows(ROW1, ROW2)(ws, made);
  ws.views = [{ state: "frozen", ySplit: 1 }];
  ws.getCell("B2").note = "verificato";
  ws.getCell("A2").dataValidation = { type: "list", allowBlank: true, formulae: ['"prenotazione,cessazione"'] };
  ws.addConditionalFormatting({ ref: "E2:E9", rules: [{ type: "cellIs", operator: "equal", formulae: [1], style: { font: { bold: true } }, priority: 1 }] });
  ws.getColumn(4).hidden = true;
  ws.getRow(9).height = 40;
  ws.pageSetup.printArea = "A1:E3";
});
for (const shared of [false]) {
  const made = new Case(`exceljs-streamed-${shared ? "shared" : "inline"}-strings`, H);
  const wb = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: made.path, useSharedStrings: shared, useStyles: true });
  const ws = wb.addWorksheet("Ordini");
  [H, ROW1, ["prenotazione", ANNA, " D'ALÒ & C. ", "ANNA\nMARIA", 20121]].forEach((row, i) => { ws.addRow(row).commit(); if (i) made.row(i + 1, row); });
  ws.commit();
  await wb.commit();
  made.save();
}
for (const [name, options] of [["csv", {}], ["csv-semicolon-quoted", { formatterOptions: { delimiter: ";", quote: '"', quoteColumns: true, quoteHeaders: true, rowDelimiter: "\r\n" } }],
  ["csv-bom", { formatterOptions: { writeBOM: true, delimiter: ";" } }]]) {
  const wb = new ExcelJS.Workbook();
  const ws = wb.addWorksheet("Ordini");
  const made = new Case(`exceljs-${name}`, H, {}, "csv");
  const all = [ROW1, ["prenotazione", ANNA, 'D\'ALÒ "DE" ; , ', "ANNA", "20121"]];
  [H, ...all].forEach((row) => ws.addRow(row));
  all.forEach((row, i) => made.row(2 + i, row));
  await wb.csv.writeFile(made.path, options);
  made.save();
}
