package batch

import (
	"fmt"
	"strings"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
)

// requestsOf are the requests for a change that reached the platform about one beneficiary.
func (r *rig) requestsOf(who string) []simulator.Entry {
	var requests []simulator.Entry
	for _, e := range r.posts() {
		if e.Beneficiario == who {
			requests = append(requests, e)
		}
	}
	return requests
}

// audit compares the outcome of a run with the platform's own ledger, and returns the differences by beneficiary. The rows
// of one follow each other with different operations, so his requests fall into groups, one for each row, in file order:
// anything else is out of order, lost or twice.
func (r *rig) audit(rows []journal.Row) map[string]string {
	problems := map[string]string{}
	byWho := map[string][]journal.Row{}
	for _, row := range rows {
		byWho[row.Beneficiario] = append(byWho[row.Beneficiario], row)
	}
	for who, rows := range byWho {
		groups := grouped(r.requestsOf(who))
		if len(groups) != len(rows) {
			problems[who] = fmt.Sprintf("%d rows, %d groups of requests", len(rows), len(groups))
			continue
		}
		for i, row := range rows {
			if problem := r.auditRow(row, groups[i]); problem != "" {
				problems[who] = fmt.Sprintf("row %d, %s: %s", row.Number, row.Operation, problem)
				break
			}
		}
	}
	for _, e := range r.posts() {
		if byWho[e.Beneficiario] == nil {
			problems[e.Beneficiario] = "no row is about it"
		}
	}
	return problems
}

// grouped puts requests together that follow each other at one service.
func grouped(requests []simulator.Entry) (groups [][]simulator.Entry) {
	for i, e := range requests {
		if i == 0 || requests[i-1].Service != e.Service {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], e)
	}
	return groups
}

// auditRow compares a row with its requests.
func (r *rig) auditRow(row journal.Row, requests []simulator.Entry) string {
	if string(requests[0].Service) != string(row.Operation) {
		return fmt.Sprintf("a request for %s in its place", requests[0].Service)
	}
	applied := 0
	for i, e := range requests {
		if e.Applied {
			applied++
		}
		if i > 0 && ambiguous(requests[i-1]) && e.Time.Sub(requests[i-1].Time) < r.config.Doubt.Settle-departing {
			return fmt.Sprintf("sent again %v after its answer was lost", e.Time.Sub(requests[i-1].Time))
		}
	}
	if applied > 1 {
		return fmt.Sprintf("applied %d times", applied)
	}
	last := requests[len(requests)-1]
	switch row.State {
	case journal.Accepted, journal.Already:
		if applied == 0 && (row.State == journal.Accepted || !saysDone(row.Operation, last)) {
			return fmt.Sprintf("it is %s, and the platform has not applied it", row.State)
		}
	case journal.Rejected:
		switch {
		case last.Fault == simulator.KindEsito: // the one answer that may be a lie: the platform would look at the state first
		case applied > 0:
			return "it is rejected, and the platform has applied it"
		case !refuses(last) && row.Attempts < r.config.Retry.Attempts:
			return "it is rejected, and the platform has not refused it"
		}
	default:
		return fmt.Sprintf("it ends %s", row.State)
	}
	return ""
}

// refuses reports that the platform itself has refused a request: what its state is, the simulator knows best.
func refuses(e simulator.Entry) bool {
	switch e.Fault {
	case "", simulator.KindUpperKeys, simulator.KindDelay:
		return strings.HasPrefix(string(e.Esito), "REQUEST_BUSINESS_NOK")
	case simulator.KindNoEsito: // of a refusal only its status and its text are left
		return e.HTTP == 400
	}
	return false
}

// saysDone reports that the platform has refused a request because there is nothing left to do: the voucher is in the state
// that was asked for, or it is gone.
func saysDone(op mapping.Operation, e simulator.Entry) bool {
	return refuses(e) && op != mapping.OperationPrenotazione && (e.Esito == simulator.EsitoStato || e.Esito == simulator.EsitoNessuna && op != mapping.OperationAttivazione)
}

// departing is how long a request may be kept back at most after its row was recorded as sent; where the process dies, the
// next one reckons from that record.
const departing = 2 * time.Second

// ambiguous reports that the answer of a request, if there was one, says nothing of whether it was applied. Whoever sends it
// again has not taken its answer for a success.
func ambiguous(e simulator.Entry) bool {
	return e.HTTP == 0 || e.HTTP == 200 || e.HTTP >= 500 && e.HTTP != 503
}
