package office

import (
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"voucherbul/batch/journal"
	"voucherbul/batch/journal/sqlite"
	"voucherbul/batch/platform/simulator"
	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

// desk is an office with a simulator on loopback, and a folder to work in.
type desk struct {
	Office
	t      *testing.T
	sim    *simulator.Simulator
	folder string
	heard  []Notice
}

func newDesk(t *testing.T, world simulator.World) *desk {
	t.Helper()
	sim, err := simulator.New(simulator.Options{World: world})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	d := &desk{t: t, sim: sim, folder: t.TempDir()}
	c := SimulatorConfig(server.URL, sim.World())
	c.Journal = filepath.Join(d.folder, "journal.db")
	c.Pace.Rate = 0
	c.Platform.ClientSecret, c.Platform.SubscriptionKey = sim.World().Credentials.ClientSecret, sim.World().Credentials.SubscriptionKey
	d.Office = Office{Config: c, Version: "test", Now: time.Now, Tell: func(n Notice) { d.heard = append(d.heard, n) }}
	return d
}

// path is that of a file in the folder.
func (d *desk) path(name string) string { return filepath.Join(d.folder, name) }

// write writes a file of the folder.
func (d *desk) write(name, text string) string {
	d.t.Helper()
	write(d.t, d.path(name), text)
	return d.path(name)
}

// export writes orders as an export.
func (d *desk) export(name string, orders ...mapping.Order) string {
	d.t.Helper()
	var text strings.Builder
	if err := ordertest.WriteCSV(&text, orders...); err != nil {
		d.t.Fatal(err)
	}
	return d.write(name, text.String())
}

// run sends files, and wants no error.
func (d *desk) run(files ...string) Sent {
	d.t.Helper()
	sent, err := d.Run(d.t.Context(), RunOptions{Files: files})
	if err != nil || sent.NotWritten != nil {
		d.t.Fatal(err, sent.NotWritten)
	}
	return sent
}

func bookings(n int) []mapping.Order {
	orders := make([]mapping.Order, n)
	for i := range orders {
		orders[i] = ordertest.Prenotazione(i)
	}
	return orders
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// kinds lists what was told, in order.
func kinds(all []Notice) string {
	var names []string
	for _, n := range all {
		names = append(names, string(n.Kind))
	}
	return strings.Join(names, " ")
}

// wantAsk wants a request to be refused for a reason.
func wantAsk(t *testing.T, err error, why Why) {
	t.Helper()
	if asked := (*AskError)(nil); !errors.As(err, &asked) || asked.Why != why {
		t.Errorf("%v, want it to be refused with %s", err, why)
	}
}

// save changes a workbook as a spreadsheet would: the program that has saved it is another one.
func save(t *testing.T, path string) {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	properties := excelize.DocProperties{Creator: "a clerk", LastModifiedBy: "a clerk"}
	if err := errors.Join(book.SetDocProps(&properties), book.Save()); err != nil {
		t.Fatal(err)
	}
}

// occupy takes the journal until the test ends, as another process does that sends.
func (d *desk) occupy() {
	d.t.Helper()
	j, err := sqlite.Open(d.t.Context(), d.Config.Journal)
	if err != nil {
		d.t.Fatal(err)
	}
	owner, err := j.Own(d.t.Context(), journal.Claim{})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		if err := errors.Join(owner.Release(), j.Close()); err != nil {
			d.t.Error(err)
		}
	})
}
