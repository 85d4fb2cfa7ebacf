package platform

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestVouchersTolerated: what other writers of JSON make of the same line.
func TestVouchersTolerated(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want Voucher
	}{
		"byte order mark": {"\ufeff" + `{"Voucher":[{"PROTOCOLLO":"1","CODICE_FISCALE_BENEFICIARIO":"A"}]}`, Voucher{Protocollo: "1", Beneficiario: "A"}},
		"null members":    {`[{"PROTOCOLLO":null,"CODICE_FISCALE_BENEFICIARIO":"A","DATA_PRENOTAZIONE":null,"FASE_OPERATIVA":null,"PARTITA_IVA_OPERATORE":null}]`, Voucher{Beneficiario: "A"}},
		"missing members": {`[{"CODICE_FISCALE_BENEFICIARIO":"A"}]`, Voucher{Beneficiario: "A"}},
		"a number":        {`[{"PROTOCOLLO":12345678901234567890123,"CODICE_FISCALE_BENEFICIARIO":"A"}]`, Voucher{Protocollo: "12345678901234567890123", Beneficiario: "A"}},
		"a partita IVA that lost its zero": {`[{"PROTOCOLLO":7,"CODICE_FISCALE_BENEFICIARIO":1234567897,"PARTITA_IVA_OPERATORE":12345678903}]`,
			Voucher{Protocollo: "7", Beneficiario: "01234567897", PartitaIvaOperatore: "12345678903"}},
		"a null list beside the list": {`{"voucher":null,"vouchers":[{"PROTOCOLLO":"1","CODICE_FISCALE_BENEFICIARIO":"A"}],"n":{"a":[1,{}]}}`, Voucher{Protocollo: "1", Beneficiario: "A"}},
		"spaces":                      {"\r\n [ { \"PROTOCOLLO\" : \" 1 \" , \"CODICE_FISCALE_BENEFICIARIO\" : \" a\\u00a0\" } ] \r\n", Voucher{Protocollo: "1", Beneficiario: "A"}},
	} {
		list, err := readVouchers(strings.NewReader(c.body), time.UTC)
		if err != nil || len(list) != 1 || list[0] != c.want {
			t.Errorf("%s: %+v, %v", name, list, err)
		}
	}
	// A line that names nobody stays: it may be about anybody.
	list, err := readVouchers(strings.NewReader(`[null,{"CODICE_FISCALE_BENEFICIARIO":"A"},{}]`), time.UTC)
	if err != nil || len(list) != 3 || list[0].Beneficiario+list[2].Beneficiario != "" {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestVouchersNotWhole: every one of these would show somebody as absent who is not.
func TestVouchersNotWhole(t *testing.T) {
	for body, says := range map[string]string{
		`{"Voucher":[` + oneVoucher + `]`:               "ends before its end",
		`[` + oneVoucher + `,`:                          "ends before its end",
		`[` + oneVoucher + `,]`:                         "no JSON list",
		`[` + oneVoucher + `] [` + oneVoucher + `]`:     "something follows",
		`{"Voucher":[]}}`:                               "something follows",
		`{"Voucher":[],"voucher":[` + oneVoucher + `]}`: "twice",
		`{"Voucher":"[]"}`:                              "no JSON list",
		`["RSSMRA85T10H501O"]`:                          "line 1",
		`[{"CODICE_FISCALE_BENEFICIARIO":["A"]}]`:       "line 1",
		`[{"codiceFiscale":"A"},{"codiceFiscale":"B"}]`: "no CODICE_FISCALE_BENEFICIARIO",
		`"Voucher"`: "no list",
		`{"Voucher":[` + strings.Repeat(`[`, 20_000) + `]}`:      "no JSON list",
		`{"altro":` + strings.Repeat(`[`, 20_000) + `,"voucher"`: "no JSON list",
	} {
		list, err := readVouchers(strings.NewReader(body), time.UTC)
		if err == nil || list != nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "RSSMRA") {
			t.Errorf("%.80s: %v, %v", body, list, err)
		}
	}
}

// FuzzReadVouchers compares the reader with the library's own of whole documents, and cuts what it has read.
func FuzzReadVouchers(f *testing.F) {
	for _, seed := range []string{`{"Voucher":[` + oneVoucher + `,` + oneVoucher + `]}`, `[` + oneVoucher + `]`, `{"vouchers":[]}`, `[]`, `null`, ``,
		"\ufeff" + `{"a":{"b":[1,2,null]},"VOUCHER":[{"PROTOCOLLO":1e5,"Codice_Fiscale_Beneficiario":12}],"c":1}`, `{"voucher":null,"vouchers":[null,{}]}`,
		`[{"PROTOCOLLO":{}}]`, `{"Voucher":[],"voucher":[]}`, `[,]`, `{"Voucher":[{}]`, `<html>`} {
		f.Add([]byte(seed), len(seed)/2)
	}
	f.Fuzz(func(t *testing.T, body []byte, cut int) {
		list, err := readVouchers(bytes.NewReader(body), time.UTC)
		if err != nil {
			if list != nil {
				t.Fatalf("%q: a list and %v", body, err)
			}
			return
		}
		if list == nil {
			t.Fatalf("%q: neither a list nor an error", body)
		}
		whole := bytes.TrimPrefix(body, []byte("\ufeff"))
		var array []json.RawMessage
		if err := json.Unmarshal(whole, &array); err != nil || array == nil {
			var object map[string]json.RawMessage
			if err := json.Unmarshal(whole, &object); err != nil {
				t.Fatalf("%q: a list, and yet %v", body, err)
			}
			for key, value := range object {
				if (strings.EqualFold(key, "voucher") || strings.EqualFold(key, "vouchers")) && string(value) != "null" {
					if err := json.Unmarshal(value, &array); err != nil {
						t.Fatalf("%q: %v", body, err)
					}
				}
			}
		}
		if len(list) != len(array) {
			t.Fatalf("%q: %d lines, want %d", body, len(list), len(array))
		}
		if trimmed := bytes.TrimRight(body, " \t\r\n"); cut >= 0 && cut < len(trimmed) {
			if list, err := readVouchers(bytes.NewReader(trimmed[:cut]), time.UTC); err == nil {
				t.Fatalf("%q, the start of a list, is a list of %d", trimmed[:cut], len(list))
			}
		}
	})
}

// TestVouchersBrokenOff cuts a packed list, and one of known length, at the ends of lines and within them.
func TestVouchersBrokenOff(t *testing.T) {
	plain := `{"Voucher":[` + oneVoucher + strings.Repeat(`,`+oneVoucher, 200) + `]}`
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, plain)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body    string
		encoded bool
	}{"plain": {plain, false}, "gzip": {packed.String(), true}} {
		for _, cut := range []int{0, 1, len(c.body) / 3, len(c.body) / 2, len(c.body) - 2, len(c.body) - 1, len(c.body)} {
			address := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Accept-Encoding") != "gzip" {
					t.Errorf("Accept-Encoding: %q", r.Header.Get("Accept-Encoding"))
				}
				if c.encoded {
					w.Header().Set("Content-Encoding", "gzip")
				}
				w.WriteHeader(http.StatusOK) // chunked: nothing says how long it is
				_, _ = io.WriteString(w, c.body[:cut])
				_ = http.NewResponseController(w).Flush()
			})
			list, err := serviceClient(address, nil).Vouchers(t.Context(), "gettone", time.UTC)
			if whole := cut == len(c.body); whole != (err == nil) || whole && len(list) != 201 || !whole && list != nil {
				t.Errorf("%s, %d of %d bytes: %d vouchers, %v", name, cut, len(c.body), len(list), err)
			}
			var failed *ListError
			if err != nil && !errors.As(err, &failed) {
				t.Errorf("%T %v", err, err)
			}
		}
	}
}

// slowBody gives its text in pieces, with a pause before each; it stops at the end without ending.
type slowBody struct {
	r      *http.Request
	pieces []string
	pause  time.Duration
	end    error // nil = it just stops
}

func (b *slowBody) Read(p []byte) (int, error) {
	if len(b.pieces) == 0 && b.end != nil {
		return 0, b.end
	}
	if len(b.pieces) == 0 {
		<-b.r.Context().Done()
		return 0, b.r.Context().Err()
	}
	select {
	case <-time.After(b.pause):
	case <-b.r.Context().Done():
		return 0, b.r.Context().Err()
	}
	n := copy(p, b.pieces[0])
	if b.pieces[0] = b.pieces[0][n:]; b.pieces[0] == "" {
		b.pieces = b.pieces[1:]
	}
	return n, nil
}

func (*slowBody) Close() error { return nil }

// TestVouchersSlow: a list that takes hours is fetched while something comes, and given up when nothing does.
func TestVouchersSlow(t *testing.T) {
	pieces := func() []string {
		return append(append([]string{`[` + oneVoucher}, strings.SplitAfter(strings.Repeat(`,`+oneVoucher, 100), `}`)[:100]...), `]`)
	}
	for name, c := range map[string]struct {
		pause    time.Duration
		end      error
		timeout  time.Duration
		vouchers int
		took     time.Duration
	}{
		"as slow as may be": {299 * time.Second, io.EOF, 0, 101, 102 * 299 * time.Second},
		"too slow":          {301 * time.Second, io.EOF, 0, 0, 300 * time.Second},
		"configured":        {11 * time.Second, io.EOF, 10 * time.Second, 0, 10 * time.Second},
		"stops at its end":  {time.Second, nil, 0, 0, 102*time.Second + 300*time.Second},
		"breaks at its end": {time.Second, io.ErrUnexpectedEOF, 0, 0, 102 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := serviceClient("http://platform.invalid", func(config *Config) {
				config.IseeTimeout = c.timeout
				config.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 200, Header: http.Header{}, Body: &slowBody{r, pieces(), c.pause, c.end}}, nil
				})
			})
			start := time.Now()
			list, err := client.Vouchers(t.Context(), "gettone", time.UTC)
			if len(list) != c.vouchers || (err == nil) != (c.vouchers > 0) || time.Since(start) != c.took {
				t.Errorf("%s: %d vouchers after %s, %v", name, len(list), time.Since(start), err)
			}
			if c.end == io.EOF && err != nil && !strings.Contains(err.Error(), "brought nothing for "+c.took.String()) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// TestListErrors: what the administrator learns, and what names nobody.
func TestListErrors(t *testing.T) {
	for _, c := range []struct {
		status      int
		body        string
		says        string
		credentials bool
		wait        time.Duration
	}{
		{401, `{"statusCode":401,"message":"Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."}`, "Subscription-Key is wrong or suspended", true, 0},
		{429, `{"statusCode":429,"message":"Rate limit is exceeded. Try again in 17 seconds."}`, "HTTP 429", false, 17 * time.Second},
		{403, `{"statusCode":403,"message":"Out of call volume quota. Quota will be replenished in 01:00:00."}`, "quota", false, time.Hour},
		{400, `RSSMRA85T10H501O non va bene`, "HTTP 400: *** non va bene", false, 0},
		{500, `{"esito":"REQUEST_PROCESSING_NOK","descrizione":"Internal Error"}`, "HTTP 500: Internal Error", false, 0},
		{206, `{}`, "HTTP 206", false, 0},
	} {
		_, err := vouchers(t, c.status, c.body)
		var failed *ListError
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), c.says) || failed.Credentials != c.credentials || failed.Wait != c.wait {
			t.Errorf("HTTP %d: %v, %+v", c.status, err, failed)
		}
	}
	if _, err := vouchers(t, 403, `{"message":"JWT not present."}`); !errors.Is(err, ErrTokenRefused) {
		t.Error(err)
	}
	client := serviceClient("http://127.0.0.1:1", nil)
	if _, err := client.Vouchers(t.Context(), "gettone", time.UTC); err == nil || strings.Contains(err.Error(), "127.0.0.1:1/isee") || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
}
