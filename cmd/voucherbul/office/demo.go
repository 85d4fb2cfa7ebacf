package office

import (
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"voucherbul/batch/platform/simulator"
	"voucherbul/cmd/voucherbul/config"
)

// worldFile is the file that an embedded simulator starts with, if it lies beside the exports. It has the vouchers, offers
// and faults that the samples need.
const worldFile = "simulator.yaml"

// Demo is an embedded platform, and a journal that is thrown away: a run with its configuration gives the same result every time.
type Demo struct {
	Config  config.Config
	folder  string
	server  *http.Server
	serving chan error
}

// StartDemo serves on loopback. samples is the folder of the exports, where a file simulator.yaml may lie; temp is where its
// journal is put until the end. The caller closes.
func StartDemo(samples, temp string, now func() time.Time) (*Demo, error) {
	world, err := loadWorld(filepath.Join(samples, worldFile), true)
	if err != nil {
		return nil, err
	}
	sim, err := simulator.New(simulator.Options{World: world, Now: now})
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(temp, "voucherbul-demo-")
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	d := &Demo{folder: folder, server: &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second}, serving: make(chan error, 1)}
	go func() { d.serving <- d.server.Serve(listener) }()
	d.Config = SimulatorConfig("http://"+listener.Addr().String(), world)
	d.Config.Platform.ClientSecret = world.Credentials.ClientSecret
	d.Config.Platform.SubscriptionKey = world.Credentials.SubscriptionKey
	d.Config.Journal = filepath.Join(folder, "demo.db")
	return d, nil
}

// Close stops serving, and throws the journal away.
func (d *Demo) Close() {
	_ = d.server.Close() // nothing of a demo is kept, so nothing can be lost
	<-d.serving
	_ = os.RemoveAll(d.folder)
}

// World is what a simulator starts with.
type World = simulator.World

// DefaultWorld is one without vouchers, offers and faults.
func DefaultWorld() World { return simulator.DefaultWorld() }

// Simulator plays the platform. Requests to it change it.
func Simulator(world World) (http.Handler, error) {
	sim, err := simulator.New(simulator.Options{World: world})
	if err != nil {
		return nil, err
	}
	return sim.Handler(), nil
}

// SimulatorAPI is the OpenAPI description of the platform.
func SimulatorAPI() []byte { return simulator.OpenAPI() }

// LoadWorld reads what a simulator starts with.
func LoadWorld(path string) (World, error) { return loadWorld(path, false) }

// loadWorld reads what a simulator starts with. A missing optional file is the default world.
func loadWorld(path string, optional bool) (World, error) {
	f, err := os.Open(path)
	if optional && errors.Is(err, fs.ErrNotExist) {
		return simulator.DefaultWorld(), nil
	}
	if err != nil {
		return World{}, err
	}
	defer f.Close()
	world, err := simulator.LoadWorld(f)
	if err != nil {
		return World{}, config.Errorf("%s: %v", path, err)
	}
	return world, nil
}

// SimulatorConfig is a configuration for a simulator at base: the waits are short, as nothing real is at stake.
func SimulatorConfig(base string, world World) config.Config {
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
