package batch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// Package mapping and the simulator read the specification each for itself. These tests hold the two readings
// against each other: over HTTP, for they share nothing else.

// contractOperator is who the simulated platform knows.
const contractOperator = "12345678903"

// desk is a platform in process, with a client that is let in.
type desk struct {
	client  http.Client
	at      map[mapping.Operation]string
	token   string
	key     string
	mapper  mapping.Mapper
	noDates bool // the platform of version 6.0, which sets two of the dates itself (RULES.md A1)
}

func openDesk(t testing.TB, dates simulator.DateFields) *desk {
	t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, rome)
	sim, err := simulator.New(simulator.Options{Now: func() time.Time { return now }, World: simulator.World{Operator: contractOperator,
		DateFields: dates, Timers: simulator.Timers{Inviata: -1, Isee: -1, Scadenza: -1}}})
	if err != nil {
		t.Fatal(err)
	}
	at, known := simulator.EndpointsAt("http://simulator.invalid"), sim.World().Credentials
	d := &desk{client: http.Client{Transport: sim.Transport()}, key: known.SubscriptionKey, noDates: dates == simulator.DatesRejected,
		mapper: mapping.Mapper{Operator: contractOperator, Now: now},
		at: map[mapping.Operation]string{mapping.OperationPrenotazione: at.Prenotazione, mapping.OperationAttivazione: at.Attivazione,
			mapping.OperationCessazione: at.Cessazione, mapping.OperationDisdetta: at.Disdetta}}
	answer, err := d.client.PostForm(at.Token, url.Values{"grant_type": {"client_credentials"}, "client_id": {known.ClientID},
		"client_secret": {known.ClientSecret}, "scope": {known.Scope}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var pass struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&pass); err != nil || pass.Token == "" {
		t.Fatalf("no token: %v", err)
	}
	d.token = pass.Token
	return d
}

// refused sends a body and tells which fields the platform finds wrong in it; none where it has got as far as
// its business checks.
func (d *desk) refused(t failer, op mapping.Operation, body []byte) []string {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.at[op], bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Ocp-Apim-Subscription-Key", d.key)
	r.Header.Set("x-source", "external")
	r.Header.Set("Content-Type", "application/json")
	answer, err := d.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Esito, Descrizione string }
	if err := json.Unmarshal(text, &said); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if said.Esito == "OK" || strings.HasPrefix(said.Esito, "REQUEST_BUSINESS_NOK_") {
		return nil
	}
	found, list, _ := strings.Cut(said.Descrizione, "Parametri di input non conformi o mancanti: ")
	if said.Esito != "REQUEST_VALIDATION_NOK" || found != "" || list == "" {
		t.Fatalf("neither a business answer nor a list of fields: %s", text)
	}
	return strings.Split(list, ", ")
}

// failer is what the checks below need of *testing.T and *rapid.T.
type failer interface {
	Context() context.Context
	Fatal(...any)
	Fatalf(string, ...any)
}

// stamp draws what a request gets when it leaves.
func (d *desk) stamp(t *rapid.T) mapping.Stamp {
	return mapping.Stamp{At: d.mapper.Now, DataPrenotazione: !d.noDates, DataDisdetta: !d.noDates,
		Owner:     rapid.SampledFrom([]string{"", "batch-voucher", strings.Repeat("è", 100)}).Draw(t, "owner"),
		DateTimes: rapid.SampledFrom([]mapping.DateTimes{mapping.WithOffset, mapping.InUTC, mapping.WithoutTZ}).Draw(t, "date times")}
}

// bodyOf is what would be sent of a request.
func bodyOf(t failer, r mapping.Request, s mapping.Stamp) []byte {
	canonical, err := mapping.Canonical(r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	body, err := mapping.Body(r.Operation(), canonical, s)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return body
}

// eachPair runs a test for the eight pairs of operation and kind.
func eachPair(t *testing.T, test func(t *testing.T, op mapping.Operation, kind mapping.Kind)) {
	for _, op := range mapping.Operations() {
		for _, kind := range []mapping.Kind{mapping.Famiglia, mapping.Impresa} {
			t.Run(fmt.Sprintf("%s %s", op, kind), func(t *testing.T) { test(t, op, kind) })
		}
	}
}

// TestContractTakesOurRequests: what passes our checks passes those of the platform, under both readings of A1.
func TestContractTakesOurRequests(t *testing.T) {
	for _, dates := range []simulator.DateFields{simulator.DatesRequired, simulator.DatesRejected} {
		eachPair(t, func(t *testing.T, op mapping.Operation, kind mapping.Kind) {
			d := openDesk(t, dates)
			rapid.Check(t, func(t *rapid.T) {
				o := rightOrder(op, kind).Draw(t, "order")
				got := d.mapper.Map(o)
				if got.Blocked() {
					t.Fatalf("a right order is not sent: %v", got.Problems)
				}
				body := bodyOf(t, got.Request, d.stamp(t))
				if fields := d.refused(t, op, body); fields != nil {
					t.Fatalf("the platform refuses %q of %s", fields, body)
				}
			})
		})
	}
}

// TestContractRefusesWhatWeRefuse: a value that our checks keep back for its form is refused by the platform too,
// under the name of the field, unless [stricter] says why not.
func TestContractRefusesWhatWeRefuse(t *testing.T) {
	eachPair(t, func(t *testing.T, op mapping.Operation, kind mapping.Kind) {
		d := openDesk(t, simulator.DatesRequired)
		fields := slices.DeleteFunc(mapping.Fields(), func(f mapping.Field) bool { return !f.Used().Has(op, kind) || f.Name == "operazione" })
		rapid.Check(t, func(t *rapid.T) {
			o := rightOrder(op, kind).Draw(t, "order")
			right := d.mapper.Map(o)
			if right.Blocked() {
				t.Fatalf("a right order is not sent: %v", right.Problems)
			}
			stamp := d.stamp(t)
			body := bodyOf(t, right.Request, stamp)
			for _, f := range fields {
				text := brokenText(f.Name, f.In(o)).Draw(t, f.Name)
				broken := *o
				f.Set(&broken, text)
				missing := strings.TrimSpace(text) == ""
				got := d.mapper.Map(&broken)
				if !got.Blocked() { // it is right, or was repaired
					if missing && f.Required.Has(op, kind) {
						t.Fatalf("%s is missing and goes out", f.Name)
					}
					if there := d.refused(t, op, bodyOf(t, got.Request, stamp)); there != nil {
						t.Fatalf("%s %q: we send it, the platform refuses %q", f.Name, text, there)
					}
					continue
				}
				if !blocks(got, f.Name) && !(missing && blocks(got, "codiceFiscale")) { // without a beneficiary that is where it is missed
					continue // the field is right, but does not agree with another one
				}
				there := d.refused(t, op, spoiled(t, op, kind, body, f.Name, text))
				alone := f.Name == "numeroComponentiNucleoFamigliare" && o.CodiciFiscaliFamigliari == ""
				if !slices.Contains(there, f.Name) && (why(f.Name, text) == "" || alone) {
					t.Fatalf("%s %q: we refuse it, the platform says %q", f.Name, text, there)
				}
			}
		})
	})
}

// TestContractDifferences: every difference is one, with the examples that it names. One that has gone must be
// taken off the list.
func TestContractDifferences(t *testing.T) {
	d := openDesk(t, simulator.DatesRequired)
	for _, s := range stricter {
		for _, example := range s.examples {
			field, text, _ := strings.Cut(example, "=")
			t.Run(s.reason+"/"+example, func(t *testing.T) {
				f, ok := mapping.FieldNamed(field)
				if !ok || why(field, text) != s.reason {
					t.Fatalf("%s %q is explained by %q", field, text, why(field, text))
				}
				op, kind := pairOf(f)
				for seed := range 5 {
					o := rightOrder(op, kind).Filter(func(o *mapping.Order) bool {
						return field != "numeroComponentiNucleoFamigliare" || o.CodiciFiscaliFamigliari != ""
					}).Example(seed)
					body := bodyOf(t, d.mapper.Map(o).Request, mapping.Stamp{At: d.mapper.Now, DataPrenotazione: true, DataDisdetta: true})
					f.Set(o, text)
					if !blocks(d.mapper.Map(o), field) {
						t.Fatalf("we send %s %q", field, text)
					}
					if there := d.refused(t, op, spoiled(t, op, kind, body, field, text)); there != nil {
						t.Fatalf("the platform refuses %q too", there)
					}
				}
			})
		}
	}
}

// pairOf is an operation and a kind that the field is part of.
func pairOf(f mapping.Field) (mapping.Operation, mapping.Kind) {
	for _, op := range mapping.Operations() {
		for _, kind := range []mapping.Kind{mapping.Famiglia, mapping.Impresa} {
			if f.Used().Has(op, kind) {
				return op, kind
			}
		}
	}
	return "", ""
}

// blocks reports whether a row is kept back because of a field.
func blocks(m mapping.Mapped, field string) bool {
	return m.Blocked() && slices.ContainsFunc(m.Problems, func(p mapping.Problem) bool {
		return p.Field == field && p.Severity == mapping.Blocks && p.Expected != "" && p.Remedy != ""
	})
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$`)

// spoiled is a body in which one field holds a raw text, or is missing where the text is blank: an empty optional
// field is left out (RULES.md A29).
func spoiled(t failer, op mapping.Operation, kind mapping.Kind, body []byte, field, text string) []byte {
	var root map[string]any
	if err := json.Unmarshal(body, &root); err != nil {
		t.Fatal(err)
	}
	object := root
	if op == mapping.OperationPrenotazione {
		for _, name := range []string{"operatore", string(kind), "indirizzoInstallazione"} {
			if slices.Contains(members[name], field) {
				object = root[name].(map[string]any)
			}
		}
	}
	switch {
	case strings.TrimSpace(text) == "":
		delete(object, field)
	case field == "codiciFiscaliFamigliari":
		object[field] = strings.Split(text, ";")
	case (field == "velocitaDownloadMbit" || field == "numeroComponentiNucleoFamigliare") && jsonNumber.MatchString(text):
		object[field] = json.Number(text)
	default:
		object[field] = text
	}
	out, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// members are the fields of the objects inside a prenotazione (RULES.md 2.3-2.6).
var members = map[string][]string{
	"operatore": {"partitaIvaOperatore", "codiceUnivocoOfferta", "tecnologiaPrenotata"},
	"famiglia": {"codiceFiscale", "cognome", "nome", "sesso", "dataDiNascita", "luogoDiNascita", "numeroComponentiNucleoFamigliare",
		"codiciFiscaliFamigliari", "tipologia"},
	"impresa":                {"partitaIva", "ragioneSociale", "codiceAteco", "tipologia"},
	"indirizzoInstallazione": {"via", "civico", "cap", "palazzina", "scala", "piano", "interno", "codiceIstatComune", "tipo"},
}
