package simulator

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// faultCase is a fault, what the client sees of it and whether the booking was
// made.
type faultCase struct {
	fault   string
	http    int    // 0: the connection is reset
	holds   string // part of the body
	applied bool
}

// faultCases has every kind.
var faultCases = []faultCase{
	{"delay; delay=2s", 200, `"esito":"OK"`, true},
	{"reset-before", 0, "", false},
	{"reset-after", 0, "", true},
	{"rate-limit; retry_after=7", 429, "Rate limit is exceeded. Try again in 7 seconds.", false},
	{"unauthorized", 401, noToken, false},
	{"revoke", 401, noToken, false},
	{"quota; retry_after=3661", 403, "Out of call volume quota. Quota will be replenished in 01:01:01.", false},
	{"forbidden", 403, `{"statusCode":403,"message":"Forbidden"}`, false},
	{"not-found", 404, `{"statusCode":404,"message":"Resource not found"}`, false},
	{"internal-error", 500, `{"statusCode":500,"message":"Internal server error","activityId":"`, false},
	{"processing", 500, `"esito":"REQUEST_PROCESSING_NOK","descrizione":"Internal Error"`, false},
	{"processing-applied", 500, `"esito":"REQUEST_PROCESSING_NOK","descrizione":"Internal Error"`, true},
	{"bad-gateway", 502, "<html>", false},
	{"bad-gateway-applied", 502, "<html>", true},
	{"gateway-timeout", 504, "<html>", false},
	{"gateway-timeout; applied=true", 504, "<html>", true},
	{"unavailable", 503, "Service Unavailable", false},
	{"half-body", 200, `{"partitaIvaOperatore"`, true},
	{"wrong-json", 200, "Richiesta registrata", true},
	{"lock", 400, "Stiamo gia' elaborando una richiesta per il codice fiscale specificato", false},
	{"slow-apply; delay=1h", 504, "<html>", false},
	{"esito; esito=REQUEST_BUSINESS_NOK_002", 400, "Esistono Prenotazioni/Attivazioni in corso per il cliente", false},
	{"esito; esito=REQUEST_BUSINESS_NOK_099; descrizione=Nuovo", 400, `"REQUEST_BUSINESS_NOK_099","descrizione":"Nuovo"`, false},
	{"esito; esito=OK; http=500", 500, `"esito":"OK"`, false},
	{"no-esito", 200, `"faseOperativa":"Inviata con esito positivo"`, true},
	{"upper-keys", 200, `"ESITO":"OK"`, true},
}

func TestEveryFaultOverTransport(t *testing.T) {
	for _, test := range faultCases {
		t.Run(test.fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := playAt(t, still(), time.Now)
				checkFault(t, p, test.fault, test.http, test.holds, test.applied)
			})
		})
	}
}

// checkFault books with a fault and looks at the answer, the vouchers and the
// ledger.
func checkFault(t *testing.T, p *player, fault string, status int, holds string, applied bool) {
	t.Helper()
	kind, _, _ := strings.Cut(fault, ";")
	answer := p.sendFault(Prenotazione, body(Prenotazione, mario, time.Now()), fault)
	switch {
	case status == 0 && !errors.Is(answer.err, syscall.ECONNRESET):
		t.Errorf("err = %v, want ECONNRESET", answer.err)
	case kind == string(KindHalfBody) && !errors.Is(answer.err, io.ErrUnexpectedEOF):
		t.Errorf("err = %v, want ErrUnexpectedEOF", answer.err)
	case status != 0 && kind != string(KindHalfBody) && answer.err != nil:
		t.Error(answer.err)
	}
	if answer.HTTP != status || !strings.Contains(answer.body, holds) {
		t.Errorf("answered %d %s, want %d with %s", answer.HTTP, answer.body, status, holds)
	}
	if got := p.stato(mario) != ""; got != applied {
		t.Errorf("voucher there: %v, want %v", got, applied)
	}
	entries := p.Ledger()
	entry := entries[len(entries)-1]
	if entry.Fault != Kind(kind) || entry.HTTP != status || entry.Applied != applied || entry.Beneficiario != mario {
		t.Errorf("ledger says %+v", entry)
	}
}

func TestEveryKindHasACase(t *testing.T) {
	for _, kind := range Kinds() {
		if !slices.ContainsFunc(faultCases, func(c faultCase) bool {
			return strings.HasPrefix(c.fault+";", string(kind)+";")
		}) {
			t.Errorf("no case for %s", kind)
		}
	}
}

func TestNoEsitoHasNone(t *testing.T) {
	p, _ := play(t, still())
	answer := p.sendFault(Prenotazione, body(Prenotazione, mario, noon), "no-esito")
	if strings.Contains(strings.ToLower(answer.body), "esito\"") {
		t.Error(answer.body)
	}
}

func TestRevokeKillsTheTokenAndUnauthorizedDoesNot(t *testing.T) {
	p, _ := play(t, still())
	p.sendFault(Isee, "", "unauthorized")
	if answer := p.send(Isee, ""); answer.HTTP != 204 {
		t.Fatalf("after unauthorized: %d", answer.HTTP)
	}
	p.sendFault(Isee, "", "revoke")
	if answer := p.send(Isee, ""); answer.HTTP != 401 {
		t.Fatalf("after revoke: %d", answer.HTTP)
	}
	p.login()
	if answer := p.send(Isee, ""); answer.HTTP != 204 {
		t.Fatalf("with a new token: %d", answer.HTTP)
	}
}

func TestRetryAfterHeader(t *testing.T) {
	p, _ := play(t, still())
	for fault, want := range map[string]map[string]string{
		"rate-limit; retry_after=7":                                {"Retry-After": "7"},
		"rate-limit; retry_after=7; retry_after_header=X-Rate-Min": {"Retry-After": "", "X-Rate-Min": "7"},
		"rate-limit; retry_after=7; retry_after_header=-":          {"Retry-After": "", "-": ""},
		"quota; retry_after=90":                                    {"Retry-After": "90"},
	} {
		answer := p.sendFault(Isee, "", fault)
		for name, value := range want {
			if got := answer.header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", fault, name, got, value)
			}
		}
	}
}

// The decision is a pure function: rules, counts, request.
func TestChooseFault(t *testing.T) {
	tests := map[string]struct {
		rule FaultRule
		want string // one letter per request; x: met the fault
	}{
		"always":          {FaultRule{}, "xxxxxx"},
		"nth":             {FaultRule{Nth: []int{1, 3}}, "x.x..."},
		"every":           {FaultRule{Every: 2}, ".x.x.x"},
		"times":           {FaultRule{Times: 2}, "xx...."},
		"every and times": {FaultRule{Every: 2, Times: 4}, ".x.x.."},
		"service":         {FaultRule{Service: Disdetta}, "......"},
		"exact":           {FaultRule{Beneficiario: mario, Nth: []int{2}}, "..x..."},
		"not a prefix":    {FaultRule{Beneficiario: "RSSMRA"}, "......"},
		"prefix":          {FaultRule{Beneficiario: "RSSMRA*"}, "x.x.x."},
		"per beneficiary": {FaultRule{PerBeneficiario: true, Nth: []int{1}}, "xx...."},
		"offer":           {FaultRule{Offerta: "OPE040-FAM1"}, "xxxxxx"},
		"other offer":     {FaultRule{Offerta: "OPE041"}, "......"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.rule.Kind = KindLock
			counts, met := map[counterKey]int{}, ""
			for i := range 6 {
				req := request{service: Prenotazione, offerta: "OPE040-FAM1-FTTH", beneficiario: []string{mario, anna}[i%2]}
				fault, advanced := chooseFault([]FaultRule{test.rule}, counts, req)
				for _, key := range advanced {
					counts[key]++
				}
				if fault.Kind == KindLock {
					met += "x"
				} else {
					met += "."
				}
			}
			if met != test.want {
				t.Errorf("met %s, want %s", met, test.want)
			}
		})
	}
}

func TestTheFirstRuleThatFiresWins(t *testing.T) {
	rules := []FaultRule{
		{Service: Isee, Nth: []int{1}, Fault: Fault{Kind: KindLock}},
		{Nth: []int{2, 3}, Fault: Fault{Kind: KindForbidden}},
	}
	p, _ := play(t, World{Faults: rules, Timers: still().Timers})
	// The token was the second rule's first request: a rule without a service
	// counts it. Its second met the first rule and counts all the same.
	want := []int{400, 403, 204}
	for i, status := range want {
		if answer := p.send(Isee, ""); answer.HTTP != status {
			t.Errorf("request %d: %d, want %d", i, answer.HTTP, status)
		}
	}
}

func TestEsitoDefaultTexts(t *testing.T) {
	p, _ := play(t, still())
	for number, want := range map[int]string{
		1:  "Nessun comune trovato avente codice ISTAT 058091",
		3:  "Esistono Prenotazioni/Attivazioni attive per i seguenti componenti del nucleo famigliare: []",
		7:  "Per il beneficiario specificato è presente una richiesta in stato 'Attesa controllo ISEE'. Tale stato non permette di proseguire con la richiesta corrente",
		10: "Riscontrata anomalia: per lo stesso beneficiario sono presenti più richieste attive.",
	} {
		esito := "REQUEST_BUSINESS_NOK_0" + strconv.Itoa(number)
		if number < 10 {
			esito = "REQUEST_BUSINESS_NOK_00" + strconv.Itoa(number)
		}
		answer := p.sendFault(Prenotazione, body(Prenotazione, mario, noon), "esito; esito="+esito)
		if answer.Descrizione != want || answer.Esito != esito {
			t.Errorf("%s %q, want %s %q", answer.Esito, answer.Descrizione, esito, want)
		}
	}
}
