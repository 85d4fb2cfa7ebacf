package batch

import (
	"context"
	"time"

	"voucherbul/batch/gate"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// Platform is what the loop needs of [platform.Client]; tests may stand in for it.
type Platform interface {
	Token(ctx context.Context) (string, error)
	DropToken(refused string)
	Send(ctx context.Context, token string, op mapping.Operation, body []byte) platform.Reply
	Vouchers(ctx context.Context, token string, zone *time.Location) ([]platform.Voucher, error)
}

// Config is how rows are sent.
type Config struct {
	Pace    Pace
	Retry   Retry
	Doubt   Doubt
	Breaker Breaker
	NoHold  bool          // send activations whose booking is not Prenotata yet, and rows whose offer has just been refused
	Stamp   mapping.Stamp // what a request gets when it leaves; its At is set then

	Catalogue *mapping.Catalogue // whose phases the platform answers with; nil = today's
}

// Pace and Breaker are what the gate is told.
type (
	Pace    = gate.Pace
	Breaker = gate.Breaker
)

// Retry is how often and after what wait a row is sent again.
type Retry struct {
	Attempts int           // exchanges per row, over all runs that take it up
	Base     time.Duration // of the first wait; each one doubles
	Cap      time.Duration // of any wait
}

// Doubt is how rows are treated whose answer was lost.
type Doubt struct {
	Settle time.Duration // the platform may still be working on a request for this long
	Wait   time.Duration // how long a run waits at its end for rows in doubt
}

// Claim is what whoever takes the journal to run jobs says of the rows that were on their way when a process died.
func (c Config) Claim() journal.Claim {
	return journal.Claim{Settle: c.Doubt.Settle, Lost: journal.Outcome{Class: string(esito.Riprovare), Code: journal.ProgramEnded}}
}
