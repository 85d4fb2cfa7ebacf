package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ending is how an answer leaves.
type ending int

const (
	whole ending = iota
	reset        // no answer: the connection is reset
	half         // announced whole, cut in the middle
)

// answer is what goes back on the wire, whichever wire it is.
type answer struct {
	status int
	header http.Header
	body   []byte
	ending ending
}

// decision is what the simulator has decided about a call while it held the
// lock. The answer is rendered when it leaves, since it tells that time.
type decision struct {
	render  func(now time.Time) answer
	http    int
	esito   Esito
	applied bool
	fault   Kind

	hold         time.Duration // time to the answer
	beneficiario string        // whose request is in progress until then; "" when it was not judged
	passage      *passage      // the mark of that; nil when the answer leaves at once
}

// fixed decides on an answer that does not depend on when it leaves.
func fixed(a answer) decision {
	return decision{http: a.status, render: func(time.Time) answer { return a }}
}

// jsonAnswer renders a value as the platform sends JSON.
func jsonAnswer(status int, value any) answer {
	body, err := json.Marshal(value)
	if err != nil { // only a programming error gets here
		return textAnswer(http.StatusInternalServerError, "text/plain; charset=utf-8", err.Error())
	}
	return answer{
		status: status,
		header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		body:   body,
	}
}

func textAnswer(status int, contentType, body string) answer {
	return answer{status: status, header: http.Header{"Content-Type": {contentType}}, body: []byte(body)}
}

// gatewayBody is an error of API Management (RULES.md 5).
type gatewayBody struct {
	StatusCode int    `json:"statusCode"`
	Message    string `json:"message"`
	ActivityID string `json:"activityId,omitempty"`
}

func gatewayError(status int, message string) answer {
	return jsonAnswer(status, gatewayBody{StatusCode: status, Message: message})
}

// rateLimited is the 429 of the gateway. The header may carry another name, or
// be left out ("-"): then the number stands in the message only.
func rateLimited(seconds int, headerName string) answer {
	a := gatewayError(http.StatusTooManyRequests,
		fmt.Sprintf("Rate limit is exceeded. Try again in %d seconds.", seconds))
	setRetryAfter(a, seconds, headerName)
	return a
}

// quotaExceeded is the 403 of the gateway.
func quotaExceeded(seconds int, headerName string) answer {
	a := gatewayError(http.StatusForbidden, fmt.Sprintf(
		"Out of call volume quota. Quota will be replenished in %02d:%02d:%02d.",
		seconds/3600, seconds/60%60, seconds%60))
	setRetryAfter(a, seconds, headerName)
	return a
}

func setRetryAfter(a answer, seconds int, headerName string) {
	if headerName != "-" {
		a.header.Set(or(headerName, "Retry-After"), strconv.Itoa(seconds))
	}
}

// htmlError is what a proxy in front of the backend says.
func htmlError(status int) answer {
	message := strconv.Itoa(status) + " - " + http.StatusText(status)
	if status == http.StatusBadGateway {
		message = "502 - Web server received an invalid response while acting as a gateway or proxy server."
	}
	return textAnswer(status, "text/html", "<!DOCTYPE html><html><head><title>"+message+
		"</title></head><body><h2>"+message+"</h2></body></html>")
}

// replyBody is the answer of the four POST services (RULES.md 2.11).
type replyBody struct {
	PartitaIvaOperatore string `json:"partitaIvaOperatore"`
	DataOperazione      string `json:"dataOperazione"`
	DataResponse        string `json:"dataResponse"`
	FaseOperativa       Stato  `json:"faseOperativa"`
	Esito               Esito  `json:"esito"`
	Descrizione         string `json:"descrizione"`
}

// reply decides on an answer of a POST service that came in at arrived.
func (s *Simulator) reply(arrived time.Time, req request, status int, esito Esito, fase Stato, descrizione string) decision {
	body := replyBody{
		PartitaIvaOperatore: or(req.operatore, s.world.Operator),
		DataOperazione:      arrived.In(s.rome).Format(layoutResponse),
		FaseOperativa:       fase,
		Esito:               esito,
		Descrizione:         descrizione,
	}
	return decision{http: status, esito: esito, render: func(now time.Time) answer {
		body.DataResponse = now.In(s.rome).Format(layoutResponse)
		return jsonAnswer(status, body)
	}}
}

// processingNok is the service's own 500 (Appendice A).
func (s *Simulator) processingNok(arrived time.Time, req request) decision {
	return s.reply(arrived, req, http.StatusInternalServerError, EsitoProcessing, "",
		EsitoProcessing.descrizione(req.service, details{}))
}

// standIn is the answer of a fault that keeps a request from being judged.
func (s *Simulator) standIn(arrived time.Time, req request, f Fault) decision {
	switch f.Kind {
	case KindResetBefore:
		return fixed(answer{ending: reset})
	case KindRateLimit:
		return fixed(rateLimited(or(f.RetryAfter, 1), f.RetryAfterHeader))
	case KindUnauthorized, KindRevoke:
		return fixed(gatewayError(http.StatusUnauthorized, "Unauthorized"))
	case KindQuota:
		return fixed(quotaExceeded(or(f.RetryAfter, 60), f.RetryAfterHeader))
	case KindForbidden:
		return fixed(gatewayError(http.StatusForbidden, "Forbidden"))
	case KindNotFound:
		return fixed(gatewayError(http.StatusNotFound, "Resource not found"))
	case KindProcessing:
		return s.processingNok(arrived, req)
	case KindBadGateway:
		return fixed(htmlError(http.StatusBadGateway))
	case KindGatewayTimeout, KindSlowApply:
		return fixed(htmlError(http.StatusGatewayTimeout))
	case KindUnavailable:
		return fixed(textAnswer(http.StatusServiceUnavailable, "text/plain", "Service Unavailable"))
	case KindLock:
		return s.reply(arrived, req, http.StatusBadRequest, EsitoValidation, "", lockText)
	case KindEsito:
		known := details{
			istat:      req.istat,
			famigliari: req.famigliari,
			stato:      or(f.Stato, StatoAttesa),
			fields:     []string{"email"},
		}
		return s.reply(arrived, req, or(f.HTTP, http.StatusBadRequest), f.Esito, f.Stato,
			or(f.Descrizione, f.Esito.descrizione(req.service, known)))
	}
	return fixed(jsonAnswer(http.StatusInternalServerError, gatewayBody{ // KindInternalError
		StatusCode: http.StatusInternalServerError,
		Message:    "Internal server error",
		ActivityID: fmt.Sprintf("00000000-0000-4000-8000-%012d", len(s.ledger)+1),
	}))
}

// spoil puts a fault on the answer of a request that was judged.
func (s *Simulator) spoil(arrived time.Time, req request, d decision, f Fault) decision {
	proper := d.render
	replace := func(with decision) {
		d.http, d.esito, d.render = with.http, with.esito, with.render
	}
	switch f.Kind {
	case KindResetAfter:
		replace(fixed(answer{ending: reset}))
	case KindProcessingApplied:
		replace(s.processingNok(arrived, req))
	case KindBadGatewayApplied:
		replace(fixed(htmlError(http.StatusBadGateway)))
	case KindGatewayTimeout:
		replace(fixed(htmlError(http.StatusGatewayTimeout)))
	case KindWrongJSON:
		replace(fixed(textAnswer(http.StatusOK, "application/json", "Richiesta registrata")))
	case KindHalfBody:
		d.render = func(now time.Time) answer {
			a := proper(now)
			a.ending = half
			return a
		}
	case KindNoEsito:
		d.esito = ""
		d.render = func(now time.Time) answer {
			return rename(proper(now), func(name string) string {
				if name == "esito" {
					return ""
				}
				return name
			})
		}
	case KindUpperKeys:
		d.render = func(now time.Time) answer { return rename(proper(now), strings.ToUpper) }
	}
	return d
}

// rename gives the members of a JSON object other names; "" drops one.
func rename(a answer, name func(string) string) answer {
	var object map[string]any
	if json.Unmarshal(a.body, &object) != nil {
		return a // no JSON object: nothing to rename
	}
	renamed := make(map[string]any, len(object))
	for old, value := range object {
		if n := name(old); n != "" {
			renamed[n] = value
		}
	}
	return jsonAnswer(a.status, renamed)
}
