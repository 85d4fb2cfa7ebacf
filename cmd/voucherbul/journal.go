package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
)

func newJournalCommand(std streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "journal",
		Short: "Look after the journal: what was sent, and what came back",
		Args:  cobra.NoArgs,
	}
	var configPath string
	var asJSON bool
	verify := &cobra.Command{
		Use:   "verify",
		Short: "Look through the whole journal for damage",
		Long: `Look through the whole journal. It checks the file, compares every request with the planned one, and looks for
contradictions between the rows. It repairs nothing. Its exit code is 74 if it finds a fault.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return verifyJournal(c.Context(), configPath, asJSON, std)
		},
	}
	verify.Flags().BoolVar(&asJSON, "json", false, "print the result as one JSON object")
	backup := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the journal, also while a run writes to it",
		Long: `Copy the journal to FILE as it is at one instant, also while a run writes to it. FILE holds personal data, like the
journal: only its owner can read it. An existing FILE is not replaced. Other means of copying are safe only while nothing
runs, and only together with the file that ends in -wal.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return backupJournal(c.Context(), configPath, args[0], std)
		},
	}
	for _, sub := range []*cobra.Command{verify, backup} {
		sub.Flags().StringVar(&configPath, "config", "", "configuration file that names the journal (default: "+config.DefaultPath+", if it is there)")
	}
	c.AddCommand(verify, backup)
	return c
}

func verifyJournal(ctx context.Context, configPath string, asJSON bool, std streams) error {
	c, err := config.LoadOffline(configPath, std.environ)
	if err != nil {
		return err
	}
	h, err := office.Office{Config: c}.Verify(ctx)
	if err != nil {
		return err
	}
	code := exitOK
	if len(h.Faults) > 0 {
		code = exitJournal
	}
	if asJSON {
		err = json.NewEncoder(std.out).Encode(map[string]any{"schema": 1, "journal": h.Path, "version": h.Version, "runs": h.Runs,
			"files": h.Files, "rows": h.Rows, "states": h.States, "faults": append([]string{}, h.Faults...), "exit": code})
	} else {
		err = printHealth(std, h)
	}
	if err != nil {
		return &office.WriteError{Path: "the result to standard output", Err: err}
	}
	if code != exitOK {
		return finished{code}
	}
	return nil
}

func printHealth(std streams, h office.Health) error {
	var states []string
	for _, s := range journal.States() {
		if n := h.States[s]; n > 0 {
			states = append(states, fmt.Sprintf("%d %s", n, s))
		}
	}
	_, err := fmt.Fprintf(std.out, "%s: version %d, %d runs, %d files, %s: %s\n", h.Path, h.Version, h.Runs, h.Files, rows(h.Rows), strings.Join(states, ", "))
	if err != nil {
		return err
	}
	for _, f := range h.Faults {
		fmt.Fprintln(std.out, "  fault: "+f)
	}
	if len(h.Faults) == 0 {
		_, err = fmt.Fprintln(std.out, "  sound")
		return err
	}
	fmt.Fprintln(std.err, "voucherbul: the journal is damaged: do not delete it and do not start a new one, what was sent would be unknown; keep a copy and restore the latest backup")
	return nil
}

func backupJournal(ctx context.Context, configPath, target string, std streams) error {
	c, err := config.LoadOffline(configPath, std.environ)
	if err != nil {
		return err
	}
	path, err := office.Office{Config: c}.Backup(ctx, office.BackupOptions{To: target})
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: copied to %s\n", path, target)
	return nil
}
