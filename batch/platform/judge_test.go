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

	"voucherbul/mapping"
)

const (
	prenotazione = mapping.OperationPrenotazione
	attivazione  = mapping.OperationAttivazione
	cessazione   = mapping.OperationCessazione
	disdetta     = mapping.OperationDisdetta
)

// TestJudgeEsiti is the table of rules.md 3: every esito, for every operation, in doubt and not. NOK_007 and
// the lists of REQUEST_VALIDATION_NOK have their own tests.
func TestJudgeEsiti(t *testing.T) {
	person := []string{"codiceFiscale", "partitaIva"}
	all := mapping.Operations()
	for _, c := range []struct {
		esito   string
		ops     []mapping.Operation
		class   Class
		inDoubt Class
		fields  []string
	}{
		{"OK", all, OK, OK, nil},
		{"REQUEST_VALIDATION_NOK", all, Correggibile, Correggibile, nil},
		{"REQUEST_BUSINESS_NOK_001", all[:1], Correggibile, Correggibile, []string{"codiceIstatComune"}},
		{"REQUEST_BUSINESS_NOK_002", all[:1], Definitivo, GiaFatto, nil},
		{"REQUEST_BUSINESS_NOK_002", all[1:], Definitivo, Definitivo, nil},
		{"REQUEST_BUSINESS_NOK_003", all[:1], Definitivo, Definitivo, []string{"codiciFiscaliFamigliari"}},
		{"REQUEST_BUSINESS_NOK_004", all[:2], Correggibile, Correggibile, []string{"codiceUnivocoOfferta"}},
		{"REQUEST_BUSINESS_NOK_004", all[2:], Correggibile, Correggibile, nil},
		{"REQUEST_BUSINESS_NOK_005", all[:1], Correggibile, Correggibile, []string{"tecnologiaPrenotata"}},
		{"REQUEST_BUSINESS_NOK_005", all[1:2], Correggibile, Correggibile, []string{"tecnologiaAttivata"}},
		{"REQUEST_BUSINESS_NOK_006", all[:2], Correggibile, Correggibile, person},
		{"REQUEST_BUSINESS_NOK_006", all[2:], Correggibile, GiaFatto, person},
		{"REQUEST_BUSINESS_NOK_008", all, Definitivo, Definitivo, nil},
		{"REQUEST_BUSINESS_NOK_009", all[:1], Correggibile, Correggibile, []string{"dataDiNascita", "dataScadenzaDocumento"}},
		{"REQUEST_BUSINESS_NOK_009", all[1:2], Correggibile, Correggibile, []string{"dataAttivazione"}},
		{"REQUEST_BUSINESS_NOK_009", all[2:3], Correggibile, Correggibile, []string{"dataCessazione"}},
		{"REQUEST_BUSINESS_NOK_009", all[3:], Correggibile, Correggibile, nil},
		{"REQUEST_BUSINESS_NOK_010", all, Assistenza, Assistenza, nil},
		{"REQUEST_BUSINESS_NOK_011", all[:1], Correggibile, Correggibile, []string{"velocitaDownloadMbit"}},
		{"REQUEST_PROCESSING_NOK", all, Riprovare, Riprovare, nil},
		{"REQUEST_BUSINESS_NOK", all, Definitivo, Definitivo, nil},
		{"REQUEST_BUSINESS_NOK_012", all, Definitivo, Definitivo, nil},
		{"REQUEST_BUSINESS_NOK_02", all, Definitivo, Definitivo, nil},
	} {
		for _, op := range c.ops {
			for _, inDoubt := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %s doubt=%t", c.esito, op, inDoubt), func(t *testing.T) {
					want := c.class
					if inDoubt {
						want = c.inDoubt
					}
					status := 400
					if want == OK {
						status = 200
					}
					v := Judge(op, Reply{HTTP: status, Esito: c.esito}, inDoubt)
					if v.Class != want || !v.Esito || !slices.Equal(v.Fields, c.fields) {
						t.Errorf("%+v, want %s %q", v, want, c.fields)
					}
					doubtful := c.esito == esitoProcessing
					if v.Ambiguous != doubtful || v.Outage != doubtful || v.Lock || v.Credentials {
						t.Errorf("%+v", v)
					}
					if v.OfferRefused != strings.HasSuffix(c.esito, "_004") {
						t.Errorf("offer refused %t", v.OfferRefused)
					}
					if v.Class != OK && v.Advice == "" {
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
	for _, e := range Esiti() {
		if seen[e.Code] || e.Text == "" || e.Class == "" || e.Meaning == "" || e.Acts == "" || e.MayGoAgain() == "" || e.Advice == "" && e.Class != OK {
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
			v := Judge(prenotazione, Reply{HTTP: 400, Esito: esitoValidation, Descrizione: text}, inDoubt)
			if v.Class != Riprovare || !v.Lock || v.Ambiguous || !v.Esito || v.Outage || len(v.Fields) > 0 {
				t.Errorf("%q: %+v", text, v)
			}
		}
	}
	for _, text := range []string{"Stiamo elaborando una richiesta", "giallo elaborando", "Parametri di input non conformi o mancanti: email"} {
		if v := Judge(prenotazione, Reply{HTTP: 400, Esito: esitoValidation, Descrizione: text}, false); v.Class != Correggibile || v.Lock {
			t.Errorf("%q: %+v", text, v)
		}
	}
}

func TestJudgeValidation(t *testing.T) {
	const before = "Parametri di input non conformi o mancanti: "
	for _, c := range []struct {
		list   string
		class  Class
		fields []string
		advice string
	}{
		{"email", Correggibile, []string{"email"}, "Correggere e inviare di nuovo: Email."},
		{"email,via ; cap\ncivico\r\ntipo", Correggibile, []string{"email", "via", "cap", "civico", "tipo"}, "Correggere e inviare di nuovo: Email, Via, CAP, Civico, Tipo indirizzo."},
		{"famiglia.codiceFiscale, indirizzoInstallazione.cap.", Correggibile, []string{"codiceFiscale", "cap"}, "Correggere e inviare di nuovo: Codice fiscale, CAP."},
		{"/famiglia/nome; $.famiglia.cognome; 'sesso'; [\"tipologia\"]", Correggibile, []string{"nome", "cognome", "sesso", "tipologia"}, ""},
		{"FAMIGLIA.DATADINASCITA", Correggibile, []string{"dataDiNascita"}, ""},
		{"famiglia.codiciFiscaliFamigliari[0], famiglia/codiciFiscaliFamigliari/1", Correggibile, []string{"codiciFiscaliFamigliari"}, "Correggere e inviare di nuovo: Codici fiscali dei familiari."},
		{"campoNuovo", Correggibile, nil, "Correggere e inviare di nuovo: campoNuovo."},
		{"famiglia.campoNuovo, email", Correggibile, []string{"email"}, "Correggere e inviare di nuovo: campoNuovo, Email."},
		{"", Correggibile, nil, "Correggere le colonne indicate e inviare di nuovo la riga."},
		{" , ;. []", Correggibile, nil, "Correggere le colonne indicate e inviare di nuovo la riga."},
		{"dataPrenotazione", Configurazione, nil, ""},
		{"operatore.dataPrenotazione", Configurazione, nil, ""},
		{"DataDisdetta", Configurazione, nil, ""},
		{"partitaIvaOperatore", Configurazione, nil, ""},
		{"operatore/owner", Configurazione, nil, ""},
	} {
		v := Judge(prenotazione, Reply{HTTP: 400, Esito: esitoValidation, Descrizione: before + c.list}, false)
		if v.Class != c.class || !slices.Equal(v.Fields, c.fields) || !v.Esito {
			t.Errorf("%q: %+v, want %s %q", c.list, v, c.class, c.fields)
		}
		if v.Advice == "" || c.advice != "" && v.Advice != c.advice {
			t.Errorf("%q: advice %q, want %q", c.list, v.Advice, c.advice)
		}
	}
	if v := Judge(prenotazione, Reply{HTTP: 400, Esito: esitoValidation, Descrizione: "email"}, false); v.Class != Correggibile || v.Advice == "" {
		t.Errorf("without a list: %+v", v)
	}
}

// TestJudgeDateOfTheProgram: what is wrong is a date that the row does not have (A1, A11).
func TestJudgeDateOfTheProgram(t *testing.T) {
	for op, option := range map[mapping.Operation]string{prenotazione: "send_data_prenotazione", disdetta: "send_data_disdetta"} {
		v := Judge(op, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_009"}, false)
		if !strings.Contains(v.Reason, option) {
			t.Errorf("%s: %q does not help", op, v.Reason)
		}
	}
	if v := Judge(disdetta, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_009"}, false); strings.Contains(v.Advice, "date della riga") {
		t.Errorf("advice %q: a disdetta has none", v.Advice)
	}
	if v := Judge(attivazione, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_009"}, false); strings.Contains(v.Reason, "send_data") {
		t.Errorf("reason %q", v.Reason)
	}
}

// TestJudgeStates is the table of rules.md 3.1. An enterprise's states are the same.
func TestJudgeStates(t *testing.T) {
	for _, c := range []struct {
		states                            []string
		attivazione, disdetta, cessazione Class
	}{
		{[]string{"Inviata con esito positivo", "INVIATA", "Attesa controllo ISEE", " attesa  controllo isee", "In attesa controllo ISEE"}, Attendere, Attendere, Ordine},
		{[]string{"Prenotazione sospesa", "Sospesa", "PRENOTAZIONE  SOSPESA"}, Attendere, Definitivo, Ordine},
		{[]string{"Non prenotabile ISEE", "non prenotabile"}, Definitivo, GiaFatto, Definitivo},
		{[]string{"Prenotata", "prenotato"}, Assistenza, Assistenza, Ordine},
		{[]string{"Attivata", "Attivato", "ATTIVA"}, GiaFatto, Ordine, Assistenza},
		{[]string{"Disdetta", "Annullata", "Scaduta", "disdettata"}, Ordine, GiaFatto, Definitivo},
		{[]string{"Cessata", "Cessato"}, Definitivo, Definitivo, GiaFatto},
		{[]string{"Rendicontata", "", "Riattivata", "Non attivata"}, Definitivo, Definitivo, Definitivo},
	} {
		for _, state := range c.states {
			for op, want := range map[mapping.Operation]Class{attivazione: c.attivazione, disdetta: c.disdetta, cessazione: c.cessazione, prenotazione: Definitivo} {
				for _, quotes := range []string{"''", "‘’", `""`} {
					open, end := string([]rune(quotes)[0]), string([]rune(quotes)[1])
					text := "Per il beneficiario specificato è presente una richiesta in stato " + open + state + end + ". Tale stato non permette di proseguire con la richiesta corrente"
					for _, inDoubt := range []bool{false, true} {
						v := Judge(op, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_007", Descrizione: text}, inDoubt)
						if v.Class != want || v.Advice == "" || !v.Esito || v.Ambiguous {
							t.Errorf("%s in state %s%s%s, doubt %t: %+v, want %s", op, open, state, end, inDoubt, v, want)
						}
					}
				}
			}
		}
	}
	// The advice names the service to use instead.
	for state, want := range map[string]string{"Prenotata": "disdetta", "Attesa controllo ISEE": "disdetta"} {
		if advice := judgeState(cessazione, state).Advice; !strings.Contains(advice, "inviare una "+want) {
			t.Errorf("cessazione in state %s: %q", state, advice)
		}
	}
	if advice := judgeState(disdetta, "Attivata").Advice; !strings.Contains(advice, "inviare una cessazione") {
		t.Errorf("disdetta in state Attivata: %q", advice)
	}
	if v := Judge(attivazione, Reply{HTTP: 400, Esito: "REQUEST_BUSINESS_NOK_007", Descrizione: "senza lo stato"}, false); v.Class != Definitivo {
		t.Errorf("without a state: %+v", v)
	}
}

// TestJudgeBroken covers exchanges that broke off (rules.md 3.2, points 1 and 2).
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
			got := Judge(attivazione, c.reply, inDoubt)
			want := Verdict{Class: Riprovare, Ambiguous: c.ambiguous, Outage: true, Reason: got.Reason}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%+v: %+v", c.reply, got)
			}
			if !strings.HasSuffix(got.Reason, ": connection reset") || strings.Contains(got.Reason, "example.it") {
				t.Errorf("reason %q", got.Reason)
			}
		}
	}
}
