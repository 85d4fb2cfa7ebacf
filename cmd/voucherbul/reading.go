package main

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"voucherbul/batch"
	"voucherbul/mapping"
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
	f.StringVar(&o.hidden, "hidden", "", "what becomes of hidden rows: send or skip (no default: without a word such a file is refused)")
	f.StringVar(&o.profile, "profile", "", "file that says what the export's columns are (see 'voucherbul profile')")
}

// reading joins flags and configuration; flags win.
func (o readingOptions) reading(c config, now time.Time) (batch.Reading, error) {
	operation, err := operationOption(o.operation)
	if err != nil {
		return batch.Reading{}, err
	}
	r := batch.Reading{Sheet: o.sheet, Hidden: orderfile.Hidden(o.hidden),
		Mapper: mapping.Mapper{Operator: c.Operator.PartitaIva, Operation: operation, Now: now}}
	switch r.Hidden {
	case orderfile.RefuseHidden, orderfile.SendHidden, orderfile.SkipHidden:
	default:
		return batch.Reading{}, usageError{fmt.Errorf("--hidden %q: it is send or skip", o.hidden)}
	}
	return r, nil
}
