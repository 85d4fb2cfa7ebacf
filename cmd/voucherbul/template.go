package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
)

func newTemplateCommand(std streams) *cobra.Command {
	var operation, out, configPath string
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
			c, err := config.LoadOffline(configPath, std.environ)
			if err != nil {
				return err
			}
			path, err := office.Office{Config: c}.Template(office.TemplateOptions{Operation: op, Path: out})
			if there := (*office.WriteError)(nil); errors.Is(err, office.ErrThere) && errors.As(err, &there) {
				return &office.WriteError{Path: there.Path, Err: fmt.Errorf("%w with --out", office.ErrThere)}
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(std.out, path)
			return err
		},
	}
	catalogueFlag(c, &configPath)
	c.Flags().StringVar(&operation, "operation", "", "only the columns of this operation")
	c.Flags().StringVar(&out, "out", "", "file to write (default: modello.xlsx or modello-OPERATION.xlsx)")
	return c
}
