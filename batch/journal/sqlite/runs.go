package sqlite

import (
	"context"
	"database/sql"
	"time"

	"voucherbul/batch/journal"
)

// sqlNewest gives the runs newest first; below 0 a limit is none.
const sqlNewest = sqlRuns + `ORDER BY started_at DESC, rowid DESC LIMIT ?`

// Runs lists the latest runs that have a plan, newest first; a limit of 0 lists all.
func (j *Journal) Runs(ctx context.Context, limit int) ([]journal.Run, error) {
	if limit == 0 {
		limit = -1
	}
	runs, err := collect(ctx, j.reads, scanRun, sqlNewest, limit)
	if err != nil {
		return nil, j.readError("listing runs", err)
	}
	return runs, nil
}

const (
	// Columns that are not in the group, args and reason, are of the line that has the maximum: the database promises that.
	sqlTrafficEvents = `SELECT kind, code, http, esito, args, reason, count(*), sum(wait > 0), sum(wait), max(wait), sum(at <= ?) FROM attempts
		WHERE row BETWEEN ? AND ? GROUP BY kind, code, http, esito ORDER BY sum(wait) DESC, kind, code, http, esito`
	// A lone exchange and one that is under way are told by the line of their row alone.
	sqlTrafficStates = `SELECT esito, state, count(*), sum(lone = 1 OR state = 'sent'), sum((lone = 1 OR state = 'sent') AND sent_at <= ?1),
		sum(first_sent_at > 0 AND first_sent_at <= ?1) FROM states WHERE id BETWEEN ?2 AND ?3 GROUP BY esito, state`
)

// Traffic tells what was exchanged about the rows of a run. It reads the states of its rows, and no others.
func (j *Journal) Traffic(ctx context.Context, run journal.Run) (journal.Traffic, error) {
	t, err := j.traffic(ctx, run)
	if err != nil {
		return journal.Traffic{}, j.readError("adding up what was exchanged", err)
	}
	return t, nil
}

func (j *Journal) traffic(ctx context.Context, run journal.Run) (t journal.Traffic, err error) {
	all, err := spanOf(ctx, j.reads, run.ID)
	if err != nil {
		return journal.Traffic{}, err
	}
	until := millis(run.EndedAt)
	if until == 0 {
		until = 1<<63 - 1
	}
	type told struct {
		journal.Waits
		all, inTime int
	}
	events, err := collect(ctx, j.reads, func(rows *sql.Rows) (a told, err error) {
		var total, longest int64
		var args string
		err = rows.Scan(&a.Kind, &a.Code, &a.HTTP, &a.Esito, &args, &a.Reason, &a.all, &a.Exchanges, &total, &longest, &a.inTime)
		a.Total, a.Longest = time.Duration(total)*time.Millisecond, time.Duration(longest)*time.Millisecond
		if err == nil {
			a.Args, err = cellsOf(args)
		}
		return a, err
	}, sqlTrafficEvents, until, all.first, all.last)
	if err != nil {
		return journal.Traffic{}, err
	}
	for _, a := range events {
		switch a.Kind {
		case journal.KindLookup:
			t.Lookups += a.all
		case journal.KindMark:
			t.Marks += a.all
		default:
			t.Requests += a.all
			t.SentRequests += a.inTime
		}
		if a.Exchanges > 0 {
			t.Waits = append(t.Waits, a.Waits)
		}
	}
	_, err = collect(ctx, j.reads, func(rows *sql.Rows) (none struct{}, err error) {
		var e journal.Esiti
		var requests, inTime, sentRows int
		err = rows.Scan(&e.Esito, &e.State, &e.Rows, &requests, &inTime, &sentRows)
		t.Requests += requests
		t.SentRequests += inTime
		t.SentRows += sentRows
		if e.State == journal.Planned && !run.EndedAt.IsZero() {
			e.State = journal.Pending // as its run has left it
		}
		if e.Esito != "" {
			t.Esiti = append(t.Esiti, e)
		}
		return none, err
	}, sqlTrafficStates, until, all.first, all.last)
	return mergedEsiti(t), err
}

// mergedEsiti adds up lines of one esito and state: rows that a run has left pending are of two kinds in the journal.
func mergedEsiti(t journal.Traffic) journal.Traffic {
	var merged []journal.Esiti
	for _, e := range t.Esiti { // by esito
		found := false
		for i := len(merged) - 1; i >= 0 && merged[i].Esito == e.Esito; i-- {
			if merged[i].State == e.State {
				merged[i].Rows += e.Rows
				found = true
			}
		}
		if !found {
			merged = append(merged, e)
		}
	}
	t.Esiti = merged
	return t
}
