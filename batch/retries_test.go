package batch

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
)

var (
	retryPlans   = flag.Int("retries", 120, "how many courses of retries TestRetries plays")
	oneRetryPlan = flag.Int("retry", -1, "play this course of retries only")
)

func retryCount() int {
	if *retryPlans == 120 && testing.Short() {
		return 4
	}
	return *retryPlans
}

// TestRetries plays random orders, some of which are refused, against random faults; then rows go again, by run and by outcome,
// old ones too, with random corrections, and some of the commands are killed or stopped. By the ledger of the platform no order
// is applied twice, whoever it is of by then, and none is sent after it was accepted.
// A failing test names its course: go test ./batch -run TestRetries -retry N plays it again.
func TestRetries(t *testing.T) {
	if *oneRetryPlan >= 0 {
		newRetryPlan(*oneRetryPlan).play(t)
		return
	}
	const players = 4
	for player := range players {
		t.Run(fmt.Sprint("player ", player), func(t *testing.T) {
			t.Parallel()
			for number := player; number < retryCount(); number += players {
				t.Run(fmt.Sprint(number), func(t *testing.T) {
					newRetryPlan(number).play(t)
					if t.Failed() {
						t.Logf("play it again: go test ./batch -run TestRetries -retry %d", number)
					}
				})
			}
		})
	}
}

// retries is a course that is being played.
type retries struct {
	*retryPlan
	*rig
	commands map[string]func() Job // by the run that they have made
	outcomes []string              // CSV, as they were written and never changed
	ofRun    []string              // of each outcome
	edits    int
	told     []string // what was done
}

func (p *retryPlan) play(t *testing.T) {
	t.Helper()
	play(t, p.world, func(t *testing.T, r *rig) {
		r.config = p.config
		c := &retries{retryPlan: p, rig: r, commands: map[string]func() Job{}}
		var files []string
		for _, orders := range p.files {
			files = append(files, r.file(orders...))
		}
		c.give("run", func() Job { return r.job(files...) })
		for range 2 + p.random.IntN(4) {
			time.Sleep(time.Duration(p.random.IntN(2000)) * time.Second)
			c.disturb()
		}
		c.finish()
		c.check()
		if t.Failed() {
			c.tell()
		}
	})
}

// give gives a command, which may be killed or stopped; killed before its run was planned, it is given again.
func (c *retries) give(name string, job func() Job) {
	c.told = append(c.told, name)
	for {
		switch c.random.IntN(6) {
		case 0:
			if _, killed := c.kill(c.random, fmt.Sprintf("killed-%d.db", len(c.told)), job()); killed {
				c.told = append(c.told, "killed")
			}
		case 1:
			ctx, cancel := context.WithCancel(c.t.Context())
			time.AfterFunc(time.Minute+time.Duration(1+c.random.IntN(60_000))*time.Millisecond, cancel)
			result := c.runWith(ctx, job())
			cancel()
			c.told = append(c.told, "stopped in "+result.Run)
		default:
			c.told = append(c.told, "ended "+c.runWith(c.t.Context(), job()).Run)
		}
		if c.learn(job) || c.t.Failed() {
			return
		}
	}
}

// learn notes the runs that a command has made, and writes their outcomes.
func (c *retries) learn(job func() Job) (planned bool) {
	for _, run := range c.runs() {
		if c.commands[run.ID] == nil {
			c.commands[run.ID] = job
		}
		planned = true
	}
	runs := c.runs()
	if len(runs) == 0 {
		return false
	}
	for _, run := range runs[:1] {
		files, err := c.journal.Files(context.Background(), run.ID)
		if err != nil {
			c.t.Fatal(err)
		}
		for i := range files {
			c.outcomes, c.ofRun = append(c.outcomes, c.outcome(run.ID, i+1, ".csv")), append(c.ofRun, run.ID)
		}
	}
	return planned
}

func (c *retries) runs() []journal.Run {
	runs, err := c.journal.Runs(context.Background(), 0)
	if err != nil {
		c.t.Fatal(err)
	}
	return runs
}

// disturb does one of the things that people do.
func (c *retries) disturb() {
	runs := c.runs()
	run := runs[c.random.IntN(len(runs))].ID
	refused := c.random.IntN(4) == 0
	switch what := c.random.IntN(6); {
	case what == 0 && c.isOpen(run):
		c.give("resume "+run, c.commands[run])
	case what <= 1:
		c.give(fmt.Sprintf("retry %s refused %v", run, refused), func() Job {
			job := c.againRun(run)
			job.Resend.Refused = refused
			return job
		})
	default:
		c.correct(refused)
	}
}

// isOpen reports a run that the same command takes up.
func (c *retries) isOpen(run string) bool {
	return slices.ContainsFunc(c.rowsOfRun(run), func(row journal.Row) bool { return !row.State.Settled() })
}

func (c *retries) rowsOfRun(run string) (rows []journal.Row) {
	files, err := c.journal.Files(context.Background(), run)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, f := range files {
		rows = append(rows, c.rig.rows(f.ID)...)
	}
	return rows
}

// correct gives an outcome back, of any time, with some of its rows and some corrections.
func (c *retries) correct(refused bool) {
	which := c.random.IntN(len(c.outcomes))
	sheet := linesOf(c.t, c.outcomes[which])
	owner, corrected := map[string]bool{}, map[string]bool{} // IDs
	for n := 1; n < len(sheet); n++ {
		if c.random.IntN(3) > 0 && c.edit(sheet, n) {
			corrected[sheet[n][sheet.column(c.t, ourfile.IDColumn)]] = true
		}
		owner[sheet[n][sheet.column(c.t, ourfile.IDColumn)]] = true
	}
	mayGo := c.mayGo(sortedKeys(corrected))
	if c.random.IntN(2) == 0 {
		c.random.Shuffle(len(sheet)-1, func(i, k int) { sheet[i+1], sheet[k+1] = sheet[k+1], sheet[i+1] })
		sheet = sheet[:2+c.random.IntN(len(sheet)-1)]
	}
	left := map[string]bool{}
	for _, line := range sheet[1:] {
		left[line[sheet.column(c.t, ourfile.IDColumn)]] = true
	}
	path := filepath.Join(c.dir, fmt.Sprintf("corrected-%d.esiti.csv", len(c.told)))
	sheet.write(c.t, path)
	before := len(c.told)
	c.give(fmt.Sprintf("outcome %d of %s, %d of %d rows, %d corrected, refused %v", which, c.ofRun[which], len(sheet)-1, len(owner), len(corrected), refused), func() Job {
		job := c.again(path)
		job.Resend.Refused = refused
		return job
	})
	if len(c.told) == before+2 && c.told[before+1][:5] == "ended" { // nothing came in between
		c.wantSent(c.told[before+1][6:], mayGo, left)
	}
}

// mayGo finds, of corrected rows, the orders that nothing keeps from being sent, by the ID of the row.
func (c *retries) mayGo(texts []string) map[string]journal.Group {
	may := map[string]journal.Group{}
	for _, text := range texts {
		id, err := journal.ParseRowID(text)
		if err != nil {
			c.t.Fatal(err)
		}
		groups, err := c.journal.Groups(context.Background(), []journal.RowID{id})
		if err != nil {
			c.t.Fatal(err)
		}
		if len(groups[id]) == 0 {
			c.t.Fatal("no row ", text)
		}
		if !slices.ContainsFunc(groups[id], func(row journal.Row) bool {
			return row.State == journal.Accepted || row.State == journal.Already || row.State == journal.Uncertain || row.State == journal.Sent
		}) {
			may[text] = groups[id]
		}
	}
	return may
}

// wantSent checks that corrected rows have been sent by a run that came to its end, or wait there for another one.
func (c *retries) wantSent(run string, may map[string]journal.Group, left map[string]bool) {
	c.t.Helper()
	for text, group := range may {
		if !left[text] {
			continue
		}
		sent := slices.ContainsFunc(c.rowsOfRun(run), func(row journal.Row) bool {
			mine := slices.ContainsFunc(row.Earlier, func(e journal.Earlier) bool { return e.ID == group[0].ID })
			return mine && (row.Attempts > 0 || !row.State.Settled())
		})
		if !sent {
			c.t.Errorf("row %s was corrected, and run %s has not sent it", text, run)
		}
	}
}

// finish gives the commands of all runs that have open rows, until none has.
func (c *retries) finish() {
	c.rig.config.Doubt.Wait = time.Hour
	for range 60 {
		open := ""
		for _, run := range c.runs() {
			if c.isOpen(run.ID) {
				open = run.ID
			}
		}
		if open == "" {
			return
		}
		c.told = append(c.told, "finish "+open)
		c.runWith(c.t.Context(), c.commands[open]())
		time.Sleep(time.Duration(c.random.IntN(1000)) * time.Second)
	}
	c.t.Error("it comes to no end")
}
