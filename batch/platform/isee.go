package platform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

const iseeLimit = 256 << 20 // 50,000 vouchers are about 12 MB

// ErrTokenRefused says that the list was refused with HTTP 401: drop the token and try again.
var ErrTokenRefused = errors.New("the list of ISEE outcomes refuses the token (HTTP 401)")

// Voucher is one line of the list of ISEE outcomes (rules.md 2.12). Attivata, Disdetta and Cessata are not
// in that list: a voucher that is absent may well exist.
type Voucher struct {
	PartitaIvaOperatore string    `json:"PARTITA_IVA_OPERATORE"`
	Beneficiario        string    `json:"CODICE_FISCALE_BENEFICIARIO"` // may hold a partita IVA (A22)
	Protocollo          string    `json:"PROTOCOLLO"`
	DataPrenotazione    string    `json:"DATA_PRENOTAZIONE"`
	FaseOperativa       string    `json:"FASE_OPERATIVA"`
	Prenotata           time.Time `json:"-"` // DataPrenotazione, zero where it cannot be read
}

// Vouchers fetches the operator's vouchers of the last 90 days, all at once. zone is the time zone of dates
// that have none. 204 is an empty list.
func (c *Client) Vouchers(ctx context.Context, token string, zone *time.Location) ([]Voucher, error) {
	ctx, cancel := context.WithTimeout(ctx, iseeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.config.IseeURL, nil)
	if err != nil {
		return nil, err
	}
	status, _, body, err := c.exchange(req, token, iseeLimit, new(atomic.Bool))
	switch {
	case err != nil:
		return nil, fmt.Errorf("fetching the list of ISEE outcomes: %w", err)
	case status == http.StatusNoContent:
		return nil, nil
	case status == http.StatusUnauthorized:
		return nil, ErrTokenRefused
	case status == http.StatusNotFound:
		return nil, fmt.Errorf("the list of ISEE outcomes is not at platform.isee_url (HTTP 404): try the same address with /v1/getprenotazioni")
	case status != http.StatusOK:
		return nil, fmt.Errorf("the list of ISEE outcomes answered HTTP %d", status)
	}
	return readVouchers(body, zone)
}

// readVouchers takes {"Voucher": […]}, "vouchers", or the bare array (A22). A body without a list is an
// error, never an empty list: what is absent from the list is sent again.
func readVouchers(body []byte, zone *time.Location) ([]Voucher, error) {
	var list []Voucher
	if err := json.Unmarshal(body, &list); err != nil {
		var object struct {
			Voucher  *[]Voucher `json:"Voucher"`
			Vouchers *[]Voucher `json:"Vouchers"`
		}
		if err := json.Unmarshal(body, &object); err != nil {
			return nil, fmt.Errorf("the list of ISEE outcomes is no JSON list: %w", err)
		}
		switch {
		case object.Voucher != nil:
			list = *object.Voucher
		case object.Vouchers != nil:
			list = *object.Vouchers
		}
	}
	if list == nil {
		return nil, errors.New("the list of ISEE outcomes has no list")
	}
	for i := range list {
		list[i].Beneficiario = strings.ToUpper(strings.TrimSpace(list[i].Beneficiario))
		list[i].Prenotata = ParseInstant(list[i].DataPrenotazione, zone)
	}
	return list, nil
}

// ParseInstant reads the platform's instants: with or without zone, 0 to 9 digits of fraction (A26); zero
// where the text is none.
func ParseInstant(text string, zone *time.Location) time.Time {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t
		}
	}
	return time.Time{}
}
