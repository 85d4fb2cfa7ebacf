package outcome

import (
	"strconv"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
	"voucherbul/report"
)

// resultColumn is a column of ours that follows the export's own.
type resultColumn struct {
	name    string
	width   float64 // in characters
	wraps   bool    // it holds sentences
	prints  bool    // on paper: the first ones, which say all that a person needs, in a width that can be read
	meaning string  // for the Legenda
	value   func(o *Outcome, r *journal.Row) string
}

func resultColumns() []resultColumn {
	return []resultColumn{
		{ourfile.ColumnRow, 7, false, true, "Numero della riga nel file di partenza.",
			func(_ *Outcome, r *journal.Row) string { return strconv.Itoa(r.Number) }},
		{ourfile.ColumnBeneficiary, 19, false, true, "Codice fiscale o partita IVA, come è stato inviato; vuoto se nella riga non ce n'è uno giusto.",
			func(_ *Outcome, r *journal.Row) string { return r.Beneficiario }},
		{ourfile.ColumnState, 17, false, true, "Che fine ha fatto la riga: si veda la tabella degli stati.",
			func(_ *Outcome, r *journal.Row) string { return r.State.Label() }},
		{ourfile.ColumnEsito, 29, false, true, "Codice di risposta della piattaforma (Appendice A della specifica).",
			func(_ *Outcome, r *journal.Row) string { return r.Esito }},
		{ourfile.ColumnToDo, 48, true, true, "Che cosa fare adesso con la riga; vuoto = niente.",
			func(_ *Outcome, r *journal.Row) string { return r.Advice }},
		{ourfile.ColumnDescription, 52, true, true, "Quello che ha risposto la piattaforma, o perché la riga non è stata inviata.",
			func(_ *Outcome, r *journal.Row) string { return description(*r) }},
		{ourfile.ColumnSentAt, 20, false, true, "Quando è stata inviata l'ultima volta (ora italiana); vuoto = mai.",
			func(o *Outcome, r *journal.Row) string { return report.Instant(r.SentAt, o.Zone) }},
		{ourfile.ColumnFase, 24, false, false, "Stato della richiesta secondo la piattaforma, al momento della risposta.",
			func(_ *Outcome, r *journal.Row) string { return r.FaseOperativa }},
		{ourfile.ColumnProtocollo, 20, false, false, "Codice del voucher, dall'elenco degli esiti ISEE; vuoto finché la piattaforma non lo dà.",
			func(o *Outcome, r *journal.Row) string { return o.protocollo(r) }},
		{ourfile.ColumnHTTP, 7, false, false, "Codice tecnico della risposta, per chi gestisce il programma.",
			func(_ *Outcome, r *journal.Row) string { return positive(r.HTTP) }},
		{ourfile.ColumnAttempts, 10, false, false, "Quante volte è stata inviata in questo invio.",
			func(_ *Outcome, r *journal.Row) string { return positive(r.Attempts) }},
		{ourfile.ColumnOperationTime, 24, false, false, "Inizio dell'elaborazione, come l'ha scritto la piattaforma.",
			func(_ *Outcome, r *journal.Row) string { return r.DataOperazione }},
		{ourfile.ColumnResponseTime, 24, false, false, "Fine dell'elaborazione, come l'ha scritta la piattaforma.",
			func(_ *Outcome, r *journal.Row) string { return r.DataResponse }},
		{ourfile.ColumnCorrections, 60, true, false, "Valori che il programma ha corretto da solo, e avvisi.",
			func(_ *Outcome, r *journal.Row) string { return corrections(*r) }},
		{ourfile.ColumnEarlier, 60, true, false, "Che fine ha fatto la stessa riga negli invii precedenti.",
			func(o *Outcome, r *journal.Row) string { return earlierAttempts(r.Earlier, o.Zone) }},
		{ourfile.IDColumn, 32, false, false, "Riconosce la riga quando questo file torna al programma: non modificarlo e non cancellarlo.",
			func(o *Outcome, r *journal.Row) string { return r.ID.String() }},
	}
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// earlierAttempts tells what became of the order in earlier runs, oldest first.
func earlierAttempts(earlier []journal.Earlier, zone *time.Location) string {
	var lines []string
	for _, e := range earlier {
		line := "Invio " + e.ID.Run + ", riga " + strconv.Itoa(e.Number) + ": " + e.State.Label()
		if e.Esito != "" {
			line += " " + e.Esito
		}
		if !e.At.IsZero() {
			line += " (" + e.At.In(zone).Format("02/01/2006 15:04") + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// description is what happened to a row, in Italian.
func description(r journal.Row) string {
	switch {
	case r.Descrizione != "":
		return r.Descrizione
	case r.State == journal.Invalid:
		return strings.Join(report.Blocking(r.Problems), "\n")
	case r.State == journal.Uncertain || r.State == journal.Sent:
		return "Inviata, ma la risposta non è arrivata."
	case r.State == journal.Pending || r.State == journal.Planned:
		return "L'invio si è fermato prima di questa riga."
	}
	return ""
}

// corrections lists what was changed in the values of a row, and what is doubtful in them.
func corrections(r journal.Row) string {
	return strings.Join(append(report.Fixes(r.Corrections), report.Warnings(r.Problems)...), "\n")
}
