package platform

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var errTooLong = errors.New("the answer is longer than any the platform gives")

// Reply is what is known after one exchange, answered or not. Texts are as the platform wrote them.
type Reply struct {
	HTTP           int    // status, 0 = no answer
	Esito          string // trimmed and in upper case; "" where the body has none
	Descrizione    string
	FaseOperativa  string
	DataOperazione string
	DataResponse   string
	Message        string        // of the gateway, or the start of a body that is no JSON
	ActivityID     string        // of the gateway, for a ticket
	RetryAfter     time.Duration // 0 = not said
	Err            error         // the exchange broke off
	Written        bool          // bytes of the request may have reached the platform
}

// readReply reads a body tolerantly: keys in any case, JSON with or without an esito, or no JSON at all.
func readReply(status int, header http.Header, body []byte, now time.Time) Reply {
	r := Reply{HTTP: status}
	var answer struct {
		Esito          string `json:"esito"`
		Descrizione    string `json:"descrizione"`
		FaseOperativa  string `json:"faseOperativa"`
		DataOperazione string `json:"dataOperazione"`
		DataResponse   string `json:"dataResponse"`
		Message        string `json:"message"`
		ActivityID     string `json:"activityId"`
	}
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	err := json.Unmarshal(body, &answer)
	if odd := (*json.UnmarshalTypeError)(nil); errors.As(err, &odd) && (answer.Esito != "" || answer.Message != "") {
		err = nil // a member of another type, a date as a number say, takes nothing from the others
	}
	if err != nil {
		r.Message = excerpt(body)
	} else {
		r.Esito = strings.ToUpper(strings.TrimSpace(answer.Esito))
		r.Descrizione, r.FaseOperativa = answer.Descrizione, answer.FaseOperativa
		r.DataOperazione, r.DataResponse = answer.DataOperazione, answer.DataResponse
		r.Message, r.ActivityID = answer.Message, answer.ActivityID
	}
	r.RetryAfter = RetryAfter(header, r.Message, now)
	return r
}

// excerpt is the start of a body that nobody could read.
func excerpt(body []byte) string {
	text := strings.ToValidUTF8(string(body), "?")
	if runes := []rune(text); len(runes) > 500 {
		text = string(runes[:500]) + "…"
	}
	return text
}

var (
	tryAgain    = regexp.MustCompile(`(?i)try again in (\d{1,6}) seconds?`)
	replenished = regexp.MustCompile(`(?i)replenished in (?:(\d{1,3})\.)?(\d{1,3}):(\d{2}):(\d{2})`)
)

// RetryAfter is how long the platform asks to wait: from the header (seconds, date, or milliseconds), or,
// where the publisher has renamed the header, from the message. 0 = it does not say (RULES.md 5).
func RetryAfter(header http.Header, message string, now time.Time) time.Duration {
	for _, name := range []string{"Retry-After-Ms", "X-Ms-Retry-After-Ms"} {
		if ms, err := strconv.ParseFloat(header.Get(name), 64); err == nil && ms > 0 && ms < 1e9 {
			return time.Duration(ms * float64(time.Millisecond))
		}
	}
	if text := strings.TrimSpace(header.Get("Retry-After")); text != "" {
		if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 && seconds < 1e7 {
			return time.Duration(seconds) * time.Second
		}
		if at, err := http.ParseTime(text); err == nil && at.After(now) {
			return at.Sub(now)
		}
	}
	if m := tryAgain.FindStringSubmatch(message); m != nil {
		return seconds(m[1])
	}
	if m := replenished.FindStringSubmatch(message); m != nil {
		return 24*60*60*seconds(m[1]) + 60*60*seconds(m[2]) + 60*seconds(m[3]) + seconds(m[4])
	}
	return 0
}

// seconds is for digits that a pattern has matched; "" is none.
func seconds(digits string) time.Duration {
	n, _ := strconv.Atoi(digits)
	return time.Duration(n) * time.Second
}
