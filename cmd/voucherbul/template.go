package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"voucherbul/report"
)

func newTemplateCommand(std streams) *cobra.Command {
	var operation, out string
	c := &cobra.Command{
		Use:   "template",
		Short: "Write an empty workbook to fill in",
		Long:  "Write an empty workbook with a column for every field, drop-downs, and a note on every header.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			op, err := operationOption(operation)
			if err != nil {
				return err
			}
			if out == "" {
				out = "modello.xlsx"
				if op != "" {
					out = "modello-" + string(op) + ".xlsx"
				}
			}
			if _, err := os.Stat(out); err == nil {
				return &report.WriteError{Path: out, Err: errors.New("it is there already, and may be filled in: choose another name with --out")}
			}
			if err := report.WriteTemplate(out, op); err != nil {
				return err
			}
			_, err = fmt.Fprintln(std.out, out)
			return err
		},
	}
	c.Flags().StringVar(&operation, "operation", "", "only the columns of this operation")
	c.Flags().StringVar(&out, "out", "", "file to write (default: modello.xlsx or modello-OPERATION.xlsx)")
	return c
}
