package simulator

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestTimers(t *testing.T) {
	timers := Timers{Inviata: time.Minute, Isee: time.Hour, Scadenza: 90 * 24 * time.Hour}
	type stage struct {
		after time.Duration // since the booking
		want  Stato
	}
	for name, test := range map[string]struct {
		beneficiario string
		outcome      Stato
		fondi        time.Duration
		stages       []stage
	}{
		"famiglia": {mario, "", 0, []stage{
			{0, StatoInviata}, {time.Minute - 1, StatoInviata}, {time.Minute, StatoAttesa},
			{time.Hour + time.Minute - 1, StatoAttesa}, {time.Hour + time.Minute, StatoPrenotata},
			{90*24*time.Hour + time.Hour + time.Minute - 1, StatoPrenotata},
			{90*24*time.Hour + time.Hour + time.Minute, StatoScaduta},
		}},
		"impresa": {esempi, "", 0, []stage{{0, StatoInviata}, {time.Minute, StatoPrenotata}}},
		"refused": {mario, StatoNonPrenotabile, 0, []stage{{2 * time.Hour, StatoNonPrenotabile}, {1e4 * time.Hour, StatoNonPrenotabile}}},
		"no funds": {mario, StatoSospesa, 0, []stage{
			{2 * time.Hour, StatoSospesa}, {1e4 * time.Hour, StatoSospesa},
		}},
		"funds after a day": {mario, StatoSospesa, 24 * time.Hour, []stage{
			{2 * time.Hour, StatoSospesa}, {26 * time.Hour, StatoPrenotata},
		}},
		"all at once": {mario, "", 0, []stage{{1e4 * time.Hour, StatoScaduta}}},
	} {
		t.Run(name, func(t *testing.T) {
			world := World{Timers: timers}
			world.Timers.Fondi = test.fondi
			if test.outcome != "" {
				world.IseeOutcomes = map[string]Stato{test.beneficiario: test.outcome}
			}
			p, c := play(t, world)
			p.send(Prenotazione, body(Prenotazione, test.beneficiario, noon))
			for _, stage := range test.stages {
				c.advance(noon.Add(stage.after).Sub(c.Now()))
				if got := p.stato(test.beneficiario); got != stage.want {
					t.Errorf("after %s: %q, want %q", stage.after, got, stage.want)
				}
			}
		})
	}
}

// While a call waits for its answer, another one for the beneficiary meets the
// lock; one for somebody else does not; afterwards the way is free.
func TestLockWhileInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		world := still()
		world.Latency = time.Second
		p := playAt(t, world, time.Now)
		start := time.Now()
		first := make(chan got)
		go func() { first <- p.send(Prenotazione, body(Prenotazione, mario, start)) }()
		synctest.Wait()

		if answer := p.send(Disdetta, body(Disdetta, anna, start)); answer.Esito != "REQUEST_BUSINESS_NOK_006" {
			t.Errorf("somebody else: %s %s", answer.Esito, answer.Descrizione)
		}
		if answer := <-first; answer.Esito != "OK" || time.Since(start) != time.Second {
			t.Errorf("first: %s after %s", answer.Esito, time.Since(start))
		}

		go func() { first <- p.sendFault(Disdetta, body(Disdetta, mario, start), "delay; delay=1m") }()
		synctest.Wait()
		if answer := p.send(Disdetta, body(Disdetta, mario, start)); answer.Descrizione != lockText || answer.HTTP != 400 {
			t.Errorf("meanwhile: %d %s", answer.HTTP, answer.Descrizione)
		}
		<-first
		if answer := p.send(Disdetta, body(Disdetta, mario, start)); answer.Esito != "REQUEST_BUSINESS_NOK_007" {
			t.Errorf("afterwards: %s %s", answer.Esito, answer.Descrizione)
		}
	})
}

// The lock ends with the answer, even on a clock that does not move.
func TestLockEndsWithTheAnswer(t *testing.T) {
	p, _ := play(t, still())
	p.sendFault(Prenotazione, body(Prenotazione, mario, noon), "delay; delay=1ms")
	if answer := p.send(Prenotazione, body(Prenotazione, mario, noon)); answer.Esito != "REQUEST_BUSINESS_NOK_002" {
		t.Errorf("afterwards: %s %s", answer.Esito, answer.Descrizione)
	}
}

// A client that gives up does not stop the platform: the change is made and the
// beneficiary stays locked until the answer would have left.
func TestClientGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := playAt(t, still(), time.Now)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r := p.request(Prenotazione, body(Prenotazione, mario, start)).WithContext(ctx)
		r.Header.Set(faultHeader, "delay; delay=1m")
		if answer := p.do(r); !errors.Is(answer.err, context.DeadlineExceeded) || time.Since(start) != 10*time.Second {
			t.Fatalf("err = %v after %s", answer.err, time.Since(start))
		}
		if p.applied(mario) != 1 {
			t.Error("not applied")
		}
		if answer := p.send(Prenotazione, body(Prenotazione, mario, start)); answer.Descrizione != lockText {
			t.Errorf("before the minute: %s %s", answer.Esito, answer.Descrizione)
		}
		time.Sleep(50 * time.Second)
		if answer := p.send(Prenotazione, body(Prenotazione, mario, start)); answer.Esito != "REQUEST_BUSINESS_NOK_002" {
			t.Errorf("after the minute: %s %s", answer.Esito, answer.Descrizione)
		}
	})
}

func TestSlowApply(t *testing.T) {
	p, c := play(t, still())
	answer := p.sendFault(Prenotazione, body(Prenotazione, mario, noon), "slow-apply; delay=5m")
	if answer.HTTP != 504 || p.applied(mario) != 0 {
		t.Fatalf("answered %d, applied %d", answer.HTTP, p.applied(mario))
	}
	c.advance(5*time.Minute - 1)
	if answer := p.send(Prenotazione, body(Prenotazione, mario, noon)); answer.Descrizione != lockText {
		t.Errorf("before it is applied: %s %s", answer.Esito, answer.Descrizione)
	}
	c.advance(1)
	if answer := p.send(Prenotazione, body(Prenotazione, mario, noon)); answer.Esito != "REQUEST_BUSINESS_NOK_002" {
		t.Errorf("after it is applied: %s %s", answer.Esito, answer.Descrizione)
	}
	if p.applied(mario) != 1 || !p.Ledger()[1].Applied {
		t.Errorf("applied %d times; %+v", p.applied(mario), p.Ledger()[1])
	}
}

// Without the lock, the request sent again too early wins and the slow change
// comes to nothing: the ledger never shows two bookings.
func TestSlowApplyWithoutLock(t *testing.T) {
	p, c := play(t, still())
	p.sendFault(Prenotazione, body(Prenotazione, mario, noon), "slow-apply; delay=5m; no_lock=true")
	if answer := p.send(Prenotazione, body(Prenotazione, mario, noon)); answer.Esito != "OK" {
		t.Fatalf("meanwhile: %s", answer.Esito)
	}
	c.advance(time.Hour)
	if n := p.applied(mario); n != 1 || len(p.Vouchers()) != 1 || p.Ledger()[1].Applied {
		t.Errorf("applied %d times, %d vouchers", n, len(p.Vouchers()))
	}
}

// Slow changes are made in the order of their due times, not of their arrival.
func TestSlowChangesInOrder(t *testing.T) {
	p, c := play(t, World{})
	p.sendFault(Disdetta, body(Disdetta, mario, noon), "slow-apply; delay=3m; no_lock=true")
	p.sendFault(Prenotazione, body(Prenotazione, mario, noon), "slow-apply; delay=2m; no_lock=true")
	c.advance(time.Hour)
	if got := p.stato(mario); got != StatoDisdetta || p.applied(mario) != 2 {
		t.Errorf("%q, applied %d", got, p.applied(mario))
	}
}
