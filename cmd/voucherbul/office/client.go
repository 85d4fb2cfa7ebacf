package office

import (
	"strings"
	"time"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/mapping"
)

// newClient wires a client from the configuration.
func (o Office) newClient() *platform.Client {
	p := o.Config.Platform
	return platform.New(platform.Config{
		TokenURL: p.TokenURL, ClientID: p.ClientID, ClientSecret: p.ClientSecret, Scope: p.Scope, SubscriptionKey: p.SubscriptionKey,
		Services: p.Services(),
		IseeURL:  strings.ReplaceAll(p.IseeURL, " ", ""), // the specification's own copy has a space in it (A5)
		Timeout:  p.Timeout, Connections: o.Config.Pace.InFlight, UserAgent: "voucherbul/" + o.Version, Now: o.Now,
	})
}

// newJob wires a job from the configuration; owner is nil while it only reads exports.
func (o Office) newJob(owner journal.Owner, zone *time.Location) batch.Job {
	return batch.Job{Journal: owner, Platform: o.newClient(), Config: o.batchConfig(), Environment: o.Config.Target(), Zone: zone, Now: o.Now, Log: o.log()}
}

// batchConfig is how rows are sent, from the configuration.
func (o Office) batchConfig() batch.Config {
	c, p := o.Config, o.Config.Platform
	return batch.Config{
		Pace:    batch.Pace(c.Pace),
		Retry:   batch.Retry(c.Retry),
		Doubt:   batch.Doubt(c.Doubt),
		Breaker: batch.Breaker(c.Breaker),
		Stamp: mapping.Stamp{Owner: c.Operator.Owner, DateTimes: p.Datetime, DataPrenotazione: p.SendDataPrenotazione,
			DataDisdetta: p.SendDataDisdetta},
		Catalogue: o.catalogue(),
	}
}
