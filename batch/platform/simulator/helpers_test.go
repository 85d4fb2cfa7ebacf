package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Synthetic persons (domain/vectors.json): nobody's codici fiscali.
const (
	mario  = "RSSMRA85T10H501O"
	anna   = "FOXNNA90A41F205E"
	franco = "DNGGFR01M31F839M"
	esempi = "01234567897" // a business
)

// noon is when the tests on a fixed clock take place.
var noon = time.Date(2021, 10, 1, 10, 0, 0, 0, time.UTC)

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// still is a world in which no voucher moves by itself.
func still() World {
	return World{Timers: Timers{Inviata: -1, Isee: -1, Scadenza: -1}}
}

// player is a simulator and a client that is let in.
type player struct {
	*Simulator
	t     testing.TB
	http  *http.Client
	at    Endpoints
	token string
}

// play opens a world at noon, in process, on a clock that stands still.
func play(t testing.TB, world World) (*player, *clock) {
	t.Helper()
	c := &clock{now: noon}
	return playAt(t, world, c.Now), c
}

func playAt(t testing.TB, world World, now func() time.Time) *player {
	t.Helper()
	s, err := New(Options{World: world, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	p := &player{Simulator: s, t: t, http: &http.Client{Transport: s.Transport()}, at: EndpointsAt("http://simulator.invalid")}
	p.login()
	return p
}

// tokenForm is a good token request.
func tokenForm() url.Values {
	credentials := DefaultWorld().Credentials
	return url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {credentials.ClientID},
		"client_secret": {credentials.ClientSecret},
		"scope":         {credentials.Scope},
	}
}

// login fetches a token; faults on the token endpoint make it stay without one.
func (p *player) login() {
	p.t.Helper()
	r, err := p.http.PostForm(p.at.Token, tokenForm())
	if err != nil {
		return
	}
	defer r.Body.Close()
	var body struct {
		Token string `json:"access_token"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	p.token = body.Token
}

// request makes a request with everything the gateway asks for.
func (p *player) request(service Service, body string) *http.Request {
	p.t.Helper()
	method, target := http.MethodPost, map[Service]string{
		Prenotazione: p.at.Prenotazione, Attivazione: p.at.Attivazione,
		Cessazione: p.at.Cessazione, Disdetta: p.at.Disdetta, Isee: p.at.Isee,
	}[service]
	if service == Isee {
		method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Ocp-Apim-Subscription-Key", DefaultWorld().Credentials.SubscriptionKey)
	r.Header.Set("x-source", "external")
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	return r
}

// got is an answer as a test looks at it.
type got struct {
	HTTP        int    `json:"http"`
	Esito       string `json:"esito"`
	Fase        string `json:"faseOperativa"`
	Descrizione string `json:"descrizione"`

	body   string
	header http.Header
	err    error // of the exchange, or of reading the body
}

func (p *player) do(r *http.Request) got {
	response, err := p.http.Do(r)
	if err != nil {
		return got{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	g := got{}
	_ = json.Unmarshal(body, &g) // not every answer is JSON
	g.HTTP, g.body, g.header, g.err = response.StatusCode, string(body), response.Header, err
	return g
}

func (p *player) send(service Service, body string) got {
	p.t.Helper()
	return p.do(p.request(service, body))
}

// sendFault sends with a fault in the header.
func (p *player) sendFault(service Service, body, fault string) got {
	p.t.Helper()
	r := p.request(service, body)
	r.Header.Set(faultHeader, fault)
	return p.do(r)
}

// applied counts the ledger's lines that changed something for a beneficiary.
func (p *player) applied(beneficiario string) int {
	n := 0
	for _, entry := range p.Ledger() {
		if entry.Applied && entry.Beneficiario == beneficiario {
			n++
		}
	}
	return n
}

// stato is the state of the beneficiary's last voucher.
func (p *player) stato(beneficiario string) Stato {
	var stato Stato
	for _, v := range p.Vouchers() {
		if v.Beneficiario == beneficiario {
			stato = v.Stato
		}
	}
	return stato
}

// body is a valid body of a service for a beneficiary, dated when.
func body(service Service, beneficiario string, when time.Time) string {
	code := fmt.Sprintf(`"codiceFiscale":%q`, beneficiario)
	if len(beneficiario) == 11 {
		code = fmt.Sprintf(`"partitaIva":%q`, beneficiario)
	}
	date := when.Format(time.RFC3339)
	switch service {
	case Prenotazione:
		who := `"famiglia":{` + code + `,"cognome":"ROSSI","nome":"MARIO","sesso":"M","dataDiNascita":"1985-12-10",` +
			`"luogoDiNascita":"ROMA","numeroComponentiNucleoFamigliare":1,"tipologia":"FAM1"},` +
			`"tipoDocumento":"CI","dataScadenzaDocumento":"2027-12-10","numeroDocumento":"CA00000AA"`
		if len(beneficiario) == 11 {
			who = `"impresa":{` + code + `,"ragioneSociale":"ESEMPIO SRL","tipologia":"IMP1"}`
		}
		return `{"operatore":{"partitaIvaOperatore":"12345678903","dataPrenotazione":"` + date +
			`","codiceUnivocoOfferta":"OPE040-FAM1-FTTH-100-245","tecnologiaPrenotata":"FTTH"},` + who +
			`,"numeroDiTelefono":"3330000000","email":"mario.rossi@example.it","indirizzoInstallazione":` +
			`{"via":"VIA ROMA","civico":"10","cap":"00184","codiceIstatComune":"058091"},"velocitaDownloadMbit":100}`
	case Attivazione:
		return `{"dataAttivazione":"` + date + `",` + code + `,"partitaIvaOperatore":"12345678903","tecnologiaAttivata":"FTTH"}`
	case Cessazione:
		return `{"dataCessazione":"` + date + `",` + code + `,"partitaIvaOperatore":"12345678903"}`
	case Disdetta:
		return `{"dataDisdetta":"` + date + `",` + code + `,"partitaIvaOperatore":"12345678903"}`
	}
	return ""
}
