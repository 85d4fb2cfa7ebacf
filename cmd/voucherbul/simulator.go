package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/office"
)

func newSimulatorCommand(std streams) *cobra.Command {
	var addr, worldPath string
	var printConfig, printAPI bool
	c := &cobra.Command{
		Use:   "simulator",
		Short: "Play the Voucher BUL platform on this machine",
		Long: `Play the Voucher BUL platform on this machine, to try out exports and configurations.

GET /_simulator/ledger lists every request that reached it, with its answer and whether it changed anything.
--print-config prints a configuration that works against it:

  voucherbul simulator --print-config > simulator-config.yaml
  voucherbul simulator &
  voucherbul run --config simulator-config.yaml ordini.xlsx`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			world := office.DefaultWorld()
			if worldPath != "" {
				var err error
				if world, err = office.LoadWorld(worldPath); err != nil {
					return err
				}
			}
			switch {
			case printAPI:
				_, err := std.out.Write(office.SimulatorAPI())
				return err
			case printConfig:
				return printSimulatorConfig(addr, world, std)
			}
			return serveSimulator(c.Context(), addr, world, std)
		},
	}
	f := c.Flags()
	f.StringVar(&addr, "addr", "127.0.0.1:8099", "address to listen on")
	f.StringVar(&worldPath, "world", "", "YAML file with vouchers, offers, comuni and faults to start with")
	f.BoolVar(&printConfig, "print-config", false, "print a ready configuration file and exit")
	f.BoolVar(&printAPI, "print-openapi", false, "print the OpenAPI description of the platform and exit")
	return c
}

// printSimulatorConfig prints a configuration file that works as it is. A configuration never holds a
// secret, not even one that is none: the simulator's are put into files of their own.
func printSimulatorConfig(addr string, world office.World, std streams) error {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return usageError{fmt.Errorf("--addr: %w", err)}
	}
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("voucherbul-simulator-%d", os.Getuid()))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	c := office.SimulatorConfig("http://"+addr, world)
	c.Journal = "simulator.db"
	for _, secret := range []struct {
		path  *string
		name  string
		value string
	}{
		{&c.Platform.ClientSecretFile, "client_secret", world.Credentials.ClientSecret},
		{&c.Platform.SubscriptionKeyFile, "subscription_key", world.Credentials.SubscriptionKey},
	} {
		*secret.path = filepath.Join(folder, secret.name)
		if err := os.WriteFile(*secret.path, []byte(secret.value+"\n"), 0o600); err != nil {
			return err
		}
	}
	data, err := c.YAML()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "# voucherbul against its simulator on %s; the waits are short, nothing real is at stake\n%s", addr, data)
	return err
}

// serveSimulator serves until the context ends.
func serveSimulator(ctx context.Context, addr string, world office.World, std streams) error {
	sim, err := office.Simulator(world)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return usageError{fmt.Errorf("--addr: %w", err)}
	}
	server := &http.Server{Handler: sim, ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() }) // Serve then returns, and says why
	defer stopped()
	fmt.Fprintf(std.err, "simulator of the Voucher BUL platform on http://%s, ledger at /_simulator/ledger; stop it with Ctrl-C\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
