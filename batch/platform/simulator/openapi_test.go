package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func document(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDocumentIsValid(t *testing.T) {
	if err := document(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

// Users keep the document: its paths must be those the simulator serves.
func TestDocumentHasThePaths(t *testing.T) {
	doc := document(t)
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if got := route(method, path); string(got) != operation.OperationID {
				t.Errorf("%s %s is routed to %q, the document says %q", method, path, got, operation.OperationID)
			}
		}
	}
	if doc.Paths.Len() != 5 {
		t.Errorf("%d paths", doc.Paths.Len())
	}
}

// What the simulator answers keeps to the document's response schemas.
func TestAnswersKeepToTheDocument(t *testing.T) {
	p, _ := play(t, still())
	schemas := document(t).Components.Schemas
	for name, exchange := range map[string]struct {
		schema string
		answer got
	}{
		"accepted": {"Risposta", p.send(Prenotazione, body(Prenotazione, mario, noon))},
		"refused":  {"Risposta", p.send(Prenotazione, body(Prenotazione, mario, noon))},
		"invalid":  {"Risposta", p.send(Prenotazione, "{}")},
		"failed":   {"Risposta", p.sendFault(Prenotazione, body(Prenotazione, anna, noon), "processing")},
		"list":     {"ElencoVoucher", p.send(Isee, "")},
		"gateway":  {"ErroreGateway", p.sendFault(Isee, "", "internal-error")},
	} {
		var value any
		if err := json.Unmarshal([]byte(exchange.answer.body), &value); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schemas[exchange.schema].Value.VisitJSON(value, p.schemas.options...); err != nil {
			t.Errorf("%s: %v in %s", name, err, exchange.answer.body)
		}
	}
}

// The members come in the order of the specification, and the two dates are
// Italian local time with milliseconds.
func TestAnswerIsLetterForLetter(t *testing.T) {
	p, _ := play(t, still())
	want := `{"partitaIvaOperatore":"12345678903","dataOperazione":"2021-10-01T12:00:00.000",` +
		`"dataResponse":"2021-10-01T12:00:00.000","faseOperativa":"Inviata con esito positivo","esito":"OK",` +
		`"descrizione":"Richiesta presa in carico. In attesa dei controlli ISEE."}`
	answer := p.send(Prenotazione, body(Prenotazione, mario, noon))
	if answer.body != want || answer.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("answered\n%s\nwant\n%s", answer.body, want)
	}
}

func TestOpenAPIIsACopy(t *testing.T) {
	OpenAPI()[0] = 'X'
	if bytes.HasPrefix(OpenAPI(), []byte("X")) {
		t.Error("a caller can change the document")
	}
	if http.DetectContentType(OpenAPI()) != "text/plain; charset=utf-8" {
		t.Error("the document is not UTF-8 text")
	}
}
