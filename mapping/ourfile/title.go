package ourfile

import (
	"slices"
	"strings"
)

// IDColumn is the title of the column of an outcome that names its rows: by it the rows are known again, whatever a person has
// sorted, filtered and cut down. What stands below it is a journal.RowID.
const IDColumn = "ID voucherbul"

// Sheets of an outcome, in their order. The workbook of ISEE outcomes begins with SheetSummary too.
const (
	SheetSummary = "Riepilogo"
	SheetRows    = "Esiti"
	SheetToDo    = "Da correggere"
	SheetDoubts  = "Da verificare"
	SheetLegend  = "Legenda"
)

// Sheets of a check; the rows stand in one of the export's own name where that can be.
const (
	SheetCheck  = "Controllo"
	SheetCauses = "Cause"
)

// Sheets of the workbook of ISEE outcomes, after [SheetSummary].
const (
	SheetVouchers = "Voucher"
	SheetMissing  = "Non in elenco"
)

// Sheets of a template.
const (
	SheetOrders = "Ordini"
	SheetGuide  = "Istruzioni"
)

// Titles of the columns that an outcome adds to those of the export.
const (
	ColumnRow           = "Riga"
	ColumnBeneficiary   = "Beneficiario"
	ColumnState         = "Stato"
	ColumnEsito         = "Esito"
	ColumnToDo          = "Cosa fare"
	ColumnDescription   = "Descrizione"
	ColumnSentAt        = "Inviata il"
	ColumnFase          = "Fase operativa"
	ColumnProtocollo    = "Protocollo"
	ColumnHTTP          = "HTTP"
	ColumnAttempts      = "Tentativi"
	ColumnOperationTime = "Data operazione"
	ColumnResponseTime  = "Data response"
	ColumnCorrections   = "Correzioni"
	ColumnEarlier       = "Invii precedenti"
	ColumnAnswer        = "Stato o esito" // of SheetToDo
)

// OutcomeColumns are the columns of ours in [SheetRows], and in an outcome as CSV, in their order. They follow the export's own.
func OutcomeColumns() []string {
	return []string{ColumnRow, ColumnBeneficiary, ColumnState, ColumnEsito, ColumnToDo, ColumnDescription, ColumnSentAt, ColumnFase, ColumnProtocollo,
		ColumnHTTP, ColumnAttempts, ColumnOperationTime, ColumnResponseTime, ColumnCorrections, ColumnEarlier, IDColumn}
}

// ToDoColumns are the columns of ours in [SheetToDo], in their order. All but the last, [IDColumn], come before the export's own.
func ToDoColumns() []string {
	return []string{ColumnRow, ColumnToDo, ColumnBeneficiary, ColumnAnswer, ColumnDescription, IDColumn}
}

// SignatureColumns are the titles that still identify a sheet of an outcome after its IDs were deleted. There is one list
// for each of the two sheets with rows. A sheet with all titles of a list is that sheet.
func SignatureColumns() [][]string {
	return [][]string{
		{ColumnState, ColumnEsito, ColumnToDo, ColumnDescription, ColumnAttempts, ColumnEarlier},
		{ColumnToDo, ColumnAnswer, ColumnDescription},
	}
}

// ownMark follows a title of ours that the export has too.
const ownMark = "(voucherbul)"

// OwnTitle tells a title of ours from one of the export that is the same: a table needs titles that differ.
func OwnTitle(title string, export []string) string {
	for slices.ContainsFunc(export, func(other string) bool { return strings.EqualFold(strings.TrimSpace(other), title) }) {
		title += " " + ownMark
	}
	return title
}

// IsOwnTitle reports a title of a column that an outcome adds to those of the export, as [OwnTitle] may have left it.
func IsOwnTitle(title string) bool {
	title = strings.TrimSpace(strings.ReplaceAll(title, ownMark, ""))
	return slices.ContainsFunc(append(OutcomeColumns(), ToDoColumns()...), func(ours string) bool { return strings.EqualFold(ours, title) })
}

// Verdicts of a check, as they stand below [ColumnVerdict]. Two of them hold until somebody removes them, for what
// they rest on is not in the workbook: a hidden row is visible there, and a row of too many cells has been made to fit.
const (
	VerdictValid   = "VALIDA"
	VerdictInvalid = "SCARTATA"
	VerdictSkipped = "SALTATA"
	VerdictMisfit  = "DA RIVEDERE" // the row had other cells than its header
)

// Titles of the columns that a check adds to those of the export.
const (
	ColumnVerdict  = "Controllo"
	ColumnProblems = "Problemi"
)

// CheckColumns are the columns that a check adds to those of the export, in their order: its verdict, what is wrong, and what
// the program has corrected.
func CheckColumns() []string { return []string{ColumnVerdict, ColumnProblems, ColumnCorrections} }

// FindCheckColumns gives the first of the [CheckColumns] that stand together in a header, from 0; -1 = it is not that of a
// check. They may stand anywhere but in front, for a clerk adds columns.
func FindCheckColumns(header []string) int {
	own := CheckColumns()
	for i := 1; i+len(own) <= len(header); i++ {
		if slices.Equal(header[i:i+len(own)], own) {
			return i
		}
	}
	return -1
}

// How an outcome is written as CSV: Excel in Italy expects the semicolon, and takes a file for UTF-8 by its first bytes.
const (
	Separator     = ';'
	ByteOrderMark = "\uFEFF"
)
