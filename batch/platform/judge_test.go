package platform

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
	"voucherbul/report"
)

const (
	prenotazione = mapping.OperationPrenotazione
	attivazione  = mapping.OperationAttivazione
	cessazione   = mapping.OperationCessazione
	disdetta     = mapping.OperationDisdetta
)

// TestJudgeEsiti is the table of RULES.md 3: every esito, for every operation, in doubt and not. NOK_007 and
// the lists of REQUEST_VALIDATION_NOK have their own tests.
func TestJudgeEsiti(t *testing.T) {
	person := []string{"codiceFiscale", "partitaIva"}
	all := mapping.Operations()
	for _, c := range []struct {
		esito   string
		ops     []mapping.Operation
		class   esito.Class
		inDoubt esito.Class
		fields  []string
	}{
		{"OK", all, esito.OK, esito.OK, nil},
		{"REQUEST_VALIDATION_NOK", all, esito.Correggibile, esito.Correggibile, nil},
		{"REQUEST_BUSINESS_NOK_001", all[:1], esito.Correggibile, esito.Correggibile, []string{"codiceIstatComune"}},
		{"REQUEST_BUSINESS_NOK_002", all[:1], esito.Definitivo, esito.GiaFatto, nil},
		{"REQUEST_BUSINESS_NOK_002", all[1:], esito.Definitivo, esito.Definitivo, nil},
		{"REQUEST_BUSINESS_NOK_003", all[:1], esito.Definitivo, esito.Definitivo, []string{"codiciFiscaliFamigliari"}},
		{"REQUEST_BUSINESS_NOK_004", all[:2], esito.Correggibile, esito.Correggibile, []string{"codiceUnivocoOfferta"}},
		{"REQUEST_BUSINESS_NOK_004", all[2:], esito.Correggibile, esito.Correggibile, nil},
		{"REQUEST_BUSINESS_NOK_005", all[:1], esito.Correggibile, esito.Correggibile, []string{"tecnologiaPrenotata"}},
		{"REQUEST_BUSINESS_NOK_005", all[1:2], esito.Correggibile, esito.Correggibile, []string{"tecnologiaAttivata"}},
		{"REQUEST_BUSINESS_NOK_006", all[:2], esito.Correggibile, esito.Correggibile, person},
		{"REQUEST_BUSINESS_NOK_006", all[2:], esito.Correggibile, esito.GiaFatto, person},
		{"REQUEST_BUSINESS_NOK_008", all, esito.Definitivo, esito.Definitivo, nil},
		{"REQUEST_BUSINESS_NOK_009", all[:1], esito.Correggibile, esito.Correggibile, []string{"dataDiNascita", "dataScadenzaDocumento"}},
		{"REQUEST_BUSINESS_NOK_009", all[1:2], esito.Correggibile, esito.Correggibile, []string{"dataAttivazione"}},
		{"REQUEST_BUSINESS_NOK_009", all[2:3], esito.Correggibile, esito.Correggibile, []string{"dataCessazione"}},
		{"REQUEST_BUSINESS_NOK_009", all[3:], esito.Correggibile, esito.Correggibile, nil},
		{"REQUEST_BUSINESS_NOK_010", all, esito.Assistenza, esito.Assistenza, nil},
		{"REQUEST_BUSINESS_NOK_011", all[:1], esito.Correggibile, esito.Correggibile, []string{"velocitaDownloadMbit"}},
		{"REQUEST_PROCESSING_NOK", all, esito.Riprovare, esito.Riprovare, nil},
		{"REQUEST_BUSINESS_NOK", all, esito.Definitivo, esito.Definitivo, nil},
		{"REQUEST_BUSINESS_NOK_012", all, esito.Definitivo, esito.Definitivo, nil},
		{"REQUEST_BUSINESS_NOK_02", all, esito.Definitivo, esito.Definitivo, nil},
	} {
		for _, op := range c.ops {
			for _, inDoubt := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %s doubt=%t", c.esito, op, inDoubt), func(t *testing.T) {
					want := c.class
					if inDoubt {
						want = c.inDoubt
					}
					status := 400
					if want == esito.OK {
						status = 200
					}
					v := Judge(op, Reply{HTTP: status, Esito: c.esito}, inDoubt, nil)
					if v.Class != want || !v.Esito || !slices.Equal(v.Fields, c.fields) {
						t.Errorf("%+v, want %s %q", v, want, c.fields)
					}
					doubtful := c.esito == esito.CodeProcessing
					if v.Ambiguous != doubtful || v.Outage != doubtful || v.Lock || v.Credentials {
						t.Errorf("%+v", v)
					}
					if v.OfferRefused != strings.HasSuffix(c.esito, "_004") {
						t.Errorf("offer refused %t", v.OfferRefused)
					}
					if v.Class != esito.OK && told(v, c.esito).Advice == "" {
						t.Error("no advice")
					}
				})
			}
		}
	}
}

// TestEsiti asserts that every code of Appendice A is explained and its columns exist.
func TestEsiti(t *testing.T) {
	seen := make(map[string]bool)
	for _, e := range esito.Esiti() {
		if seen[e.Code] || e.Text == "" || e.Class == "" || e.Meaning == "" || e.Acts == "" || e.MayGoAgain() == "" || e.Advice == "" && e.Class != esito.OK {
			t.Errorf("%+v", e)
		}
		seen[e.Code] = true
		for _, name := range e.Fields {
			if _, ok := mapping.FieldNamed(name); !ok {
				t.Errorf("%s names %q, which is no column", e.Code, name)
			}
		}
	}
	for n := 1; n <= 11; n++ {
		if code := fmt.Sprintf("REQUEST_BUSINESS_NOK_%03d", n); !seen[code] {
			t.Errorf("%s is missing", code)
		}
	}
	if len(seen) != 14 {
		t.Errorf("%d codes", len(seen))
	}
}

func TestJudgeLock(t *testing.T) {
	for _, text := range []string{
		"Stiamo gia' elaborando una richiesta per il codice fiscale specificato",
		"stiamo già elaborando una richiesta", "STIAMO GIÀ ELABORANDO", "Stiamo gia elaborando", "Stiamo gia’ elaborando",
		"Stiamo gia‘ elaborando", "Stiamo gia` elaborando", "Stiamo  gia'\n elaborando", "Stiamo gia\u0300 elaborando", "Stiamo gi\ufffd elaborando",
		"Errore: Stiamo gia' elaborando una richiesta: email",
	} {
		for _, inDoubt := range []bool{false, true} {
			v := Judge(prenotazione, Reply{HTTP: 400, Esito: esito.CodeValidation, Descrizione: text}, inDoubt, nil)
			if v.Class != esito.Riprovare || !v.Lock || v.Ambiguous || !v.Esito || v.Outage || len(v.Fields) > 0 {
				t.Errorf("%q: %+v", text, v)
			}
		}
	}
	for _, text := range []string{"Stiamo elaborando una richiesta", "giallo elaborando", "Parametri di input non conformi o mancanti: email"} {
		if v := Judge(prenotazione, Reply{HTTP: 400, Esito: esito.CodeValidation, Descrizione: text}, false, nil); v.Class != esito.Correggibile || v.Lock {
			t.Errorf("%q: %+v", text, v)
		}
	}
}

func TestJudgeValidation(t *testing.T) {
	const before = "Parametri di input non conformi o mancanti: "
	for _, c := range []struct {
		list   string
		class  esito.Class
		fields []string
		advice string
	}{
		{"email", esito.Correggibile, []string{"email"}, "Correggere e inviare di nuovo: Email."},
		{"email,via ; cap\ncivico\r\ntipo", esito.Correggibile, []string{"email", "via", "cap", "civico", "tipo"}, "Correggere e inviare di nuovo: Email, Via, CAP, Civico, Tipo indirizzo."},
		{"famiglia.codiceFiscale, indirizzoInstallazione.cap.", esito.Correggibile, []string{"codiceFiscale", "cap"}, "Correggere e inviare di nuovo: Codice fiscale, CAP."},
		{"/famiglia/nome; $.famiglia.cognome; 'sesso'; [\"tipologia\"]", esito.Correggibile, []string{"nome", "cognome", "sesso", "tipologia"}, ""},
		{"FAMIGLIA.DATADINASCITA", esito.Correggibile, []string{"dataDiNascita"}, ""},
		{"famiglia.codiciFiscaliFamigliari[0], famiglia/codiciFiscaliFamigliari/1", esito.Correggibile, []string{"codiciFiscaliFamigliari"}, "Correggere e inviare di nuovo: Codici fiscali dei familiari."},
		{"campoNuovo", esito.Correggibile, nil, "Correggere e inviare di nuovo: campoNuovo."},
		{"famiglia.campoNuovo, email", esito.Correggibile, []string{"email"}, "Correggere e inviare di nuovo: campoNuovo, Email."},
		{"", esito.Correggibile, nil, "Correggere le colonne indicate e inviare di nuovo la riga."},
		{" , ;. []", esito.Correggibile, nil, "Correggere le colonne indicate e inviare di nuovo la riga."},
		{"dataPrenotazione", esito.Configurazione, nil, ""},
		{"operatore.dataPrenotazione", esito.Configurazione, nil, ""},
		{"DataDisdetta", esito.Configurazione, nil, ""},
		{"partitaIvaOperatore", esito.Configurazione, nil, ""},
		{"operatore/owner", esito.Configurazione, nil, ""},
	} {
		v := Judge(prenotazione, Reply{HTTP: 400, Esito: esito.CodeValidation, Descrizione: before + c.list}, false, nil)
		if v.Class != c.class || !slices.Equal(v.Fields, c.fields) || !v.Esito {
			t.Errorf("%q: %+v, want %s %q", c.list, v, c.class, c.fields)
		}
		if advice := told(v, esito.CodeValidation).Advice; advice == "" || c.advice != "" && advice != c.advice {
			t.Errorf("%q: advice %q, want %q", c.list, advice, c.advice)
		}
	}
	if v := Judge(prenotazione, Reply{HTTP: 400, Esito: esito.CodeValidation, Descrizione: "email"}, false, nil); v.Class != esito.Correggibile || told(v, esito.CodeValidation).Advice == "" {
		t.Errorf("without a list: %+v", v)
	}
}

// told are the texts about a row that was refused with an esito, as the verdict says.
func told(v Verdict, answered string) journal.Row {
	row := journal.Row{State: journal.Rejected, Outcome: journal.Outcome{Esito: answered, Code: journal.Code(v.Code), Args: v.Args, Fields: v.Fields}}
	report.Words{Zone: time.UTC}.Tell(&row)
	return row
}

// TestJudgeDateOfTheProgram: what is wrong is a date that the row does not have (A1, A11).
func TestJudgeDateOfTheProgram(t *testing.T) {
	for op, option := range map[mapping.Operation]string{prenotazione: "send_data_prenotazione", disdetta: "send_data_disdetta"} {
		v := Judge(op, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_009"}, false, nil)
		if reason := told(v, esito.CodeDate).Reason; !strings.Contains(reason, option) {
			t.Errorf("%s: %q does not help", op, reason)
		}
	}
	if v := Judge(disdetta, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_009"}, false, nil); strings.Contains(told(v, esito.CodeDate).Advice, "date della riga") {
		t.Errorf("advice %q: a disdetta has none", told(v, esito.CodeDate).Advice)
	}
	if v := Judge(attivazione, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_009"}, false, nil); strings.Contains(told(v, esito.CodeDate).Reason, "send_data") {
		t.Errorf("reason %q", told(v, esito.CodeDate).Reason)
	}
}

// TestJudgeStates is the table of RULES.md 3.1. An enterprise's states are the same.
func TestJudgeStates(t *testing.T) {
	for _, c := range []struct {
		states                            []string
		attivazione, disdetta, cessazione esito.Class
	}{
		{[]string{"Inviata con esito positivo", "INVIATA", "Attesa controllo ISEE", " attesa  controllo isee", "In attesa controllo ISEE"}, esito.Attendere, esito.Attendere, esito.Ordine},
		{[]string{"Prenotazione sospesa", "Sospesa", "PRENOTAZIONE  SOSPESA"}, esito.Attendere, esito.Definitivo, esito.Ordine},
		{[]string{"Non prenotabile ISEE", "non prenotabile"}, esito.Definitivo, esito.GiaFatto, esito.Definitivo},
		{[]string{"Prenotata", "prenotato"}, esito.Assistenza, esito.Assistenza, esito.Ordine},
		{[]string{"Attivata", "Attivato", "ATTIVA"}, esito.GiaFatto, esito.Ordine, esito.Assistenza},
		{[]string{"Disdetta", "Annullata", "Scaduta", "disdettata"}, esito.Ordine, esito.GiaFatto, esito.Definitivo},
		{[]string{"Cessata", "Cessato"}, esito.Definitivo, esito.Definitivo, esito.GiaFatto},
		{[]string{"Rendicontata", "", "Riattivata", "Non attivata"}, esito.Definitivo, esito.Definitivo, esito.Definitivo},
	} {
		for _, state := range c.states {
			for op, want := range map[mapping.Operation]esito.Class{attivazione: c.attivazione, disdetta: c.disdetta, cessazione: c.cessazione, prenotazione: esito.Definitivo} {
				for _, quotes := range []string{"''", "‘’", `""`} {
					open, end := string([]rune(quotes)[0]), string([]rune(quotes)[1])
					text := "Per il beneficiario specificato è presente una richiesta in stato " + open + state + end + ". Tale stato non permette di proseguire con la richiesta corrente"
					for _, inDoubt := range []bool{false, true} {
						v := Judge(op, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_007", Descrizione: text}, inDoubt, nil)
						if v.Class != want || told(v, esito.CodeState).Advice == "" || !v.Esito || v.Ambiguous {
							t.Errorf("%s in state %s%s%s, doubt %t: %+v, want %s", op, open, state, end, inDoubt, v, want)
						}
					}
				}
			}
		}
	}
	// The advice names the service to use instead.
	for state, want := range map[string]string{"Prenotata": "disdetta", "Attesa controllo ISEE": "disdetta"} {
		if advice := esito.Refused(nil, cessazione, state).Advice.Text(); !strings.Contains(advice, "inviare una "+want) {
			t.Errorf("cessazione in state %s: %q", state, advice)
		}
	}
	if advice := esito.Refused(nil, disdetta, "Attivata").Advice.Text(); !strings.Contains(advice, "inviare una cessazione") {
		t.Errorf("disdetta in state Attivata: %q", advice)
	}
	if v := Judge(attivazione, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_007", Descrizione: "senza lo stato"}, false, nil); v.Class != esito.Definitivo {
		t.Errorf("without a state: %+v", v)
	}
}

// TestJudgeBroken covers exchanges that broke off (RULES.md 3.2, points 1 and 2).
func TestJudgeBroken(t *testing.T) {
	reset := &url.Error{Op: "Post", URL: "https://example.it/secret", Err: &net.OpError{Op: "read", Err: errors.New("connection reset")}}
	for _, c := range []struct {
		reply     Reply
		ambiguous bool
	}{
		{Reply{Err: reset}, false},
		{Reply{Err: reset, Written: true}, true},
		{Reply{Err: reset, Written: true, HTTP: 200}, true},
		{Reply{Err: reset, Written: true, HTTP: 200, Esito: "OK"}, true},
		{Reply{Err: reset, Written: true, HTTP: 401}, true},
	} {
		for _, inDoubt := range []bool{false, true} {
			got := Judge(attivazione, c.reply, inDoubt, nil)
			code := esito.BasisNotReached
			if c.ambiguous {
				code = esito.BasisNoAnswer
			}
			want := Verdict{Class: esito.Riprovare, Ambiguous: c.ambiguous, Outage: true, Code: code, Args: []string{"connection reset"}}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%+v: %+v", c.reply, got)
			}
			if reason := told(got, "").Reason; !strings.HasSuffix(reason, ": connection reset") || strings.Contains(reason, "example.it") {
				t.Errorf("reason %q", reason)
			}
		}
	}
}
