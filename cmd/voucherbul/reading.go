package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping/orderfile"
)

// readingOptions say how exports are read; the commands that read some have these flags in common.
type readingOptions struct {
	operation string
	sheet     string
	hidden    string
	profile   string
}

func (o *readingOptions) addTo(f *pflag.FlagSet) {
	f.StringVar(&o.operation, "operation", "", "operation of rows without one: prenotazione, attivazione, cessazione or disdetta")
	f.StringVar(&o.sheet, "sheet", "", "sheet of a workbook (default: the first visible one with a known header)")
	f.StringVar(&o.hidden, "hidden", "", "hidden rows: send or skip (without this flag a file with hidden rows is refused)")
	f.StringVar(&o.profile, "profile", "", "file that says what the export's columns are (see 'voucherbul profile')")
}

// options reads the flags.
func (o readingOptions) options() (office.ReadingOptions, error) {
	operation, err := operationOption(o.operation)
	if err != nil {
		return office.ReadingOptions{}, err
	}
	hidden := orderfile.Hidden(o.hidden)
	switch hidden {
	case orderfile.RefuseHidden, orderfile.SendHidden, orderfile.SkipHidden:
	default:
		return office.ReadingOptions{}, usageError{fmt.Errorf("--hidden %q: it is send or skip", o.hidden)}
	}
	return office.ReadingOptions{Operation: operation, Sheet: o.sheet, Hidden: hidden, Profile: o.profile}, nil
}
