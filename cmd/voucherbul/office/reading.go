package office

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"time"

	"voucherbul/cmd/voucherbul/config"
	"voucherbul/mapping"
	"voucherbul/mapping/export"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/profile"
)

// ReadingOptions say how exports are read.
type ReadingOptions struct {
	Operation mapping.Operation // of rows without one; "" = they need one
	Sheet     string            // of a workbook; "" = the profile's, or the first visible one with a known header
	Hidden    orderfile.Hidden  // what becomes of hidden rows; "" = what the profile says
	Profile   string            // path; "" = that of the configuration
}

// reading joins the options with the configuration, and reads what rows are compared with. now is in Italian time.
func (o Office) reading(opt ReadingOptions, now time.Time) (export.Reading, error) {
	r := export.Reading{Sheet: opt.Sheet, Hidden: opt.Hidden,
		Mapper: mapping.Mapper{Operator: o.Config.Operator.PartitaIva, Operation: opt.Operation, Now: now, Rules: o.Config.Rules, Catalogue: o.catalogue()}}
	var err error
	if r.Profile, err = readProfile(cmp.Or(opt.Profile, o.Config.Profile), r.Mapper.Catalogue); err != nil {
		return export.Reading{}, err
	}
	m, files, sum := &r.Mapper, o.Config.Reference, sha256.New()
	if m.Comuni, err = readReference("reference.comuni", files.Comuni, sum, mapping.ReadComuni); err != nil {
		return export.Reading{}, err
	}
	if m.Enabled, err = readReference("reference.enabled_comuni", files.EnabledComuni, sum, mapping.ReadAbilitati); err != nil {
		return export.Reading{}, err
	}
	if m.Offers, err = readReference("reference.offers", files.Offers, sum, func(name string, r io.Reader) (*mapping.Offerte, error) {
		return mapping.ReadOfferte(name, r, m.Catalogue)
	}); err != nil {
		return export.Reading{}, err
	}
	r.References = hex.EncodeToString(sum.Sum(nil))
	return r, nil
}

// catalogue is the platform's enumerations, as configured.
func (o Office) catalogue() *mapping.Catalogue { return mapping.NewCatalogue(o.Config.Catalogue) }

// readProfile reads a profile; "" = there is none.
func readProfile(path string, catalogue *mapping.Catalogue) (*profile.Profile, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, config.Errorf("cannot read the profile: %v", err)
	}
	return profile.Parse(path, data, catalogue)
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
