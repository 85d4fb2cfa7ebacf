package batch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"voucherbul/batch/history"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// step moves one row on by one exchange. "Never twice, never lost" rests on this order: is it there already — may it go now
// — is there a token — record that it is sent — send it — decide — record what became of it. Nothing is sent that is not on
// disk as sent, nothing is shown that is not on disk.
//
// running ends the waits before the sending, sending the request itself. The error is the journal's.
func (s *sender) step(running, sending context.Context, e *entry) (decision, error) {
	if e.row.State == journal.Planned {
		if settled, err := s.withoutSending(running, e); settled || err != nil {
			return decision{}, err
		}
	}
	if s.mayHold(e.row) {
		if d, done, err := s.hold(running, e); done || err != nil {
			return d, err
		}
	}
	if e.row.State == journal.Uncertain && e.row.Operation == mapping.OperationPrenotazione && e.finding == notAsked {
		return s.clearUp(running, e)
	}
	if e.retries {
		if wait := s.gate.Retry(); wait > 0 {
			e.due = s.clock.Now().Add(wait)
			return decision{}, nil
		}
		e.retries = false
	}
	d, exchanged, err := s.exchange(running, sending, e)
	if err != nil || exchanged == nil {
		return d, err
	}
	return d, s.record(sending, e, d, exchanged.outcome, &exchanged.attempt)
}

// exchange sends a row if it may go, and decides what became of it. nil means that there was no exchange, and the row is as it
// was. It takes one of the places of requests that are under way: what is written down afterwards keeps nobody from sending.
func (s *sender) exchange(running, sending context.Context, e *entry) (decision, *exchanged, error) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-running.Done():
		return decision{}, nil, nil
	}
	token, err := s.pass(running)
	if err != nil {
		return s.withoutToken(running, e, err), nil, nil
	}
	body, err := s.body(e)
	if err != nil {
		return decision{}, nil, fmt.Errorf("row %d: %w", e.row.Number, err)
	}
	at := s.job.Now()
	if err := s.job.Journal.Sent(running, e.row.ID, at); err != nil {
		if running.Err() != nil && errors.Is(err, running.Err()) {
			return decision{}, nil, nil
		}
		return decision{}, nil, err
	}
	e.row.Attempts++
	e.row.SentAt, e.resent = at, e.row.InDoubt
	if e.row.FirstSentAt.IsZero() {
		e.row.FirstSentAt = at
	}

	reply, left := s.send(running, sending, token, e.row.Operation, body)
	verdict := platform.Judge(e.row.Operation, reply, e.row.InDoubt && e.finding != older, s.job.Config.Catalogue)
	d := decide(s.job.Config, s.situation(e), verdict)
	if d.state == journal.Already && e.finding == absent {
		// A voucher is there that was not in the list: the one that an earlier sending made too late for it, or one of somebody
		// else. The list tells, as it is now.
		e.refused = true
		d = decision{state: journal.Uncertain, inDoubt: true, notBefore: s.clock.Now()}
	}

	s.obey(e, &d, verdict, reply.Esito, token, left)
	return d, &exchanged{outcomeOf(reply, verdict, d.state), journal.Event{At: at, Ended: s.job.Now(), Kind: journal.KindSend,
		HTTP: reply.HTTP, Esito: reply.Esito, Wait: max(d.shut, d.notBefore.Sub(s.clock.Now()), 0), Code: journal.Code(verdict.Code), Args: verdict.Args}}, nil
}

// exchanged is what an exchange leaves to be written down.
type exchanged struct {
	outcome journal.Outcome
	attempt journal.Event
}

// send sends a request, and says when it left. One that never left, as the run has been stopped meanwhile, is one that was
// not reached.
func (s *sender) send(running, sending context.Context, token string, op mapping.Operation, body []byte) (reply platform.Reply, left time.Time) {
	err := running.Err()
	if err == nil {
		err = s.gate.Depart(running)
	}
	if err != nil {
		return platform.Reply{Err: err}, s.clock.Now()
	}
	left = s.clock.Now()
	return s.job.Platform.Send(sending, token, op, body), left
}

// slowToken is a token that was fetched anew: the place in the pace that was taken before is stale by then.
const slowToken = 50 * time.Millisecond

// pass waits for a place in the pace, and gets a token for it.
func (s *sender) pass(running context.Context) (token string, err error) {
	for {
		if err := s.gate.Pass(running); err != nil {
			return "", err
		}
		asked := s.clock.Now()
		token, err := s.job.Platform.Token(running)
		if err != nil || s.clock.Now().Sub(asked) < slowToken {
			return token, err
		}
		s.gate.Release()
	}
}

// withoutSending settles rows that must not go: the journal has the same request already, or the row's offer
// has just been refused.
func (s *sender) withoutSending(ctx context.Context, e *entry) (settled bool, err error) {
	var acquired journal.Acquired
	var ok bool
	if e.row.Shared { // otherwise no other order is about the beneficiary, and nothing can be acquired
		acquired, ok, err = s.job.Journal.AcquiredFor(context.WithoutCancel(ctx), e.row) // short, and better answered than cut off
	}
	switch {
	case err != nil:
		return false, err
	case ok:
		return true, s.record(ctx, e, decision{state: journal.Already, inDoubt: e.row.InDoubt}, history.Acquired(acquired), nil)
	case e.heldBy > 0:
		return true, s.record(ctx, e, decision{state: journal.Pending, inDoubt: e.row.InDoubt}, journal.Outcome{
			Class: string(esito.Correggibile), Code: journal.OfferRefused, Args: []string{strconv.Itoa(e.heldBy)}}, nil)
	}
	return false, nil
}

// withoutToken treats a token that was not to be had, or a run that ends: no row has been touched by it.
func (s *sender) withoutToken(running context.Context, e *entry, err error) decision {
	if running.Err() != nil {
		return decision{}
	}
	if refused := (*platform.TokenError)(nil); errors.As(err, &refused) && !refused.Temporary {
		return decision{stop: &Stop{Cause: Credentials, Code: journal.StopNoToken, Args: []string{err.Error(), refused.Number}}}
	}
	if v := platform.Judge(e.row.Operation, platform.Reply{Err: err}, false, nil); v.Class == esito.Configurazione { // not trusted: no wait makes it so
		return decision{stop: stopBy(Unavailable, v)}
	}
	e.due = s.clock.Now().Add(s.job.Config.Retry.retryWait(1, rand.Float64()))
	noToken := []string{string(journal.StopNoToken), err.Error()}
	if s.gate.Observe(true, noToken) {
		return decision{stop: s.gaveUp(noToken)}
	}
	return decision{}
}

// obey does what a decision asks of the whole run.
func (s *sender) obey(e *entry, d *decision, v platform.Verdict, answered, token string, left time.Time) {
	e.tokenRefused = d.newToken
	e.retries = v.Class == esito.Riprovare && !d.state.Settled()
	if v.Overload && v.Wait == 0 {
		s.gate.Slower(left)
	}
	if !d.free {
		e.finding = notAsked // it may have changed what the list says
	}
	if d.newToken {
		s.job.Platform.DropToken(token)
	}
	d.refusedOffer = v.OfferRefused
	gaveUp, why := false, []string(nil)
	if v.Outage || d.shut > 0 {
		why = trouble(v, answered)
	}
	if v.Class == esito.Limite {
		s.gate.Release() // the gateway is well, and the services behind it were not asked
	} else {
		gaveUp = s.gate.Observe(v.Outage, why)
	}
	if d.shut > 0 {
		gaveUp = s.gate.Shut(d.shut, why) || gaveUp
	}
	if gaveUp && d.stop == nil {
		d.stop = s.gaveUp(why)
	}
	if d.stop != nil {
		s.cancelWaits() // now, and not when the loop hears of it: nothing more leaves
	}
}

// record writes a decision down and makes the row in memory say the same.
func (s *sender) record(ctx context.Context, e *entry, d decision, o journal.Outcome, a *journal.Event) error {
	at, notBefore := s.job.Now(), time.Time{}
	if !d.notBefore.IsZero() {
		notBefore = at.Add(d.notBefore.Sub(s.clock.Now()))
	}
	// What is known is written down even while the run is being stopped.
	err := s.job.Journal.Record(context.WithoutCancel(ctx), e.row.ID, at, journal.Change{
		State: d.state, NotBefore: notBefore, InDoubt: d.inDoubt, Free: d.free, Lone: e.row.Fresh, Outcome: o, Event: a})
	if err != nil {
		return err
	}
	e.row.State, e.row.NotBefore, e.row.InDoubt, e.row.Outcome, e.due = d.state, notBefore, d.inDoubt, o, d.notBefore
	if d.free {
		if e.row.Attempts--; e.row.Attempts == 0 {
			e.row.FirstSentAt = time.Time{} // until an attempt counts, it was not sent
		}
	}
	e.row.Fresh = e.row.Fresh && a == nil
	if a != nil && a.Kind == journal.KindSend {
		e.settles = d.notBefore
	}
	return nil
}

func (s *sender) body(e *entry) ([]byte, error) {
	stamp := s.job.Config.Stamp
	stamp.At = s.job.Now().In(s.job.Zone)
	return mapping.Body(e.row.Operation, e.row.Request, stamp)
}

func (s *sender) situation(e *entry) situation {
	return situation{operation: e.row.Operation, attempts: e.row.Attempts, inDoubt: e.row.InDoubt, resent: e.resent,
		tokenRefused: e.tokenRefused, now: s.clock.Now(), random: rand.Float64()}
}

func (s *sender) gaveUp(trouble []string) *Stop {
	after := s.job.Config.Breaker.GiveUp.Round(time.Second)
	return &Stop{Cause: Unavailable, Code: journal.StopUnavailable, Args: append([]string{after.String()}, trouble...)}
}

// outcomeOf is what the journal keeps of a reply to a row.
func outcomeOf(r platform.Reply, v platform.Verdict, state journal.State) journal.Outcome {
	o := journal.Outcome{HTTP: r.HTTP, Esito: r.Esito, Descrizione: r.Descrizione, FaseOperativa: r.FaseOperativa,
		DataOperazione: r.DataOperazione, DataResponse: r.DataResponse, Class: string(v.Class), Code: journal.Code(v.Code), Args: v.Args}
	if o.Descrizione == "" {
		o.Descrizione = r.Message
	}
	if state == journal.Rejected {
		o.Fields = v.Fields
	}
	if state == journal.Uncertain && r.Esito == "" { // whatever a gateway shows to browsers means nothing to a clerk
		o.Descrizione = ""
	}
	return o
}
