package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
)

// worldFile is what an embedded simulator starts with, where it lies beside the exports: vouchers, offers
// and faults that the samples need.
const worldFile = "simulator.yaml"

// demo is an embedded platform, and a journal that is thrown away: `run --simulator` gives the same result
// every time.
type demo struct {
	config  config.Config
	folder  string
	server  *http.Server
	serving chan error
}

// startDemo serves on loopback. The caller closes.
func startDemo(samples string, now func() time.Time) (*demo, error) {
	world, err := loadWorld(filepath.Join(samples, worldFile), true)
	if err != nil {
		return nil, err
	}
	sim, err := simulator.New(simulator.Options{World: world, Now: now})
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "voucherbul-demo-")
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	d := &demo{folder: folder, server: &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second}, serving: make(chan error, 1)}
	go func() { d.serving <- d.server.Serve(listener) }()
	d.config = simulatorConfig("http://"+listener.Addr().String(), world)
	d.config.Platform.ClientSecret = world.Credentials.ClientSecret
	d.config.Platform.SubscriptionKey = world.Credentials.SubscriptionKey
	d.config.Journal = filepath.Join(folder, "demo.db")
	return d, nil
}

func (d *demo) close() {
	_ = d.server.Close() // nothing of a demo is kept, so nothing can be lost
	<-d.serving
	_ = os.RemoveAll(d.folder)
}

// loadWorld reads what a simulator starts with. A missing optional file is the default world.
func loadWorld(path string, optional bool) (simulator.World, error) {
	f, err := os.Open(path)
	if optional && errors.Is(err, fs.ErrNotExist) {
		return simulator.DefaultWorld(), nil
	}
	if err != nil {
		return simulator.World{}, err
	}
	defer f.Close()
	world, err := simulator.LoadWorld(f)
	if err != nil {
		return simulator.World{}, config.Errorf("%s: %v", path, err)
	}
	return world, nil
}

// simulatorConfig is a configuration for a simulator at base: the waits are short, as nothing real is at stake.
func simulatorConfig(base string, world simulator.World) config.Config {
	e := simulator.EndpointsAt(base)
	c := config.Defaults()
	c.Platform.TokenURL, c.Platform.IseeURL = e.Token, e.Isee
	c.Platform.PrenotazioneURL, c.Platform.AttivazioneURL = e.Prenotazione, e.Attivazione
	c.Platform.CessazioneURL, c.Platform.DisdettaURL = e.Cessazione, e.Disdetta
	c.Platform.ClientID, c.Platform.Scope = world.Credentials.ClientID, world.Credentials.Scope
	c.Operator = config.Operator{PartitaIva: world.Operator, Owner: "batch-voucher"}
	c.Pace = config.Pace{Rate: 200, Burst: 1, InFlight: 8}
	c.Retry = config.Retry{Attempts: 4, Base: 50 * time.Millisecond, Cap: time.Second}
	c.Doubt = config.Doubt{Settle: time.Second, Wait: 20 * time.Second}
	c.Breaker = config.Breaker{Failures: 5, Pause: time.Second, GiveUp: 30 * time.Second}
	return c
}

// serveSimulator serves until the context ends.
func serveSimulator(ctx context.Context, addr string, world simulator.World, std streams) error {
	sim, err := simulator.New(simulator.Options{World: world})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return usageError{fmt.Errorf("--addr: %w", err)}
	}
	server := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() }) // Serve then returns, and says why
	defer stopped()
	fmt.Fprintf(std.err, "simulator of the Voucher BUL platform on http://%s, ledger at /_simulator/ledger; stop it with Ctrl-C\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
