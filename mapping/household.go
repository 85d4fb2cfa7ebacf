package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// checkHousehold compares the list of relatives with the beneficiary and with the number of people (RULES.md 2.4, A17).
func (r *row) checkHousehold() {
	count, _ := strconv.Atoi(r.values[idNumeroComponentiNucleoFamigliare])
	relatives := splitRelatives(r.values[idCodiciFiscaliFamigliari])
	listFailed := relatives == nil && r.failed(idCodiciFiscaliFamigliari)
	if len(relatives) > 0 && r.beneficiaryIsListed(relatives) {
		listFailed = true
	}
	if count == 0 || listFailed {
		return // their own Problem says enough
	}
	if count != 1+len(relatives) {
		// The platform takes ten codes; households may be larger.
		set := r.mapper.Rules.Household
		if len(relatives) == 10 && count > 11 {
			set = ToWarn
		}
		r.complain(idNumeroComponentiNucleoFamigliare, set, Blocks, fault{code: CodeHousehold, arg: strconv.Itoa(1 + len(relatives)),
			expected: fmt.Sprintf("%d: %s", 1+len(relatives), household(len(relatives))),
			remedy:   "correggere il numero o completare i codici fiscali dei familiari"})
	}
}

// beneficiaryIsListed finds the beneficiary, and people who are there twice, also where omocodia hides it: an office
// may have given one person two codes over time. People with the same data may be twins, and are only warned of (RULES.md 6.1).
func (r *row) beneficiaryIsListed(relatives []string) bool {
	own := r.values[idCodiceFiscale]
	if slices.Contains(relatives, own) {
		r.problem(&table[idCodiciFiscaliFamigliari], own, fault{code: CodeNoComponent, expected: "solo gli altri componenti del nucleo",
			remedy: "togliere il codice fiscale del beneficiario dalla lista"})
		return true
	}
	if len(own) == 16 {
		code := plain(own)
		for _, cf := range relatives {
			if plain(cf) == code {
				r.problem(&table[idCodiciFiscaliFamigliari], cf, fault{code: CodeNoComponent, expected: "solo gli altri componenti del nucleo",
					remedy: "a parte l'omocodia è il codice fiscale del beneficiario, " + own + ": controllare che siano due persone", warn: true})
			}
		}
	}
	var codes [10]plainCode
	for i, cf := range relatives {
		codes[i] = plain(cf)
		if first := slices.Index(codes[:i], codes[i]); first >= 0 {
			r.problem(&table[idCodiciFiscaliFamigliari], cf, fault{code: CodeSamePerson, expected: "persone diverse", warn: true,
				remedy: "a parte l'omocodia è uguale a " + relatives[first] + ": controllare che siano due persone"})
		}
	}
	return false
}

// household says who is in it.
func household(relatives int) string {
	switch relatives {
	case 0:
		return "solo il beneficiario"
	case 1:
		return "il beneficiario e 1 familiare"
	}
	return fmt.Sprintf("il beneficiario e %d familiari", relatives)
}

// failed reports whether a field already has a Problem.
func (r *row) failed(id int) bool {
	return slices.ContainsFunc(r.out.Problems, func(p Problem) bool { return p.Field == table[id].Name })
}

func splitRelatives(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ";")
}
