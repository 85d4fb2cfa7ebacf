package platform

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// serviceClient is a client whose services are all at one address.
func serviceClient(url string, change func(*Config)) *Client {
	c := Config{SubscriptionKey: "chiave-di-prova", Services: make(map[mapping.Operation]string), IseeURL: url + "/isee",
		Timeout: 5 * time.Second, Connections: 2, UserAgent: "voucherbul/prova", Now: time.Now}
	for _, op := range mapping.Operations() {
		c.Services[op] = url + "/" + string(op)
	}
	if change != nil {
		change(&c)
	}
	return New(c)
}

// serve answers on loopback until the test ends.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// roundTripper is a transport of one function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSendWritesExactlyTheRequest(t *testing.T) {
	const body = `{"codiceFiscale":"RSSMRA85T10H501O","via":"VIA NICOLÒ & <FIGLI>"}`
	for _, op := range mapping.Operations() {
		var got *http.Request
		var sent []byte
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got = r
			sent, _ = io.ReadAll(r.Body)
			_, _ = io.WriteString(w, `{"esito":"OK"}`)
		})
		r := serviceClient(url, nil).Send(t.Context(), "gettone", op, []byte(body))
		if r.Err != nil || r.HTTP != 200 || r.Esito != "OK" || !r.Written {
			t.Fatalf("%+v", r)
		}
		if got.Method != http.MethodPost || got.URL.Path != "/"+string(op) || got.URL.RawQuery != "" || got.ProtoMajor != 1 {
			t.Errorf("%s %s %s", got.Method, got.URL, got.Proto)
		}
		if string(sent) != body || got.ContentLength != int64(len(body)) || len(got.TransferEncoding) > 0 {
			t.Errorf("%d bytes, %q: %s", got.ContentLength, got.TransferEncoding, sent)
		}
		want := map[string]string{"Authorization": "Bearer gettone", "Ocp-Apim-Subscription-Key": "chiave-di-prova", "X-Source": "external",
			"Content-Type": "application/json; charset=utf-8", "Accept": "application/json", "User-Agent": "voucherbul/prova",
			"Accept-Encoding": "gzip"}
		for name, value := range want {
			if values := got.Header[name]; len(values) != 1 || values[0] != value {
				t.Errorf("%s: %q, want %q", name, values, value)
			}
		}
		for name := range got.Header {
			if _, ok := want[name]; !ok && name != "Content-Length" {
				t.Errorf("%s: %q is not asked for", name, got.Header[name])
			}
		}
	}
}

// TestSendCannotBeRepeated: with GetBody or an idempotency key net/http sends a POST again by itself.
func TestSendCannotBeRepeated(t *testing.T) {
	calls := 0
	client := serviceClient("http://platform.invalid", func(c *Config) {
		c.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
			calls++
			if r.GetBody != nil || r.Header.Get("Idempotency-Key")+r.Header.Get("X-Idempotency-Key") != "" {
				t.Error("the request can be sent again")
			}
			return nil, io.ErrUnexpectedEOF
		})
	})
	r := client.Send(t.Context(), "gettone", attivazione, []byte("{}"))
	if calls != 1 || !r.Written || !errors.Is(r.Err, io.ErrUnexpectedEOF) {
		t.Errorf("%d calls, %+v", calls, r)
	}
}

// TestSendOnAConnectionThatIsClosed: the second request meets a kept connection that the server closes when
// it has read it. It must not go out a third time.
func TestSendOnAConnectionThatIsClosed(t *testing.T) {
	var requests atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if requests.Add(1) == 2 {
			abort(w)
			return
		}
		_, _ = io.WriteString(w, `{"esito":"OK"}`)
	})
	client := serviceClient(url, nil)
	if r := client.Send(t.Context(), "gettone", attivazione, []byte("{}")); r.Err != nil {
		t.Fatal(r.Err)
	}
	r := client.Send(t.Context(), "gettone", attivazione, []byte("{}"))
	if r.Err == nil || !r.Written || requests.Load() != 2 {
		t.Errorf("%d requests, %+v", requests.Load(), r)
	}
	if v := Judge(attivazione, r, false, nil); !v.Ambiguous {
		t.Errorf("%+v", v)
	}
}

// abort ends the connection with a reset.
func abort(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func TestSendFollowsNoRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var requests atomic.Int32
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			http.Redirect(w, r, "/altrove", status)
		})
		r := serviceClient(url, nil).Send(t.Context(), "gettone", disdetta, []byte("{}"))
		if r.HTTP != status || r.Err != nil || requests.Load() != 1 {
			t.Errorf("%d: %d requests, %+v", status, requests.Load(), r)
		}
		if v := Judge(disdetta, r, false, nil); v.Class != esito.Configurazione {
			t.Errorf("%d: %+v", status, v)
		}
	}
}

// TestTransportSpeaksHTTP1 offers HTTP/2, which one broken connection would make a disaster.
func TestTransportSpeaksHTTP1(t *testing.T) {
	proto := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { proto <- r.Proto }))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := newTransport(2)
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
	client := serviceClient(server.URL, func(c *Config) { c.Transport = transport })
	r := client.Send(t.Context(), "gettone", disdetta, []byte("{}"))
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if got := <-proto; got != "HTTP/1.1" {
		t.Errorf("spoke %s", got)
	}
}

// TestSendRefusesAnUnknownCertificate: nothing of the order leaves before TLS stands.
func TestSendRefusesAnUnknownCertificate(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	server.Config.ErrorLog = nil
	server.StartTLS()
	t.Cleanup(server.Close)
	r := serviceClient(server.URL, nil).Send(t.Context(), "gettone", disdetta, []byte("{}"))
	if r.Err == nil || r.Written || requests.Load() != 0 {
		t.Errorf("%d requests, %+v", requests.Load(), r)
	}
}

func TestSendNotReached(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	for name, url := range map[string]string{"nothing listens": closed.URL, "no address": "", "no scheme": "platform.invalid", "broken": "http://[::1"} {
		r := serviceClient(url, nil).Send(t.Context(), "gettone", prenotazione, []byte("{}"))
		if r.Err == nil || r.Written || r.HTTP != 0 {
			t.Errorf("%s: %+v", name, r)
		}
		if v := Judge(prenotazione, r, false, nil); v.Ambiguous || v.Class != esito.Riprovare {
			t.Errorf("%s: %+v", name, v)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("reached") })
	if r := serviceClient(url, nil).Send(ctx, "gettone", prenotazione, []byte("{}")); !errors.Is(r.Err, context.Canceled) || r.Written {
		t.Errorf("cancelled before: %+v", r)
	}
}

// TestSendBroken covers what may have been processed: every one of them is in doubt.
func TestSendBroken(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"reset after reading": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			abort(w)
		},
		"closed without an answer": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := http.NewResponseController(w).Hijack()
			_ = conn.Close()
		},
		"broken body after 200": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"esito":"OK"}`)
		},
		"reset in a chunked body": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"esito":"OK"}`)
			_ = http.NewResponseController(w).Flush()
			abort(w)
		},
		"longer than any answer": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"esito":"OK","descrizione":"`+strings.Repeat("x", bodyLimit)+`"}`)
		},
		"compressed bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			_, _ = io.WriteString(zip, strings.Repeat(" ", 100*bodyLimit))
			_ = zip.Close()
		},
		"not gzip": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, `{"esito":"OK"}`)
		},
		"not HTTP": func(w http.ResponseWriter, _ *http.Request) {
			conn, buffer, _ := http.NewResponseController(w).Hijack()
			_, _ = buffer.WriteString("esito=OK\r\n\r\n")
			_ = buffer.Flush()
			_ = conn.Close()
		},
		"no answer in time": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
		"body not finished in time": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, `{"esito":"OK"`)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := serviceClient(serve(t, handler), func(c *Config) {
				if strings.HasSuffix(name, "in time") {
					c.Timeout = 50 * time.Millisecond
				}
			})
			r := client.Send(context.Background(), "gettone", attivazione, []byte("{}"))
			if r.Err == nil || !r.Written {
				t.Fatalf("%+v", r)
			}
			if v := Judge(attivazione, r, false, nil); v.Class != esito.Riprovare || !v.Ambiguous {
				t.Errorf("%+v", v)
			}
			if strings.HasSuffix(name, "in time") != errors.Is(r.Err, context.DeadlineExceeded) {
				t.Errorf("error %v", r.Err)
			}
		})
	}
}

func TestSendCancelledOnTheWay(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	r := serviceClient(url, nil).Send(ctx, "gettone", cessazione, []byte("{}"))
	if !errors.Is(r.Err, context.Canceled) || !r.Written {
		t.Errorf("%+v", r)
	}
}

// TestSendTimeout is the timeout of the whole exchange, on fake time.
func TestSendTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := serviceClient("http://platform.invalid", func(c *Config) {
			c.Timeout = 120 * time.Second
			c.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			})
		})
		began := time.Now()
		r := client.Send(t.Context(), "gettone", cessazione, []byte("{}"))
		if took := time.Since(began); took != 120*time.Second || !r.Written || !errors.Is(r.Err, context.DeadlineExceeded) {
			t.Errorf("after %s: %+v", took, r)
		}
	})
}

func TestSendLongestAnswer(t *testing.T) {
	answer := `{"esito":"OK","descrizione":"` + strings.Repeat("x", bodyLimit-len(`{"esito":"OK","descrizione":""}`)) + `"}`
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
	if r := serviceClient(url, nil).Send(t.Context(), "gettone", disdetta, nil); r.Err != nil || r.Esito != "OK" {
		t.Errorf("%v %q", r.Err, r.Esito)
	}
}

func TestSendGzip(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Error("does not accept gzip")
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusBadRequest)
		zip := gzip.NewWriter(w)
		_, _ = io.WriteString(zip, `{"esito":"REQUEST_BUSINESS_NOK_010","descrizione":"più richieste"}`)
		_ = zip.Close()
	})
	r := serviceClient(url, nil).Send(t.Context(), "gettone", disdetta, []byte("{}"))
	if r.Err != nil || r.HTTP != 400 || r.Esito != "REQUEST_BUSINESS_NOK_010" || r.Descrizione != "più richieste" || r.RetryAfter != 30*time.Second {
		t.Errorf("%+v", r)
	}
}

// TestConnectionsAreKept: a connection per request would cost a TLS handshake per row.
func TestConnectionsAreKept(t *testing.T) {
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"esito":"OK"}`)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client := serviceClient(server.URL, nil)
	for range 20 {
		if r := client.Send(t.Context(), "gettone", disdetta, []byte("{}")); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}
