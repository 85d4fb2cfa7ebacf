package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// serveSockets puts a player behind a real server.
func serveSockets(t *testing.T, world World) *player {
	t.Helper()
	s, err := New(Options{World: world})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	p := &player{Simulator: s, t: t, http: server.Client(), at: EndpointsAt(server.URL)}
	p.login()
	return p
}

// Over sockets every fault looks as it does in process.
func TestEveryFaultOverSockets(t *testing.T) {
	for _, test := range faultCases {
		t.Run(test.fault, func(t *testing.T) {
			p := serveSockets(t, still())
			fault := strings.Replace(test.fault, "delay=2s", "delay=20ms", 1)
			checkFault(t, p, fault, test.http, test.holds, test.applied)
		})
	}
}

func TestSocketClientGivesUp(t *testing.T) {
	p := serveSockets(t, still())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r := p.request(Prenotazione, body(Prenotazione, mario, time.Now())).WithContext(ctx)
	r.Header.Set(faultHeader, "delay; delay=1h")
	if answer := p.do(r); !errors.Is(answer.err, context.DeadlineExceeded) {
		t.Fatalf("err = %v", answer.err)
	}
	if p.applied(mario) != 1 {
		t.Error("not applied")
	}
} // the server's Close would hang here if the handler had not noticed

func TestWindows(t *testing.T) {
	p := serveSockets(t, still())
	base := strings.TrimSuffix(p.at.Token, pathToken)
	p.send(Prenotazione, body(Prenotazione, mario, time.Now()))
	get := func(path string, into any) {
		t.Helper()
		r, err := p.http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		if err := json.NewDecoder(r.Body).Decode(into); err != nil || r.StatusCode != 200 {
			t.Fatalf("%s: %d %v", path, r.StatusCode, err)
		}
	}
	var entries []map[string]any
	get(pathLedger, &entries)
	if len(entries) != 2 {
		t.Fatalf("%d lines", len(entries))
	}
	line := entries[1]
	if line["service"] != "prenotazione" || line["beneficiario"] != mario || line["operatore"] != "12345678903" ||
		line["http"] != 200.0 || line["esito"] != "OK" || line["applied"] != true || line["fault"] != "" ||
		len(line["body_sha256"].(string)) != 64 {
		t.Errorf("%v", line)
	}
	if _, err := time.Parse(time.RFC3339Nano, line["time"].(string)); err != nil {
		t.Error(err)
	}
	var vouchers []map[string]any
	get(pathVouchers, &vouchers)
	if len(vouchers) != 1 || vouchers[0]["stato"] != string(StatoInviata) || vouchers[0]["protocollo"] != "VBUL-0000001" {
		t.Errorf("%v", vouchers)
	}
	var health map[string]string
	get(pathHealth, &health)
	if health["status"] != "ok" {
		t.Error(health)
	}
}

// Eight clients at once: each booking is made once, and the ledger has every
// request. Run with -race.
func TestConcurrentClients(t *testing.T) {
	p, _ := play(t, still())
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for i := range 50 {
				p.send(Prenotazione, body(Prenotazione, synthetic(i), noon))
			}
		})
	}
	clients.Wait()
	for i := range 50 {
		if n := p.applied(synthetic(i)); n != 1 {
			t.Errorf("%s booked %d times", synthetic(i), n)
		}
	}
	if n := len(p.Ledger()); n != 401 || len(p.Vouchers()) != 50 {
		t.Errorf("%d lines, %d vouchers", n, len(p.Vouchers()))
	}
}

// synthetic makes the i-th codice fiscale of nobody.
func synthetic(i int) string {
	code := fmt.Sprintf("XXXYYY%02dA01H%03d", i/1000%100, i%1000)
	for c := 'A'; ; c++ {
		if codiceFiscaleChecks(code + string(c)) {
			return code + string(c)
		}
	}
}

func BenchmarkPrenotazione(b *testing.B) {
	p, _ := play(b, still())
	i := 0
	for b.Loop() {
		r := p.request(Prenotazione, body(Prenotazione, synthetic(i%100_000), noon))
		response, err := p.http.Do(r)
		if err != nil || response.StatusCode != http.StatusOK && i < 100_000 {
			b.Fatal(err, response.StatusCode)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		i++
	}
}

// The nightly status list may have tens of thousands of rows.
func BenchmarkIseeList(b *testing.B) {
	world := still()
	for i := range 50_000 {
		world.Vouchers = append(world.Vouchers, InitialVoucher{Beneficiario: synthetic(i), Stato: StatoPrenotata})
	}
	p, _ := play(b, world)
	for b.Loop() {
		if answer := p.send(Isee, ""); answer.HTTP != http.StatusOK {
			b.Fatal(answer.HTTP)
		}
	}
}
