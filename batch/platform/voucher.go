package platform

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"voucherbul/batch/platform/esito"
)

// Voucher is one line of the list of ISEE outcomes (RULES.md 2.12). Attivata, Disdetta and Cessata are not
// in that list: a voucher that is absent may well exist.
type Voucher struct {
	PartitaIvaOperatore string
	Beneficiario        string    // a codice fiscale or a partita IVA (A22); "" where the line names nobody
	Protocollo          string    // "" where it has none yet
	DataPrenotazione    string    // as the platform wrote it
	FaseOperativa       string    // as the platform wrote it, see [esito.FaseOf]
	Prenotata           time.Time // DataPrenotazione, zero where it cannot be read
}

// line is a Voucher as it comes. Keys may have any case, members may be null or missing.
type line struct {
	PartitaIvaOperatore code  `json:"PARTITA_IVA_OPERATORE"`
	Beneficiario        code  `json:"CODICE_FISCALE_BENEFICIARIO"`
	Protocollo          loose `json:"PROTOCOLLO"`
	DataPrenotazione    loose `json:"DATA_PRENOTAZIONE"`
	FaseOperativa       loose `json:"FASE_OPERATIVA"`
}

// loose is a text that may come as a number, whose digits it keeps.
type loose string

func (l *loose) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		return json.Unmarshal(data, (*string)(l))
	case '{', '[':
		return errors.New("an object stands where a text should")
	case 'n': // null
		*l = ""
	default:
		*l = loose(data)
	}
	return nil
}

// code is a codice fiscale or a partita IVA. As a number the latter has lost its leading zeros.
type code string

func (c *code) UnmarshalJSON(data []byte) error {
	const digits = 11
	if err := (*loose)(c).UnmarshalJSON(data); err != nil {
		return err
	}
	if isNumber := data[0] >= '0' && data[0] <= '9'; isNumber && len(data) < digits && strings.Trim(string(data), "0123456789") == "" {
		*c = code(strings.Repeat("0", digits-len(data)) + string(data))
	}
	*c = code(strings.ToUpper(strings.TrimSpace(string(*c))))
	return nil
}

// readVouchers takes {"Voucher": […]}, "vouchers", or the bare array (A22), one line after the other: the list may be
// long. It must be whole, and there must be one: a body without a list is an error, never an empty list.
func readVouchers(body io.Reader, zone *time.Location) ([]Voucher, error) {
	buffered := bufio.NewReader(body)
	if start, _ := buffered.Peek(3); bytes.Equal(start, []byte("\ufeff")) {
		_, _ = buffered.Discard(len(start)) // they have been peeked at
	}
	d := json.NewDecoder(buffered)
	list, err := readList(d, zone)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("is no JSON list: something follows its end")
	}
	if len(list) > 0 && namesNobody(list) { // its keys have changed: nobody would be found in it
		return nil, errors.New("has no CODICE_FISCALE_BENEFICIARIO in any line")
	}
	return list, nil
}

func readList(d *json.Decoder, zone *time.Location) ([]Voucher, error) {
	start, err := d.Token()
	switch {
	case err != nil:
		return nil, noList(err)
	case start == json.Delim('['):
		return readLines(d, zone)
	case start != json.Delim('{'):
		return nil, errors.New("has no list")
	}
	var list []Voucher
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, noList(err)
		}
		name, _ := key.(string)
		if !strings.EqualFold(name, "Voucher") && !strings.EqualFold(name, "Vouchers") {
			var other json.RawMessage
			if err := d.Decode(&other); err != nil {
				return nil, noList(err)
			}
			continue
		}
		value, err := d.Token()
		switch {
		case err != nil:
			return nil, noList(err)
		case value == nil: // null, of a service that has nothing to say: there may be another
			continue
		case value != json.Delim('['):
			return nil, errors.New("is no JSON list: " + name + " is something else")
		case list != nil:
			return nil, errors.New("is there twice")
		}
		if list, err = readLines(d, zone); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil { // its closing brace
		return nil, noList(err)
	}
	if list == nil {
		return nil, errors.New("has no list")
	}
	return list, nil
}

// readLines reads up to the end of an array whose beginning has been read. The list is not nil.
func readLines(d *json.Decoder, zone *time.Location) ([]Voucher, error) {
	list := []Voucher{}
	for d.More() {
		var l line
		if err := d.Decode(&l); err != nil {
			return nil, noList(fmt.Errorf("line %d: %w", len(list)+1, err))
		}
		list = append(list, Voucher{PartitaIvaOperatore: string(l.PartitaIvaOperatore), Beneficiario: string(l.Beneficiario),
			Protocollo: strings.TrimSpace(string(l.Protocollo)), DataPrenotazione: string(l.DataPrenotazione),
			FaseOperativa: string(l.FaseOperativa), Prenotata: esito.ParseInstant(string(l.DataPrenotazione), zone)})
	}
	if _, err := d.Token(); err != nil { // its closing bracket
		return nil, noList(err)
	}
	return list, nil
}

func namesNobody(list []Voucher) bool {
	for _, v := range list {
		if v.Beneficiario != "" {
			return false
		}
	}
	return true
}

func noList(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("is no JSON list: it ends before its end")
	}
	return fmt.Errorf("is no JSON list: %w", err)
}
