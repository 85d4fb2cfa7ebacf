package simulator

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"

	"github.com/goccy/go-yaml"
)

// World is everything the platform knows before the first request, and how it
// behaves. The zero value of a field means its default.
type World struct {
	Operator      string        `yaml:"operator"` // partita IVA the token speaks for
	Credentials   Credentials   `yaml:"credentials"`
	SecretExpired bool          `yaml:"secret_expired"` // every token request: AADSTS7000222
	TokenLifetime time.Duration `yaml:"token_lifetime"`
	TokenText     bool          `yaml:"token_text"` // expires_in as a string, as documented (RULES.md A6)

	RateLimit *Limit `yaml:"rate_limit"` // 429 of the gateway
	Quota     *Limit `yaml:"quota"`      // 403 of the gateway

	Timers       Timers           `yaml:"timers"`
	IseeOutcomes map[string]Stato `yaml:"isee_outcomes"` // by beneficiario; others become Prenotata
	IseeList     IseeList         `yaml:"isee_list"`
	Latency      time.Duration    `yaml:"latency"`     // every service answer takes this long
	DateFields   DateFields       `yaml:"date_fields"` // RULES.md A1
	Options      TableOptions     `yaml:"options"`

	Offers   []Offer          `yaml:"offers"` // empty: every offer is accepted
	Comuni   []string         `yaml:"comuni"` // enabled ISTAT codes; empty: any
	Also     Values           `yaml:"also"`   // allowed beside what the specification lists
	Vouchers []InitialVoucher `yaml:"vouchers"`
	Faults   []FaultRule      `yaml:"faults"`
}

// Credentials are what the portal's "Gestione Web Service Account" would list.
type Credentials struct {
	ClientID        string `yaml:"client_id"`
	ClientSecret    string `yaml:"client_secret"`
	Scope           string `yaml:"scope"`
	SubscriptionKey string `yaml:"subscription_key"`
}

// Values are values of the enumerations that the specification does not have: what a later version of the platform may allow.
type Values struct {
	Tecnologie        []string `yaml:"tecnologie"`
	TipiDocumento     []string `yaml:"tipi_documento"`
	TipologieFamiglia []string `yaml:"tipologie_famiglia"`
	TipologieImpresa  []string `yaml:"tipologie_impresa"`
}

// Limit allows a number of requests in each fixed window.
type Limit struct {
	Requests int           `yaml:"requests"`
	Per      time.Duration `yaml:"per"`
}

// Timers are the times after which a voucher moves by itself (RULES.md 8). Zero
// is at once and negative never, but for Scadenza (zero is 90 days) and Fondi
// (zero is never).
type Timers struct {
	Inviata  time.Duration `yaml:"inviata"`  // Inviata -> Attesa (famiglia) or Prenotata (impresa)
	Isee     time.Duration `yaml:"isee"`     // Attesa -> the outcome
	Fondi    time.Duration `yaml:"fondi"`    // Sospesa -> Prenotata
	Scadenza time.Duration `yaml:"scadenza"` // Prenotata -> Scaduta
}

// IseeList varies the form of the answer of getprenotazioni, which the
// specification shows only as an image (RULES.md A22, A26).
type IseeList struct {
	Also    []Stato `yaml:"also"`    // states listed beside the five
	Wrapper string  `yaml:"wrapper"` // member that holds the list; "-" for a bare array
	Keys    string  `yaml:"keys"`    // upper (default) or lower
	Dates   string  `yaml:"dates"`   // local (default), offset, utc or fraction (7 digits)
}

// DateFields tells what the platform does with dataPrenotazione and dataDisdetta.
type DateFields string

// The two readings of RULES.md A1.
const (
	DatesRequired DateFields = "required"
	DatesRejected DateFields = "rejected"
)

// TableOptions are the "(option ...)" cells of the table in RULES.md 8, and how
// dates are compared.
type TableOptions struct {
	PrenotazioneCessataNok002        bool `yaml:"prenotazione_cessata_nok_002"`
	PrenotazioneAltroOperatoreNok002 bool `yaml:"prenotazione_altro_operatore_nok_002"`
	ChiusaNok006                     bool `yaml:"chiusa_nok_006"`  // Disdetta, Scaduta, Non prenotabile: 006 for 007
	CessataNok006                    bool `yaml:"cessata_nok_006"` // Cessata: 006 for 007

	// DatesByDay compares «before the booking» by calendar day, so that a date
	// without a time of day may fall on the day of the booking.
	DatesByDay bool `yaml:"dates_by_day"`
}

// Offer is an offer the operator has registered on the portal.
type Offer struct {
	Code       string `yaml:"code"`
	Tipologia  string `yaml:"tipologia"`  // FAM1, FAM2, IMP1, IMP2: not checked, the specification ties it to nothing
	Tecnologia string `yaml:"tecnologia"` // or MULTI
	Mbit       int    `yaml:"mbit"`       // not checked either
	Active     *bool  `yaml:"active"`     // default true
}

// InitialVoucher is a voucher that exists before the first request. Dates are
// XSD dateTimes, plain dates or durations before the start ("-72h").
type InitialVoucher struct {
	Beneficiario     string   `yaml:"beneficiario"`
	Operatore        string   `yaml:"operatore"` // default: the world's operator
	Stato            Stato    `yaml:"stato"`
	Famigliari       []string `yaml:"famigliari"`
	Offerta          string   `yaml:"offerta"`
	DataPrenotazione string   `yaml:"data_prenotazione"`
	DataAttivazione  string   `yaml:"data_attivazione"`
	Copies           int      `yaml:"copies"` // 2 and more: «più richieste attive», NOK_010
}

// DefaultWorld is a world with synthetic credentials, no vouchers and no
// faults, in which a booking takes some seconds to become Prenotata.
func DefaultWorld() World {
	world := World{Timers: Timers{Inviata: 5 * time.Second, Isee: 30 * time.Second}}
	return world.withDefaults()
}

// LoadWorld reads a world from YAML over DefaultWorld. An unknown key is an
// error that shows its line.
func LoadWorld(r io.Reader) (World, error) {
	world := DefaultWorld()
	decoder := yaml.NewDecoder(r, yaml.Strict())
	if err := decoder.Decode(&world); err != nil && !errors.Is(err, io.EOF) {
		return World{}, fmt.Errorf("world: %w", err)
	}
	if reflect.DeepEqual(world, World{}) {
		world = DefaultWorld() // an empty document clears what it is decoded over
	}
	if err := decoder.Decode(new(World)); err == nil {
		return World{}, errors.New("world: a second YAML document, which would be ignored")
	}
	world = world.withDefaults()
	if err := world.check(); err != nil {
		return World{}, err
	}
	return world, nil
}

// withDefaults fills what a zero value leaves open.
func (w World) withDefaults() World {
	w.Operator = or(w.Operator, "12345678903")
	w.Credentials = Credentials{
		ClientID:        or(w.Credentials.ClientID, "simulator-client"),
		ClientSecret:    or(w.Credentials.ClientSecret, "simulator-secret-not-a-secret"),
		Scope:           or(w.Credentials.Scope, "https://simulator.invalid/voucherbul/.default"),
		SubscriptionKey: or(w.Credentials.SubscriptionKey, "simulator-key-not-a-key"),
	}
	w.TokenLifetime = or(w.TokenLifetime, 3599*time.Second)
	w.Timers.Scadenza = or(w.Timers.Scadenza, 90*24*time.Hour)
	w.DateFields = or(w.DateFields, DatesRequired)
	w.IseeList.Wrapper = or(w.IseeList.Wrapper, "Voucher")
	w.IseeList.Keys = or(w.IseeList.Keys, "upper")
	w.IseeList.Dates = or(w.IseeList.Dates, "local")
	return w
}

// or is value, or fallback when value is zero.
func or[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// check refuses a world that would quietly do something else than was meant.
func (w World) check() error {
	var problems []error
	refuse := func(format string, args ...any) { problems = append(problems, fmt.Errorf("world: "+format, args...)) }

	if w.DateFields != DatesRequired && w.DateFields != DatesRejected {
		refuse("date_fields: %q is neither required nor rejected", w.DateFields)
	}
	if !slices.Contains([]string{"upper", "lower"}, w.IseeList.Keys) {
		refuse("isee_list.keys: %q is neither upper nor lower", w.IseeList.Keys)
	}
	if !slices.Contains([]string{"local", "offset", "utc", "fraction"}, w.IseeList.Dates) {
		refuse("isee_list.dates: %q is none of local, offset, utc, fraction", w.IseeList.Dates)
	}
	for name, limit := range map[string]*Limit{"rate_limit": w.RateLimit, "quota": w.Quota} {
		if limit != nil && (limit.Requests < 1 || limit.Per <= 0) {
			refuse("%s: requests and per must both be positive", name)
		}
	}
	for beneficiario, stato := range w.IseeOutcomes {
		if stato != StatoPrenotata && stato != StatoNonPrenotabile && stato != StatoSospesa {
			refuse("isee_outcomes.%s: %q is no outcome of the ISEE check", beneficiario, stato)
		}
	}
	for i, offer := range w.Offers {
		if offer.Code == "" || offer.Tecnologia == "" {
			refuse("offers[%d]: code and tecnologia are needed", i)
		}
	}
	for i, voucher := range w.Vouchers {
		if voucher.Beneficiario == "" {
			refuse("vouchers[%d]: beneficiario is missing", i)
		}
		if !voucher.Stato.known() && !slices.Contains(w.IseeList.Also, voucher.Stato) {
			refuse("vouchers[%d].stato: %q is no known state; list it in isee_list.also to invent it", i, voucher.Stato)
		}
	}
	for i, rule := range w.Faults {
		if err := rule.check(); err != nil {
			refuse("faults[%d]: %w", i, err)
		}
	}
	return errors.Join(problems...)
}
