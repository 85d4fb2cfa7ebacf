package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// stub is a platform that only answers: every request is taken, and every token. It costs as little as a server can, so
// that what is measured beside it is the client. It is a command of the test binary: `stub ADDR LATENCY`. GET /stats says
// what it has seen.
type stub struct {
	latency time.Duration
	ok      []byte
	token   []byte
	posts   atomic.Int64
	first   atomic.Int64 // of the posts, in nanoseconds
	last    atomic.Int64
}

// stubStats is what a stub has seen since it was asked last.
type stubStats struct {
	Posts       int64
	First, Last time.Time
}

func runStub() {
	latency, err := time.ParseDuration(os.Args[2])
	if err != nil {
		fatal(err)
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fatal(err)
	}
	s := &stub{latency: latency,
		ok:    response(`{"partitaIvaOperatore":"12345678903","dataOperazione":"2026-07-01T10:15:31.123","dataResponse":"2026-07-01T10:15:32.456","faseOperativa":"Attesa controllo ISEE","esito":"OK","descrizione":"Richiesta presa in carico. In attesa dei controlli ISEE."}`),
		token: response(`{"token_type":"Bearer","expires_in":3599,"access_token":"stub"}`)}
	for {
		conn, err := listener.Accept()
		if err != nil {
			fatal(err)
		}
		go s.serve(conn)
	}
}

func (s *stub) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 8<<10)
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		isToken, isStats := bytes.Contains(line, []byte("/token")), bytes.Contains(line, []byte("/stats"))
		length := 0
		for len(line) > len("\r\n") {
			if line, err = in.ReadSlice('\n'); err != nil {
				return
			}
			if name, value, _ := bytes.Cut(line, []byte(":")); bytes.EqualFold(name, []byte("Content-Length")) {
				length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
			}
		}
		if _, err := in.Discard(length); err != nil {
			return
		}
		answer := s.ok
		switch {
		case isToken:
			answer = s.token
		case isStats:
			text, _ := json.Marshal(stubStats{s.posts.Swap(0), time.Unix(0, s.first.Load()), time.Unix(0, s.last.Load())})
			answer = response(string(text))
		default:
			now := time.Now().UnixNano()
			if s.posts.Add(1) == 1 {
				s.first.Store(now)
			}
			s.last.Store(now)
			time.Sleep(s.latency)
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

func response(body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// runBare is the yardstick: a net/http client that posts one body as often as it is told, and does nothing else. It is a
// command of the test binary: `bare URL REQUESTS IN-FLIGHT BODY`.
func runBare() {
	requests, _ := strconv.Atoi(os.Args[2])
	inFlight, _ := strconv.Atoi(os.Args[3])
	body, err := os.ReadFile(os.Args[4])
	if err != nil {
		fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: inFlight}}
	var next atomic.Int64
	var all sync.WaitGroup
	for range inFlight {
		all.Go(func() {
			for next.Add(1) <= int64(requests) {
				if err := post(client, os.Args[1], body); err != nil {
					fatal(err)
				}
			}
		})
	}
	all.Wait()
}

func post(client *http.Client, url string, body []byte) error {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Authorization", "Bearer stub")
	req.Header.Set("Ocp-Apim-Subscription-Key", "stub")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
