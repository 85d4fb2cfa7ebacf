package platform

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// TestReasonsNameNobody: a reason is logged, so it holds no personal datum that a gateway echoes.
func TestReasonsNameNobody(t *testing.T) {
	for _, status := range []int{400, 403, 404, 429, 503, 500} {
		r := Reply{HTTP: status, Message: "cannot take RSSMRA85T10H501O, rssmrauRtmlhrlmj or 01234567897 <mario.rossi@example.it>"}
		reason := told(Judge(mapping.OperationPrenotazione, r, false, nil), "").Reason
		for _, secret := range []string{"RSSMRA85T10H501O", "rssmra", "01234567897", "mario", "example"} {
			if strings.Contains(reason, secret) {
				t.Errorf("HTTP %d: %s names %s", status, reason, secret)
			}
		}
		if !strings.Contains(reason, "cannot take ***") {
			t.Errorf("HTTP %d: nothing is left of the message: %s", status, reason)
		}
	}
}

// TestUntrustedServerStops: trying again does not make a certificate right, and no order has left.
func TestUntrustedServerStops(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	server.Config.ErrorLog = nil
	c := New(Config{Services: map[mapping.Operation]string{mapping.OperationDisdetta: server.URL}, Timeout: 5 * time.Second, Now: time.Now})
	r := c.Send(t.Context(), "token", mapping.OperationDisdetta, []byte("{}"))
	var certificate *tls.CertificateVerificationError
	if !errors.As(r.Err, &certificate) || r.Written {
		t.Fatalf("the exchange ended with %+v", r)
	}
	if v := Judge(mapping.OperationDisdetta, r, false, nil); v.Class != esito.Configurazione || v.Ambiguous || !strings.Contains(told(v, "").Reason, "not trusted") {
		t.Errorf("it is judged %s", fmt.Sprintf("%+v", v))
	}
}
