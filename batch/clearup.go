package batch

import (
	"context"
	"errors"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/esito"
)

// list provides a list of ISEE outcomes that was fetched after since, by the steady clock. answered is false while there is
// none; the row then comes back later, or the run stops.
func (s *sender) list(running context.Context, e *entry, since time.Time) (answered bool, d decision, err error) {
	switch s.lookups.Claim(since) {
	case ready:
		return true, decision{}, nil
	case busy:
		e.due = s.clock.Now().Add(time.Second)
		return false, decision{}, nil
	}
	token, err := s.pass(running)
	if err != nil {
		s.lookups.Abandon()
		return false, s.withoutToken(running, e, err), nil
	}
	if err := s.gate.Depart(running); err != nil {
		s.lookups.Abandon()
		s.gate.Release()
		return false, decision{}, nil
	}
	err = s.lookups.Fetch(running, token)
	if err == nil {
		s.gate.Looked(false, nil)
		return true, decision{}, nil
	}
	return s.withoutList(e, token, err)
}

// withoutList treats a list that was not to be had: what was asked about stays as it is. Other rows go on without it; where
// there are none, what only a person can put right ends the run.
func (s *sender) withoutList(e *entry, token string, err error) (answered bool, d decision, failed error) {
	if broken := (*journal.Error)(nil); errors.As(err, &broken) {
		return false, decision{}, err
	}
	tokenRefused := errors.Is(err, platform.ErrTokenRefused)
	if tokenRefused {
		s.job.Platform.DropToken(token)
	}
	noList := []string{string(journal.StopListNotReached), err.Error()}
	if s.gate.Looked(!tokenRefused, noList) {
		return false, decision{stop: s.gaveUp(noList)}, nil
	}
	if tokenRefused && !e.refusedList { // once more, with a new token
		e.refusedList, e.due = true, s.clock.Now()
		return false, decision{}, nil
	}
	s.job.Log.Warn("no list of ISEE outcomes: what it would clear up stays open", "error", err)
	var list *platform.ListError
	if alone := s.run == ""; !alone || !tokenRefused && !errors.As(err, &list) {
		return true, decision{}, nil
	}
	switch {
	case tokenRefused:
		d.stop = tokenStop(noList)
	case list.Credentials:
		d.stop = &Stop{Cause: Credentials, Code: journal.StopListKeyRefused, Args: noList[1:]}
	case list.Permanent:
		d.stop = &Stop{Cause: Unavailable, Code: journal.StopListNotReached, Args: noList[1:]}
	}
	return d.stop == nil, d, nil
}

// clearUp finds out from the list of ISEE outcomes what became of a prenotazione in doubt.
func (s *sender) clearUp(running context.Context, e *entry) (decision, error) {
	at := s.job.Now()
	if answered, d, err := s.list(running, e, e.settles); err != nil || !answered {
		return d, err
	}
	voucher, f, err := s.lookups.Find(context.WithoutCancel(running), e.row)
	if broken := (*journal.Error)(nil); errors.As(err, &broken) {
		return decision{}, err
	}
	if err != nil {
		if !errors.Is(err, errNoList) {
			s.job.Log.Warn("looking up a row in doubt failed", "row", e.row.Number, "error", err)
		}
		e.due = s.clock.Now().Add(s.job.Config.Breaker.Pause) // it stays in doubt meanwhile
		return decision{}, nil
	}
	e.finding = f
	d := decideLookup(s.job.Config, s.situation(e), f)
	outcome := e.row.Outcome
	outcome.Args, outcome.Advice, outcome.Reason = doubtOf(outcome), "", "" // an older release has stored texts of the doubt
	switch {
	case f == present:
		outcome = journal.Outcome{Class: string(esito.OK), Esito: esito.CodeOK, Protocollo: voucher.Protocollo, FaseOperativa: voucher.FaseOperativa, Code: journal.FoundInList}
	case e.refused && f == unclear:
		told := platform.Judge(e.row.Operation, refusalOf(outcome), true, s.job.Config.Catalogue)
		d.state, outcome.Code, outcome.Args = journal.Already, journal.RefusedInList, told.Args
	case e.refused:
		told := platform.Judge(e.row.Operation, refusalOf(outcome), false, s.job.Config.Catalogue)
		d.state, outcome.Class, outcome.Fields = journal.Rejected, string(told.Class), told.Fields
		outcome.Code, outcome.Args = journal.RefusedNotInList, told.Args
	case d.state == journal.Rejected:
		outcome.Code = journal.NotInListToTheEnd
	case d.block:
		outcome.Code = journal.UnclearInList
	default:
		outcome.Code = journal.NotInList
	}
	return d, s.record(running, e, d, outcome, &journal.Event{At: at, Ended: s.job.Now(), Kind: journal.KindLookup, Code: outcome.Code, Args: outcome.Args})
}

// doubtOf is the code of the doubt that an outcome tells of, with its arguments, whatever was found out since.
func doubtOf(o journal.Outcome) []string {
	switch o.Code {
	case journal.NotInList, journal.UnclearInList:
		return o.Args
	}
	return append([]string{string(o.Code)}, o.Args...)
}

// refusalOf is the reply that an outcome keeps.
func refusalOf(o journal.Outcome) platform.Reply {
	return platform.Reply{HTTP: o.HTTP, Esito: o.Esito, Descrizione: o.Descrizione}
}
