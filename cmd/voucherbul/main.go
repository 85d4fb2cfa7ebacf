// Command voucherbul files the customer orders of a CSV or Excel export with the Voucher BUL platform and
// writes an outcome workbook with the esito of every row.
//
// This package only wires: one file per command, the configuration, and the one place that turns errors into
// exit codes (exit.go). What the program knows lives in packages mapping, batch and report.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // Italian time on machines without a zone database, such as an empty container

	"github.com/spf13/cobra"
)

// version is set by the linker in releases.
var version = "dev"

func main() {
	// The first signal asks for an orderly end; after it the usual handling is back, so a second one ends
	// the process at once. The journal makes both safe.
	ctx, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, restore)
	os.Exit(execute(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr, environ: os.Environ()}))
}

// streams are what a command talks to.
type streams struct {
	out     io.Writer // the result
	err     io.Writer // progress and logs
	environ []string
}

// execute runs one command line and returns its exit code.
func execute(ctx context.Context, args []string, std streams) int {
	root := newRoot(std)
	root.SetArgs(args)
	root.SetOut(std.out)
	root.SetErr(std.err)
	err := root.ExecuteContext(ctx)
	code := exitCode(err)
	if message := exitMessage(err); message != "" {
		fmt.Fprintln(std.err, "voucherbul: "+message)
	}
	return code
}

func newRoot(std streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "voucherbul",
		Short:         "File voucher orders from CSV and Excel exports with the Voucher BUL platform",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newRunCommand(std), newRetryCommand(std), newCheckCommand(std), newIseeCommand(std), newResolveCommand(std), newRunsCommand(std), newJournalCommand(std), newSimulatorCommand(std), newTemplateCommand(std), newProfileCommand(std), newVersionCommand(std))
	countArgs(root.Commands())
	return root
}

// countArgs makes a wrong number of arguments a usage error, of every command and those below it.
func countArgs(commands []*cobra.Command) {
	for _, c := range commands {
		countArgs(c.Commands())
		if check := c.Args; check != nil {
			c.Args = func(c *cobra.Command, args []string) error {
				if err := check(c, args); err != nil {
					return usageError{err}
				}
				return nil
			}
		}
	}
}
