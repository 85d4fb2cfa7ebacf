package mapping

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Claim is one thing that a header of an export stands for.
type Claim struct {
	Field  string // API name of the field
	Member string // "#1" for a column that holds one part of the field, such as one relative; "" = the whole field
}

// Relatives is the field that may be spread over several columns, one for each member of the household.
const Relatives = "codiciFiscaliFamigliari"

// relativeColumn is the header of one relative, without case, spaces and punctuation: "CF familiare 1".
// Without a number the header must say that it means a codice fiscale.
var relativeColumn = regexp.MustCompile(`^(?:(?:cf|cod(?:ice)?fisc(?:ale)?|codicifiscali)(?:del)?famig?liar[ei](\d{0,2})|famig?liar[ei](\d{1,2}))$`)

// Claims lists the fields that a header stands for, by name and synonym. Usually that is one field. An unknown header has
// none. A column that serves several operations has several ("Tecnologia" is the booked or the activated one). Case,
// accents, spaces and punctuation do not count.
func Claims(header string) []Claim {
	key := HeaderKey(header)
	if key == "" {
		return nil
	}
	found := slices.Clone(claimsByKey()[key])
	if m := relativeColumn.FindStringSubmatch(key); found == nil && m != nil {
		return []Claim{{Field: Relatives, Member: "#" + m[1] + m[2]}}
	}
	return found
}

// claimsByKey is made from the table once; nothing changes it afterwards.
var claimsByKey = sync.OnceValue(func() map[string][]Claim {
	index := map[string][]Claim{}
	for _, f := range table {
		keys := map[string]bool{HeaderKey(f.Name): true, HeaderKey(f.Label): true}
		for _, synonym := range f.Synonyms {
			keys[HeaderKey(synonym)] = true
		}
		for key := range keys {
			index[key] = append(index[key], Claim{Field: f.Name})
		}
	}
	return index
})

// HeaderKey is a header without what people change freely: case, accents, spaces, punctuation. Two headers
// with the same key are the same.
func HeaderKey(header string) string {
	var key strings.Builder
	for _, r := range norm.NFKD.String(header) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			key.WriteRune(unicode.ToLower(r))
		}
	}
	return key.String()
}
