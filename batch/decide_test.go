package batch

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// settings are those of the configuration's defaults, but for the pace: as fast as the platform answers.
func settings() Config {
	return Config{
		Pace:    Pace{Rate: 0, Burst: 1, InFlight: 8},
		Retry:   Retry{Attempts: 4, Base: 5 * time.Second, Cap: 5 * time.Minute},
		Doubt:   Doubt{Settle: 330 * time.Second, Wait: 10 * time.Minute},
		Breaker: Breaker{Failures: 5, Pause: time.Minute, GiveUp: 15 * time.Minute},
		Stamp:   mapping.Stamp{Owner: "batch-voucher", DateTimes: mapping.WithOffset, DataPrenotazione: true, DataDisdetta: true},
	}
}

// after is the instant d after the start.
func after(d time.Duration) time.Time { return start.Add(d) }

func TestDecide(t *testing.T) {
	c := settings()
	const settle = 330 * time.Second
	lock := platform.Verdict{Class: esito.Riprovare, Esito: true, Lock: true}
	doubtful := platform.Verdict{Class: esito.Riprovare, Ambiguous: true, Outage: true}
	planned := decision{state: journal.Planned, notBefore: start}
	with := func(d decision, change func(*decision)) decision { change(&d); return d }
	for _, test := range []struct {
		name    string
		s       situation
		verdict platform.Verdict
		want    decision
		stop    Cause // "" = the run goes on
	}{
		{"accepted", situation{attempts: 1}, platform.Verdict{Class: esito.OK, Esito: true}, decision{state: journal.Accepted}, ""},
		{"there already", situation{attempts: 1}, platform.Verdict{Class: esito.GiaFatto, Esito: true}, decision{state: journal.Already}, ""},
		{"to be corrected", situation{attempts: 1}, platform.Verdict{Class: esito.Correggibile, Esito: true}, decision{state: journal.Rejected}, ""},
		{"out of order", situation{attempts: 1}, platform.Verdict{Class: esito.Ordine, Esito: true}, decision{state: journal.Rejected}, ""},
		{"in some days", situation{attempts: 1}, platform.Verdict{Class: esito.Attendere, Esito: true}, decision{state: journal.Rejected}, ""},
		{"final", situation{attempts: 1}, platform.Verdict{Class: esito.Definitivo, Esito: true}, decision{state: journal.Rejected}, ""},
		{"for the help desk", situation{attempts: 1}, platform.Verdict{Class: esito.Assistenza, Esito: true}, decision{state: journal.Rejected}, ""},
		{"a class nobody knows", situation{attempts: 1}, platform.Verdict{Class: "new"}, decision{state: journal.Rejected}, ""},

		{"token refused", situation{attempts: 1}, platform.Verdict{Class: esito.TokenScaduto},
			with(planned, func(d *decision) { d.free, d.newToken = true, true }), ""},
		{"token refused again", situation{attempts: 1, tokenRefused: true}, platform.Verdict{Class: esito.TokenScaduto},
			with(planned, func(d *decision) { d.free, d.newToken = true, true }), Credentials},

		{"configuration, by the gateway", situation{attempts: 1}, platform.Verdict{Class: esito.Configurazione, Code: esito.BasisNoService},
			with(planned, func(d *decision) { d.free = true }), Unavailable},
		{"configuration, key refused", situation{attempts: 1}, platform.Verdict{Class: esito.Configurazione, Credentials: true, Code: esito.BasisKeyRefused},
			with(planned, func(d *decision) { d.free = true }), Credentials},
		{"configuration, in an answer about the row", situation{attempts: 1}, platform.Verdict{Class: esito.Configurazione, Esito: true, Code: esito.BasisFieldRefused, Args: []string{"owner"}},
			decision{state: journal.Pending}, ""},

		{"429", situation{attempts: 1}, platform.Verdict{Class: esito.Limite, Wait: 7 * time.Second},
			with(planned, func(d *decision) { d.free, d.shut = true, 7*time.Second }), ""},
		{"429 that does not say how long", situation{attempts: 9}, platform.Verdict{Class: esito.Limite},
			with(planned, func(d *decision) { d.free, d.shut = true, 30*time.Second }), ""},
		{"quota of exactly as long as a run waits", situation{}, platform.Verdict{Class: esito.Limite, Wait: c.Breaker.GiveUp},
			with(planned, func(d *decision) { d.free, d.shut = true, c.Breaker.GiveUp }), ""},
		{"quota of longer than a run waits", situation{}, platform.Verdict{Class: esito.Limite, Wait: c.Breaker.GiveUp + 1},
			with(planned, func(d *decision) { d.free, d.shut = true, c.Breaker.GiveUp+1 }), Unavailable},

		{"not processed", situation{attempts: 1, random: 0}, platform.Verdict{Class: esito.Riprovare, Outage: true},
			with(planned, func(d *decision) { d.free, d.notBefore = true, start }), ""},
		{"not processed, as often as it likes", situation{attempts: 40, random: 0.5}, platform.Verdict{Class: esito.Riprovare, Outage: true},
			with(planned, func(d *decision) { d.free, d.notBefore = true, after(2500*time.Millisecond) }), ""},
		{"not processed, with a wait asked for", situation{attempts: 1}, platform.Verdict{Class: esito.Riprovare, Outage: true, Wait: time.Minute},
			with(planned, func(d *decision) { d.free, d.shut, d.notBefore = true, time.Minute, after(time.Minute) }), ""},
		{"not processed, with a longer wait than a run waits", situation{attempts: 1}, platform.Verdict{Class: esito.Riprovare, Outage: true, Wait: time.Hour},
			with(planned, func(d *decision) { d.free = true }), Unavailable},

		{"lock, first", situation{attempts: 1}, lock, with(planned, func(d *decision) { d.notBefore = after(30 * time.Second) }), ""},
		{"lock, second", situation{attempts: 2}, lock, with(planned, func(d *decision) { d.notBefore = after(60 * time.Second) }), ""},
		{"lock, third", situation{attempts: 3}, lock, with(planned, func(d *decision) { d.notBefore = after(120 * time.Second) }), ""},
		{"lock, last", situation{attempts: 4}, lock, decision{state: journal.Rejected}, ""},
		{"lock with a wait asked for", situation{attempts: 1}, platform.Verdict{Class: esito.Riprovare, Lock: true, Wait: 45 * time.Second},
			with(planned, func(d *decision) { d.notBefore = after(45 * time.Second) }), ""},

		{"prenotazione in doubt", situation{attempts: 1, operation: mapping.OperationPrenotazione}, doubtful,
			decision{state: journal.Uncertain, inDoubt: true, notBefore: after(settle)}, ""},
		{"attivazione in doubt", situation{attempts: 1, operation: mapping.OperationAttivazione}, doubtful,
			decision{state: journal.Uncertain, inDoubt: true, notBefore: after(settle)}, ""},
		{"attivazione in doubt again", situation{attempts: 2, inDoubt: true, resent: true, operation: mapping.OperationAttivazione}, doubtful,
			decision{state: journal.Uncertain, inDoubt: true, notBefore: after(settle), block: true}, ""},
		{"prenotazione in doubt again", situation{attempts: 2, inDoubt: true, resent: true, operation: mapping.OperationPrenotazione}, doubtful,
			decision{state: journal.Uncertain, inDoubt: true, notBefore: after(settle)}, ""},
	} {
		for _, inDoubt := range []bool{false, true} {
			name := test.name
			if inDoubt {
				name += ", in doubt before"
			}
			t.Run(name, func(t *testing.T) {
				s, want := test.s, test.want
				s.now = start
				s.inDoubt, want.inDoubt = s.inDoubt || inDoubt, want.inDoubt || inDoubt // a doubt is never forgotten
				if inDoubt && want.state == journal.Pending {
					want.state, want.notBefore = journal.Uncertain, start.Add(c.Doubt.Settle)
				}
				if inDoubt && want.state == journal.Planned {
					want.state = journal.Uncertain // at rest too, for a run that ends here
				}
				if inDoubt && want.state == journal.Rejected && (!test.verdict.Esito || test.verdict.Lock) {
					// No word about this row: the earlier attempt is as open as before.
					want = decision{state: journal.Uncertain, inDoubt: true, notBefore: start.Add(c.Doubt.Settle)}
				}
				got := decide(c, s, test.verdict)
				var stop Cause
				if got.stop != nil {
					stop = got.stop.Cause
					if got.stop.Code == "" {
						t.Error("the stop has no reason")
					}
				}
				if got.suspect != nil && (got.suspect.Code != journal.Code(esito.BasisFieldRefused) || len(got.suspect.Args) != 1) {
					t.Errorf("suspect %+v does not say what is refused", got.suspect)
				}
				if blames := test.verdict.Class == esito.Configurazione && test.verdict.Esito; (got.suspect != nil) != blames {
					t.Errorf("suspect %+v, want one: %v", got.suspect, blames)
				}
				got.stop, got.suspect = nil, nil
				if got != want || stop != test.stop {
					t.Errorf("got  %+v, stop %q\nwant %+v, stop %q", got, stop, want, test.stop)
				}
			})
		}
	}
}

// TestDecideALockInDoubt: the last lock text says nothing about the earlier attempt whose answer was lost.
func TestDecideALockInDoubt(t *testing.T) {
	s := situation{operation: mapping.OperationAttivazione, attempts: 4, inDoubt: true, now: start}
	got := decide(settings(), s, platform.Verdict{Class: esito.Riprovare, Esito: true, Lock: true})
	if got.state != journal.Uncertain {
		t.Errorf("%s, want uncertain", got.state)
	}
}

// TestDecideProperty: what must hold for every verdict there can be.
func TestDecideProperty(t *testing.T) {
	classes := []esito.Class{esito.OK, esito.GiaFatto, esito.Correggibile, esito.Ordine, esito.Riprovare,
		esito.Attendere, esito.Definitivo, esito.Assistenza, esito.Configurazione, esito.TokenScaduto, esito.Limite}
	rapid.Check(t, func(t *rapid.T) {
		flag := rapid.Bool()
		s := situation{operation: rapid.SampledFrom(mapping.Operations()).Draw(t, "operation"), attempts: rapid.IntRange(1, 9).Draw(t, "attempts"),
			inDoubt: flag.Draw(t, "in doubt"), resent: flag.Draw(t, "resent"), tokenRefused: flag.Draw(t, "token refused"),
			now: start, random: rapid.Float64Range(0, 0.999).Draw(t, "random")}
		v := platform.Verdict{Class: rapid.SampledFrom(classes).Draw(t, "class"), Ambiguous: flag.Draw(t, "ambiguous"), Outage: flag.Draw(t, "outage"),
			Esito: flag.Draw(t, "esito"), Lock: flag.Draw(t, "lock"), Credentials: flag.Draw(t, "credentials"),
			Wait: time.Duration(rapid.IntRange(0, 2000).Draw(t, "wait")) * time.Second}
		d := decide(settings(), s, v)
		switch {
		case s.inDoubt && !d.inDoubt:
			t.Fatal("the doubt is forgotten")
		case d.state == journal.Uncertain && v.Ambiguous && v.Class == esito.Riprovare && d.notBefore.Before(start.Add(settings().Doubt.Settle)):
			t.Fatal("a row in doubt goes before the platform has settled it")
		case s.inDoubt && d.state == journal.Planned:
			t.Fatal("a row in doubt is at rest as if it had never been sent")
		case d.free && d.state.Settled():
			t.Fatal("an exchange that is free and final")
		case d.block && d.state != journal.Uncertain:
			t.Fatal("a row that is not in doubt closes its lane")
		case d.stop != nil && d.state.Settled():
			t.Fatal("a stop spoils the row")
		case d.state == journal.Planned && d.notBefore.Before(start):
			t.Fatal("a row that waits for no time would go out of order")
		case v.Class == esito.Riprovare && v.Ambiguous && d.state != journal.Uncertain:
			t.Fatal("an answer that was lost, and no doubt")
		case v.Wait > 0 && v.Class == esito.Riprovare && d.stop == nil && d.state == journal.Planned && d.notBefore.Before(start.Add(v.Wait)):
			t.Fatal("sooner than the platform asks")
		}
	})
}

func TestDecideLookup(t *testing.T) {
	for _, test := range []struct {
		attempts int
		found    finding
		want     decision
	}{
		{1, present, decision{state: journal.Accepted, inDoubt: true}},
		{4, present, decision{state: journal.Accepted, inDoubt: true}},
		{1, absent, decision{state: journal.Uncertain, inDoubt: true, notBefore: start}},
		{3, absent, decision{state: journal.Uncertain, inDoubt: true, notBefore: start}},
		{4, absent, decision{state: journal.Rejected, inDoubt: true}},
		{5, absent, decision{state: journal.Rejected, inDoubt: true}},
		{1, older, decision{state: journal.Uncertain, inDoubt: true, notBefore: start}},
		{4, older, decision{state: journal.Rejected, inDoubt: true}},
	} {
		s := situation{operation: mapping.OperationPrenotazione, attempts: test.attempts, inDoubt: true, now: start}
		if got := decideLookup(settings(), s, test.found); got != test.want {
			t.Errorf("attempt %d, found %v: %+v, want %+v", test.attempts, test.found, got, test.want)
		}
	}
}

func TestLockWait(t *testing.T) {
	r := settings().Retry
	for n, want := range []time.Duration{30 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute} {
		if got := r.lockWait(n); got != want {
			t.Errorf("after attempt %d: %v, want %v", n, got, want)
		}
	}
	if got := r.lockWait(1 << 30); got != r.Cap {
		t.Errorf("after very many: %v, want the cap", got)
	}
}

func TestRetryWait(t *testing.T) {
	r := settings().Retry
	for _, test := range []struct {
		n      int
		random float64
		want   time.Duration
	}{
		{1, 0, 0}, {1, 0.5, 2500 * time.Millisecond}, {1, 0.9, 4500 * time.Millisecond},
		{2, 0.5, 5 * time.Second}, {4, 0.5, 20 * time.Second},
	} {
		if got := r.retryWait(test.n, test.random); got != test.want {
			t.Errorf("attempt %d, random %v: %v, want %v", test.n, test.random, got, test.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := Retry{Base: time.Duration(rapid.IntRange(1, 1e10).Draw(t, "base")), Cap: time.Duration(rapid.IntRange(1, 1e12).Draw(t, "cap"))}
		n, random := rapid.IntRange(1, 1000).Draw(t, "n"), rapid.Float64Range(0, 0.999).Draw(t, "random")
		if wait := r.retryWait(n, random); wait < 0 || wait > r.Cap {
			t.Fatalf("%v with base %v and cap %v", wait, r.Base, r.Cap)
		}
	})
}
