package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/pflag"

	"voucherbul/batch"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/profile"
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
func (o readingOptions) reading(c config.Config, now time.Time) (batch.Reading, error) {
	operation, err := operationOption(o.operation)
	if err != nil {
		return batch.Reading{}, err
	}
	r := batch.Reading{Sheet: o.sheet, Hidden: orderfile.Hidden(o.hidden),
		Mapper: mapping.Mapper{Operator: c.Operator.PartitaIva, Operation: operation, Now: now, Rules: c.Rules}}
	switch r.Hidden {
	case orderfile.RefuseHidden, orderfile.SendHidden, orderfile.SkipHidden:
	default:
		return batch.Reading{}, usageError{fmt.Errorf("--hidden %q: it is send or skip", o.hidden)}
	}
	if r.Profile, err = readProfile(cmp.Or(o.profile, c.Profile)); err != nil {
		return batch.Reading{}, err
	}
	m, files, sum := &r.Mapper, c.Reference, sha256.New()
	if m.Comuni, err = readReference("reference.comuni", files.Comuni, sum, mapping.ReadComuni); err != nil {
		return batch.Reading{}, err
	}
	if m.Enabled, err = readReference("reference.enabled_comuni", files.EnabledComuni, sum, mapping.ReadAbilitati); err != nil {
		return batch.Reading{}, err
	}
	if m.Offers, err = readReference("reference.offers", files.Offers, sum, mapping.ReadOfferte); err != nil {
		return batch.Reading{}, err
	}
	r.References = hex.EncodeToString(sum.Sum(nil))
	return r, nil
}

// readProfile reads a profile; "" = there is none.
func readProfile(path string) (*profile.Profile, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, config.Errorf("cannot read the profile: %v", err)
	}
	return profile.Parse(path, data)
}

// readReference reads a file that rows are compared with; "" = there is none. What is wrong with it is wrong
// with the configuration: no row is to blame. sum takes in what is read.
func readReference[T any](key, path string, sum io.Writer, read func(name string, r io.Reader) (*T, error)) (*T, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, config.Errorf("%s: %v", key, err)
	}
	defer file.Close() // nothing was written to it
	known, err := read(path, io.TeeReader(file, sum))
	if err != nil {
		return nil, config.Errorf("%s: %v", key, err)
	}
	return known, nil
}
