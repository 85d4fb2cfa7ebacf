package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping"
)

func newProfileCommand(std streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "profile",
		Short: "Say what the columns of a foreign export are",
		Long:  "A profile maps the columns of a foreign export to fields, and says how its values and dates are written.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{errors.New("profile needs one of suggest and check")}
		},
	}
	c.AddCommand(newProfileSuggestCommand(std), newProfileCheckCommand(std))
	return c
}

// oneFile is the argument of both commands.
func oneFile(c *cobra.Command, args []string) error {
	if err := cobra.ExactArgs(1)(c, args); err != nil {
		return usageError{err}
	}
	return nil
}

func newProfileSuggestCommand(std streams) *cobra.Command {
	var sheet, output, configPath string
	c := &cobra.Command{
		Use:   "suggest FILE",
		Short: "Write a first profile for an export, with the reason for every line",
		Args:  oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			settings, err := config.LoadOffline(configPath, std.environ)
			if err != nil {
				return err
			}
			text, err := office.Office{Config: settings}.Suggest(c.Context(), office.SuggestOptions{File: args[0], Sheet: sheet})
			if err != nil {
				return err
			}
			if output == "" {
				_, err = std.out.Write(text)
				return err
			}
			return writeNew(output, text)
		},
	}
	catalogueFlag(c, &configPath)
	c.Flags().StringVar(&sheet, "sheet", "", "sheet of the workbook (default: the first visible one with a header)")
	c.Flags().StringVar(&output, "output", "", "file to write (default: the standard output)")
	return c
}

// writeNew writes a file that is not there yet: a profile that was worked on must not be lost.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &office.WriteError{Path: path, Err: errors.New("it is there already: choose another name with --output")}
	}
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return &office.WriteError{Path: path, Err: err}
	}
	return nil
}

func newProfileCheckCommand(std streams) *cobra.Command {
	o := profileCheck{std: std, now: time.Now}
	c := &cobra.Command{
		Use:   "check FILE --profile PROFILE",
		Short: "Name unused columns and missing fields of a profile",
		Args:  oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			if o.profile == "" {
				return usageError{errors.New("profile check needs --profile")}
			}
			o.file = args[0]
			return o.run(c.Context())
		},
	}
	f := c.Flags()
	catalogueFlag(c, &o.config)
	f.StringVar(&o.profile, "profile", "", "the profile")
	f.StringVar(&o.sheet, "sheet", "", "sheet of the workbook (default: that of the profile)")
	f.StringVar(&o.operation, "operation", "", "operation of rows without one")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON object")
	return c
}

// profileCheck is everything that `voucherbul profile check` needs.
type profileCheck struct {
	std       streams
	file      string
	config    string
	profile   string
	sheet     string
	operation string
	json      bool
	now       func() time.Time
}

// profileResult is the object that --json prints; its names are a contract.
type profileResult struct {
	Schema         int            `json:"schema"`
	File           string         `json:"file"`
	Profile        string         `json:"profile"`
	Columns        int            `json:"columns"`
	Unused         []string       `json:"unused"`
	MissingColumns []string       `json:"missing_columns"`
	RivalColumns   []string       `json:"rival_columns"` // that mean what the profile takes from elsewhere
	MissingFields  []missingField `json:"missing_fields"`
	Exit           int            `json:"exit"`
}

type missingField struct {
	Field string                    `json:"field"`
	Rows  map[mapping.Operation]int `json:"rows"` // that need it, by operation
}

func (o profileCheck) run(ctx context.Context) error {
	operation, err := operationOption(o.operation)
	if err != nil {
		return err
	}
	settings, err := config.LoadOffline(o.config, o.std.environ)
	if err != nil {
		return err
	}
	c, err := office.Office{Config: settings, Now: o.now}.CheckProfile(ctx, office.ProfileOptions{File: o.file, Profile: o.profile, Sheet: o.sheet, Operation: operation})
	if err != nil {
		return err
	}
	result := profileResult{Schema: 1, File: o.file, Profile: o.profile, Columns: c.Columns, Unused: append([]string{}, c.Unused...),
		MissingColumns: append([]string{}, c.MissingColumns...), RivalColumns: append([]string{}, c.RivalColumns...), MissingFields: []missingField{}}
	for _, f := range c.MissingFields {
		result.MissingFields = append(result.MissingFields, missingField(f))
	}
	if !c.Whole() {
		result.Exit = exitRejected
	}
	if err := o.print(result); err != nil {
		return err
	}
	if result.Exit != exitOK {
		return finished{result.Exit}
	}
	return nil
}

func (o profileCheck) print(r profileResult) error {
	if o.json {
		return json.NewEncoder(o.std.out).Encode(r)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s with %s: %d columns, %d of them not used\n", r.File, r.Profile, r.Columns, len(r.Unused))
	for _, column := range r.Unused {
		fmt.Fprintf(&out, "  not used: %q\n", column)
	}
	for _, column := range r.MissingColumns {
		fmt.Fprintf(&out, "  missing: %s\n", column)
	}
	for _, column := range r.RivalColumns {
		fmt.Fprintf(&out, "  unclear: %s\n", column)
	}
	for _, f := range r.MissingFields {
		var needed []string
		for _, op := range append(mapping.Operations(), "") {
			if n := f.Rows[op]; n > 0 {
				needed = append(needed, fmt.Sprintf("%s of %s", rows(n), cmp.Or(string(op), "no operation")))
			}
		}
		fmt.Fprintf(&out, "  missing: %s, needed by %s\n", f.Field, strings.Join(needed, ", "))
	}
	if r.Exit == exitOK {
		fmt.Fprintln(&out, "  nothing is missing")
	}
	_, err := io.WriteString(o.std.out, out.String())
	return err
}
