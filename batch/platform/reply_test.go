package platform

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// replyCase is a file of testdata/replies: an answer as it arrives, and what it means for a row.
type replyCase struct {
	Note    string
	Service mapping.Operation
	InDoubt bool
	HTTP    int
	Header  map[string]string
	Body    string
	Reply   map[string]string // members of Reply that are read from it
	Want    struct {
		Class                                                     esito.Class
		Ambiguous, Outage, Esito, OfferRefused, Credentials, Lock bool
		WaitSeconds                                               int
		Fields                                                    []string
	}
}

// noon is when the answers of the tests arrive.
var noon = time.Date(2021, 10, 1, 10, 0, 0, 0, time.UTC)

// TestReplies reads and judges every testdata/replies/*.json. A new case is a new file.
func TestReplies(t *testing.T) {
	files, err := filepath.Glob("testdata/replies/*.json")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c replyCase
			strict := json.NewDecoder(bytes.NewReader(text))
			strict.DisallowUnknownFields()
			if err := strict.Decode(&c); err != nil {
				t.Fatal(err)
			}
			header := make(http.Header)
			for name, value := range c.Header {
				header.Set(name, value)
			}
			r := readReply(c.HTTP, header, []byte(c.Body), noon)
			for member, want := range c.Reply {
				if got := reflect.ValueOf(r).FieldByName(member).String(); got != want {
					t.Errorf("%s is %q, want %q", member, got, want)
				}
			}
			v := Judge(c.Service, r, c.InDoubt, nil)
			got := c.Want
			got.Class, got.Ambiguous, got.Outage, got.Esito = v.Class, v.Ambiguous, v.Outage, v.Esito
			got.OfferRefused, got.Credentials, got.Lock = v.OfferRefused, v.Credentials, v.Lock
			got.WaitSeconds, got.Fields = int(v.Wait/time.Second), v.Fields
			if !reflect.DeepEqual(got, c.Want) {
				t.Errorf("judged %+v\nwant %+v", got, c.Want)
			}
			if v.Code == "" || told(v, r.Esito).Reason == "" || v.Class == esito.Definitivo && told(v, r.Esito).Advice == "" {
				t.Errorf("nobody is helped by %+v", v)
			}
		})
	}
}

func TestReadReplyKeepsTheStartOfAnUnreadableBody(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{" <html>è</html>\n", "<html>è</html>"},
		{strings.Repeat("è", 500), strings.Repeat("è", 500)},
		{strings.Repeat("è", 501), strings.Repeat("è", 500) + "…"},
		{"gi\xe0 fatto", "gi? fatto"},
		{"", ""},
	} {
		if got := readReply(502, nil, []byte(c.body), noon).Message; got != c.want {
			t.Errorf("%q becomes %q", c.body, got)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		name    string
		header  map[string]string
		message string
		want    time.Duration
	}{
		{"nothing", nil, "", 0},
		{"seconds", map[string]string{"Retry-After": "120"}, "", 2 * time.Minute},
		{"spaces", map[string]string{"Retry-After": " 7 "}, "", 7 * time.Second},
		{"zero", map[string]string{"Retry-After": "0"}, "Try again in 5 seconds.", 0},
		{"negative", map[string]string{"Retry-After": "-1"}, "", 0},
		{"huge", map[string]string{"Retry-After": "99999999999999999999"}, "", 0},
		{"over the limit", map[string]string{"Retry-After": "10000000"}, "", 0},
		{"below the limit", map[string]string{"Retry-After": "9999999"}, "", 9999999 * time.Second},
		{"garbage", map[string]string{"Retry-After": "presto"}, "", 0},
		{"garbage, message", map[string]string{"Retry-After": "presto"}, "Try again in 5 seconds.", 5 * time.Second},
		{"date", map[string]string{"Retry-After": "Fri, 01 Oct 2021 10:01:30 GMT"}, "", 90 * time.Second},
		{"RFC 850 date", map[string]string{"Retry-After": "Friday, 01-Oct-21 10:01:30 GMT"}, "", 90 * time.Second},
		{"asctime", map[string]string{"Retry-After": "Fri Oct  1 10:01:30 2021"}, "", 90 * time.Second},
		{"date in the past", map[string]string{"Retry-After": "Fri, 01 Oct 2021 09:59:00 GMT"}, "", 0},
		{"date of now", map[string]string{"Retry-After": "Fri, 01 Oct 2021 10:00:00 GMT"}, "", 0},
		{"milliseconds", map[string]string{"Retry-After-Ms": "1500", "Retry-After": "9"}, "", 1500 * time.Millisecond},
		{"Azure's milliseconds", map[string]string{"X-Ms-Retry-After-Ms": "250.5"}, "", 250500 * time.Microsecond},
		{"milliseconds of none", map[string]string{"Retry-After-Ms": "NaN", "Retry-After": "9"}, "", 9 * time.Second},
		{"infinite milliseconds", map[string]string{"Retry-After-Ms": "Inf", "Retry-After": "9"}, "", 9 * time.Second},
		{"negative milliseconds", map[string]string{"Retry-After-Ms": "-5", "Retry-After": "9"}, "", 9 * time.Second},
		{"message", nil, "Rate limit is exceeded. Try again in 17 seconds.", 17 * time.Second},
		{"one second", nil, "rate limit is exceeded. TRY AGAIN IN 1 SECOND.", time.Second},
		{"header before message", map[string]string{"Retry-After": "3"}, "Try again in 17 seconds.", 3 * time.Second},
		{"quota", nil, "Out of call volume quota. Quota will be replenished in 11:22:33.", 11*time.Hour + 22*time.Minute + 33*time.Second},
		{"quota in days", nil, "Quota will be replenished in 3.01:00:00.", 73 * time.Hour},
		{"quota of long", nil, "Quota will be replenished in 100:00:00.", 100 * time.Hour},
		{"quota without seconds", nil, "Quota will be replenished in 11:22.", 0},
		{"message without a number", nil, "Try again in some seconds.", 0},
		{"message with too many digits", nil, "Try again in 99999999999 seconds.", 0},
	} {
		header := make(http.Header)
		for name, value := range c.header {
			header.Set(name, value)
		}
		if got := RetryAfter(header, c.message, noon); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "120", "-1", "1e9", "99999999999999999999", "Fri, 01 Oct 2021 10:01:30 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "0x1p-2", "NaN"} {
		f.Add(seed, seed, "Try again in "+seed+" seconds.")
	}
	f.Add("", "", "Quota will be replenished in 999.999:99:99.")
	f.Fuzz(func(t *testing.T, header, ms, message string) {
		h := http.Header{"Retry-After": {header}, "Retry-After-Ms": {ms}}
		if wait := RetryAfter(h, message, noon); wait < 0 {
			t.Errorf("wait %s", wait)
		}
	})
}

func FuzzReadReply(f *testing.F) {
	files, err := filepath.Glob("testdata/replies/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		var c replyCase
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		if err != nil {
			f.Fatal(err)
		}
		f.Add(c.HTTP, []byte(c.Body), uint8(0), c.InDoubt)
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, service uint8, inDoubt bool) {
		r := readReply(status, nil, body, noon)
		if len([]rune(r.Message)) > 501 && !json.Valid(bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))) || !utf8.ValidString(r.Message) {
			t.Errorf("message %q", r.Message)
		}
		v := Judge(mapping.Operations()[service%4], r, inDoubt, nil)
		if v.Class == esito.OK && (r.Esito != "OK" || status >= 400) {
			t.Errorf("HTTP %d %s is judged OK", status, body)
		}
		if v.Class == "" || v.Code == "" || told(v, r.Esito).Reason == "" || v.Wait < 0 {
			t.Errorf("%+v", v)
		}
		if v.Class == esito.GiaFatto && !v.Esito || v.Ambiguous && v.Class != esito.Riprovare {
			t.Errorf("%+v", v)
		}
		if slices.Contains(v.Fields, "") {
			t.Errorf("fields %q", v.Fields)
		}
	})
}
