package batch

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/batch/platform/simulator"
)

// TestAVoucherOfNobodyProvesNothing: a line of the list that names nobody may be the one of a row in doubt.
func TestAVoucherOfNobodyProvesNothing(t *testing.T) {
	play(t, simulator.World{}, func(t *testing.T, r *rig) {
		r.doubtful(1)
		r.before = func(req *http.Request) (*http.Response, error) {
			if !strings.Contains(req.URL.Path, "getprenotazioni") {
				return nil, nil
			}
			list := answer(req, http.StatusOK, "")
			list.Body = io.NopCloser(strings.NewReader(`{"Voucher":[{"CODICE_FISCALE_BENEFICIARIO":"` + famiglia(9) + `","PROTOCOLLO":"1"},{"PROTOCOLLO":"2"}]}`))
			return list, nil
		}
		r.config.Doubt.Wait = 0
		result := r.run(r.file(bookings(1)...))
		if n := result.Files[0].Counts[journal.Uncertain] + result.Files[0].Counts[journal.Pending]; n != 1 {
			t.Errorf("%v, want the row in doubt or waiting", result.Files[0].Counts)
		}
		if got := r.applied(famiglia(0)); len(got) != 0 {
			t.Errorf("sent again: %v", got)
		}
	})
}
