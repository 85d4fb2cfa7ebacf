package platform

import (
	"cmp"
	"strings"

	"voucherbul/mapping"
)

// AdviceFor is the advice in the words of an export: columns are its headers by the field that they feed. Without one a
// field goes by its label.
func (v Verdict) AdviceFor(columns map[string]string) string {
	called := func(name string) string {
		f, ok := mapping.FieldNamed(name)
		if !ok {
			return name
		}
		return cmp.Or(columns[name], f.Label)
	}
	switch {
	case len(v.Named) > 0:
		var names []string
		for _, name := range v.Named {
			names = append(names, called(name))
		}
		return "Correggere e inviare di nuovo: " + strings.Join(names, ", ") + "."
	case len(v.Relatives) > 0:
		where := ""
		if column := columns[mapping.Relatives]; column != "" {
			where = " (" + column + ")"
		}
		return "Hanno già un voucher: " + strings.Join(v.Relatives, ", ") + where + ". " + v.Advice
	}
	var names []string
	for _, name := range v.Fields {
		if column := columns[name]; column != "" {
			names = append(names, "«"+column+"»")
		}
	}
	switch len(names) {
	case 0:
		return v.Advice
	case 1:
		return v.Advice + " Colonna: " + names[0] + "."
	}
	return v.Advice + " Colonne: " + strings.Join(names, ", ") + "."
}
