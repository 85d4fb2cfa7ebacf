package simulator

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"syscall"
)

// bodyLimit is the largest request body that is read; the largest valid one
// has a few kilobytes.
const bodyLimit = 1 << 20

// call is a request, whichever way it came.
type call struct {
	method, path         string
	header               http.Header
	basicID, basicSecret string // HTTP Basic, the other way to present a client (RFC 6749 2.3.1)
	body                 []byte
}

func newCall(r *http.Request) (call, error) {
	c := call{method: r.Method, path: r.URL.Path, header: r.Header}
	if id, secret, ok := r.BasicAuth(); ok {
		c.basicID, _ = url.QueryUnescape(id)
		c.basicSecret, _ = url.QueryUnescape(secret)
	}
	if r.Body == nil {
		return c, nil
	}
	var err error
	c.body, err = io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	return c, err
}

// Handler serves the platform over real HTTP. A reset hijacks the connection
// and closes it with SO_LINGER 0, so that the client sees a TCP reset.
func (s *Simulator) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := newCall(r)
		if err != nil {
			return // the client broke off while sending: nothing has arrived
		}
		a, err := s.serve(r.Context(), c)
		if err != nil {
			return // the client is gone: nobody to answer
		}
		if a.ending == reset {
			resetConnection(w)
			return
		}
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		if a.status == http.StatusNoContent {
			w.Header().Del("Content-Length")
		}
		w.WriteHeader(a.status)
		if a.ending == half {
			// net/http closes a connection on which less came than announced.
			a.body = a.body[:len(a.body)/2]
		}
		_, _ = w.Write(a.body) // a failure means the client is gone
	})
}

// resetConnection makes the kernel send RST instead of FIN.
func resetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 or a recorder: the next worst ending
	}
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// Transport serves the platform in process: no sockets and no goroutines, so it
// runs in a testing/synctest bubble. It honours the request's context.
func (s *Simulator) Transport() http.RoundTripper { return transport{s} }

type transport struct{ simulator *Simulator }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	c, err := newCall(r)
	if r.Body != nil {
		err = errors.Join(err, r.Body.Close())
	}
	if err := errors.Join(r.Context().Err(), err); err != nil {
		return nil, err
	}
	a, err := t.simulator.serve(r.Context(), c)
	if err != nil {
		return nil, err
	}
	if a.ending == reset {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	}
	var body io.Reader = bytes.NewReader(a.body)
	if a.ending == half {
		body = io.MultiReader(bytes.NewReader(a.body[:len(a.body)/2]), cut{})
	}
	header := a.header.Clone()
	if a.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	return &http.Response{
		Status:        strconv.Itoa(a.status) + " " + http.StatusText(a.status),
		StatusCode:    a.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(body),
		ContentLength: int64(len(a.body)),
		Request:       r,
	}, nil
}

// cut reads like a connection that ends too early.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
