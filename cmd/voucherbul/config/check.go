package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"voucherbul/mapping"
)

// maxRate is far beyond what any platform takes.
const maxRate = 100_000

// Check names every missing or impossible key at once, in one [*Error]. path is the file that they belong into; "" = there is
// none. [Load] has checked already: whoever changes a value checks again.
func (c Config) Check(path string) error {
	var wrong []string
	type keyed struct{ key, value string }
	var services []keyed
	for _, op := range mapping.Operations() {
		services = append(services, keyed{"platform." + string(op) + "_url", c.Platform.Services()[op]})
	}
	services = append(services, keyed{"platform.isee_url", c.Platform.IseeURL})
	for _, r := range slices.Concat([]keyed{
		{"platform.token_url", c.Platform.TokenURL}, {"platform.client_id", c.Platform.ClientID},
		{"platform.client_secret_file (or VOUCHERBUL_PLATFORM_CLIENT_SECRET)", c.Platform.ClientSecret}, {"platform.scope", c.Platform.Scope},
		{"platform.subscription_key_file (or VOUCHERBUL_PLATFORM_SUBSCRIPTION_KEY)", c.Platform.SubscriptionKey},
	}, services, []keyed{{"operator.partita_iva", c.Operator.PartitaIva}, {"journal", c.Journal}}) {
		if strings.TrimSpace(r.value) == "" {
			wrong = append(wrong, r.key+" is missing")
		}
	}
	for _, u := range slices.Concat([]keyed{{"platform.token_url", c.Platform.TokenURL}}, services) {
		if u.value != "" && !isURL(u.value) {
			wrong = append(wrong, u.key+" has to be a whole address that begins with https://")
		}
	}
	for _, r := range []struct {
		bad  bool
		text string
	}{
		{c.Operator.PartitaIva != "" && !elevenDigits(c.Operator.PartitaIva), "operator.partita_iva has to be 11 digits, in quotes"},
		{len([]rune(c.Operator.Owner)) > 100, "operator.owner is longer than 100 characters"},
		{strings.HasPrefix(c.Journal, "postgres:") || strings.HasPrefix(c.Journal, "postgresql:"), "journal has to be a file: PostgreSQL is not supported yet"},
		{c.Platform.Timeout <= 0 || c.Platform.Timeout > 230*time.Second, "platform.timeout has to be between 1s and 230s: the gateway gives up after 240 s"},
		{c.Platform.Datetime != mapping.WithOffset && c.Platform.Datetime != mapping.InUTC && c.Platform.Datetime != mapping.WithoutTZ,
			"platform.datetime has to be offset, utc or locale"},
		{!(c.Pace.Rate >= 0 && c.Pace.Rate <= maxRate), fmt.Sprintf("pace.rate has to be between 0 (unlimited) and %d", maxRate)}, // NaN is caught too
		{c.Pace.Burst < 1 || c.Pace.Burst > maxRate, fmt.Sprintf("pace.burst has to be between 1 and %d", maxRate)},
		{c.Pace.InFlight < 1 || c.Pace.InFlight > 1024, "pace.in_flight has to be between 1 and 1024"},
		{c.Retry.Attempts < 1, "retry.attempts has to be 1 or more"},
		{c.Retry.Base <= 0 || c.Retry.Cap < c.Retry.Base, "retry.base has to be positive and at most retry.cap"},
		{c.Doubt.Settle < 0 || c.Doubt.Wait < 0, "doubt.settle and doubt.wait cannot be negative"},
		{c.Breaker.Failures < 1 || c.Breaker.Pause <= 0 || c.Breaker.GiveUp < c.Breaker.Pause, "breaker needs failures of 1 or more and pause <= give_up"},
	} {
		if r.bad {
			wrong = append(wrong, r.text)
		}
	}
	if err := c.Catalogue.Validate(); err != nil {
		wrong = append(wrong, "catalogue."+err.Error())
	}
	if err := c.Rules.Validate(); err != nil {
		wrong = append(wrong, "rules."+err.Error())
	}
	if len(wrong) == 0 {
		return nil
	}
	where := "the configuration"
	if path != "" {
		where = filepath.Clean(path)
	}
	return Errorf("%s: %s", where, strings.Join(wrong, "; "))
}

func isURL(text string) bool {
	u, err := url.Parse(strings.ReplaceAll(text, " ", "")) // the specification's own copy of one has a space in it (A5)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func elevenDigits(s string) bool {
	return len(s) == 11 && strings.Trim(s, "0123456789") == ""
}
