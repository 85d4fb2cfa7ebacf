package platform

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

const oneVoucher = `{"PARTITA_IVA_OPERATORE":"12345678900","CODICE_FISCALE_BENEFICIARIO":"RSSMRA85T10H501O","PROTOCOLLO":"VBUL-0000001","DATA_PRENOTAZIONE":"2021-02-24T10:15:31","FASE_OPERATIVA":"Prenotata"}`

func rome(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// vouchers fetches the list that a server answers with.
func vouchers(t *testing.T, status int, body string) ([]Voucher, error) {
	t.Helper()
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.String() != "/isee" || r.Header.Get("Authorization") != "Bearer gettone" ||
			r.Header.Get("Ocp-Apim-Subscription-Key") != "chiave-di-prova" || r.Header.Get("x-source") != "external" {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		if _, there := r.Header["Content-Type"]; there {
			t.Error("a GET has no content")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	return serviceClient(address, nil).Vouchers(t.Context(), "gettone", rome(t))
}

func TestVouchersForms(t *testing.T) {
	want := Voucher{PartitaIvaOperatore: "12345678900", Beneficiario: "RSSMRA85T10H501O", Protocollo: "VBUL-0000001",
		DataPrenotazione: "2021-02-24T10:15:31", FaseOperativa: "Prenotata"}
	booked := time.Date(2021, 2, 24, 9, 15, 31, 0, time.UTC)
	for _, body := range []string{
		`{"Voucher":[` + oneVoucher + `]}`, `{"voucher":[` + oneVoucher + `]}`, `{"VOUCHER":[` + oneVoucher + `]}`,
		`{"Vouchers":[` + oneVoucher + `]}`, `{"vouchers":[` + oneVoucher + `]}`, `[` + oneVoucher + `]`, " [\n" + oneVoucher + "]\n",
		`{"altro":1,"Voucher":[` + strings.Replace(oneVoucher, `{`, `{"NUOVO":null,`, 1) + `]}`,
		`{"Voucher":[` + strings.NewReplacer("PARTITA_IVA", "partita_iva", "CODICE_FISCALE", "Codice_Fiscale", "PROTOCOLLO", "Protocollo", "DATA_", "data_", "FASE_OPERATIVA", "fase_operativa").Replace(oneVoucher) + `]}`,
		`{"Voucher":[` + strings.Replace(oneVoucher, "RSSMRA85T10H501O", " rssmra85t10h501o ", 1) + `]}`,
	} {
		list, err := vouchers(t, 200, body)
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: %v, %v", body, list, err)
		}
		got := list[0]
		if !got.Prenotata.Equal(booked) {
			t.Errorf("%s: %s", body, got.Prenotata)
		}
		if got.Prenotata = (time.Time{}); got != want {
			t.Errorf("%s: %+v", body, got)
		}
	}
	for _, c := range []struct {
		status int
		body   string
	}{{204, ""}, {200, `{"Voucher":[]}`}, {200, `{"vouchers":[]}`}, {200, `[]`}} {
		if list, err := vouchers(t, c.status, c.body); err != nil || len(list) != 0 {
			t.Errorf("HTTP %d %s: %v, %v", c.status, c.body, list, err)
		}
	}
}

// TestVouchersRefused: what is not a list must never look like an empty one, for what is absent is sent again.
func TestVouchersRefused(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		says   string
	}{
		{200, ``, "no JSON list"},
		{200, `{}`, "has no list"},
		{200, `null`, "has no list"},
		{200, `{"Voucher":null}`, "has no list"},
		{200, `{"elenco":[` + oneVoucher + `]}`, "has no list"},
		{200, `{"statusCode":500,"message":"Internal server error"}`, "has no list"},
		{200, `{"Voucher":[` + oneVoucher, "no JSON list"},
		{200, `{"Voucher":{}}`, "no JSON list"},
		{200, `<html>Accedi</html>`, "no JSON list"},
		{400, `BAD REQUEST`, "HTTP 400"},
		{403, ``, "HTTP 403"},
		{404, `{"statusCode":404,"message":"Resource not found"}`, "/v1/getprenotazioni"},
		{429, ``, "HTTP 429"},
		{500, ``, "HTTP 500"},
		{302, ``, "HTTP 302"},
	} {
		list, err := vouchers(t, c.status, c.body)
		if err == nil || list != nil || !strings.Contains(err.Error(), c.says) || errors.Is(err, ErrTokenRefused) {
			t.Errorf("HTTP %d %s: %v, %v", c.status, c.body, list, err)
		}
	}
	if _, err := vouchers(t, 401, `{"statusCode":401,"message":"Unauthorized"}`); !errors.Is(err, ErrTokenRefused) {
		t.Errorf("HTTP 401: %v", err)
	}
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10000")
		_, _ = io.WriteString(w, `{"Voucher":[]}`)
	})
	if list, err := serviceClient(address, nil).Vouchers(t.Context(), "gettone", time.UTC); err == nil || list != nil {
		t.Errorf("broken off: %v, %v", list, err)
	}
}

func TestVouchersMany(t *testing.T) {
	const rows = 50_000
	var body strings.Builder
	body.WriteString(`{"Voucher":[`)
	for n := range rows {
		if n > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"PARTITA_IVA_OPERATORE":"12345678900","CODICE_FISCALE_BENEFICIARIO":"%011d","PROTOCOLLO":"VBUL-%07d","DATA_PRENOTAZIONE":"2021-02-24T10:15:31.1234567","FASE_OPERATIVA":"Attesa controllo ISEE"}`, n, n)
	}
	body.WriteString(`]}`)
	list, err := vouchers(t, 200, body.String())
	if err != nil || len(list) != rows {
		t.Fatalf("%d vouchers, %v", len(list), err)
	}
	if last := list[rows-1]; last.Protocollo != "VBUL-0049999" || last.Prenotata.IsZero() {
		t.Errorf("%+v", last)
	}
}
