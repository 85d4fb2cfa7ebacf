package batch_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"pgregory.net/rapid"

	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

// limits are the longest texts of the specification (RULES.md 2).
var limits = map[string]int{
	"cognome": 100, "nome": 100, "luogoDiNascita": 40, "ragioneSociale": 80, "codiceAteco": 8, "numeroDocumento": 25, "numeroDiTelefono": 20,
	"email": 40, "pec": 40, "codiceUnivocoOfferta": 100, "via": 150, "civico": 10, "palazzina": 10, "scala": 10, "piano": 10, "interno": 10,
}

// letters are of one, two, three and four bytes; the specification counts characters.
const letters = "ABCXYZabcxyzÀÈÌÒÙàèéìòùñßŠǅ一€😀"

// textOf draws a text at the limits of a field: one character, a few, all that are allowed.
func textOf(field string) *rapid.Generator[string] {
	limit := limits[field]
	return rapid.Custom(func(t *rapid.T) string {
		length := rapid.SampledFrom([]int{1, 2, limit - 1, limit}).Draw(t, "length")
		text := rapid.SliceOfN(rapid.SampledFrom([]rune(letters)), length, length).Draw(t, "text")
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, length-1), 0, 3).Draw(t, "spaces") {
			if i > 0 && i < length-1 && field != "codiceAteco" {
				text[i] = rapid.SampledFrom([]rune(" '.&-0")).Draw(t, "mark")
			}
		}
		return string(text)
	})
}

// rightOrder draws an order that has to go out, with any of its optional fields.
func rightOrder(op mapping.Operation, kind mapping.Kind) *rapid.Generator[*mapping.Order] {
	return rapid.Custom(func(t *rapid.T) *mapping.Order {
		people := rapid.SliceOfNDistinct(rapid.IntRange(0, 5_000_000), 1, 11, rapid.ID[int]).Draw(t, "people")
		if rapid.IntRange(0, 3).Draw(t, "all") == 3 {
			people = rapid.SliceOfNDistinct(rapid.IntRange(0, 5_000_000), 11, 11, rapid.ID[int]).Draw(t, "eleven")
		}
		var relatives []string
		for _, i := range people[1:] {
			relatives = append(relatives, ordertest.CodiceFiscale(i))
		}
		o := new(mapping.Order)
		for _, f := range mapping.Fields() {
			optional := f.Optional.Has(op, kind)
			if !f.Used().Has(op, kind) || optional && f.Name != mapping.Relatives && rapid.Bool().Draw(t, "left out") {
				continue
			}
			f.Set(o, rightText(t, f, op, kind, people, relatives))
		}
		o.Operazione = string(op)
		if n := len(relatives); n == 10 && kind == mapping.Famiglia && op == mapping.OperationPrenotazione && rapid.Bool().Draw(t, "large") {
			o.NumeroComponentiNucleoFamigliare = "14" // only ten can be named
		}
		return o
	})
}

func rightText(t *rapid.T, f mapping.Field, op mapping.Operation, kind mapping.Kind, people []int, relatives []string) string {
	pick := func(values ...string) string { return rapid.SampledFrom(values).Draw(t, f.Name) }
	match := func(pattern string) string { return rapid.StringMatching(pattern).Draw(t, f.Name) }
	switch f.Name {
	case "operazione":
		return string(op)
	case "partitaIvaOperatore":
		return contractOperator
	case "codiceFiscale":
		return ordertest.CodiceFiscale(people[0])
	case "partitaIva":
		return ordertest.PartitaIva(people[0])
	case "numeroComponentiNucleoFamigliare":
		return fmt.Sprint(len(people))
	case mapping.Relatives:
		return strings.Join(relatives, ";")
	case "sesso":
		return pick("M", "F", "m", "femmina")
	case "tipologia":
		return map[mapping.Kind]string{mapping.Famiglia: "FAM", mapping.Impresa: "IMP"}[kind] + pick("1", "2")
	case "tipoDocumento":
		return pick("CI", "PP", "PT", "patente")
	case "tipo":
		return pick("RESIDENZA", "domicilio")
	case "tecnologiaPrenotata", "tecnologiaAttivata":
		return pick("FWA", "FTTH", "FTTC", "FTTB", "SAT", "ftth")
	case "dataDiNascita":
		return pick("01/01/1900", "29/02/2000", "2026-11-23", "10/12/1985", "31079")
	case "dataScadenzaDocumento":
		return pick("31/12/2099", "29/02/2028", "2031-12-10", "1/1/2020")
	case "dataAttivazione", "dataCessazione":
		return pick("20/03/2026", "20/03/2026 10:30", "2026-03-20T10:30:59+02:00", "23/11/2026", "23/11/2026 11:59:59", "25/10/2026 02:30", "44275.5")
	case "numeroDiTelefono":
		return pick("333444", "3330000000", "+39 06 1234567", strings.Repeat("3", 20), "12345678")
	case "email", "pec":
		tail := pick("@e.it", "@mail.example.com")
		return match(`[a-z]`) + strings.Repeat("m", rapid.SampledFrom([]int{0, 5, limits[f.Name] - 1 - len(tail)}).Draw(t, "length")) + tail
	case "cap":
		return match(`[0-9]{5}|[1-9][0-9]{1,3}`)
	case "codiceIstatComune":
		return match(`[0-9]{6}|[1-9][0-9]{3,4}`)
	case "velocitaDownloadMbit":
		return pick("30", "31", "1000", "99999", "1 Giga")
	case "codiceUnivocoCella":
		return match(`(20|100)(MN|mn)[0-9]{7}E[0-9]{7}`)
	}
	if limits[f.Name] == 0 {
		t.Fatalf("nobody says what a right %s is", f.Name)
	}
	return textOf(f.Name).Draw(t, f.Name)
}

// brokenText draws what may stand in a field by mistake. Some of it is right, or can be repaired.
func brokenText(field, right string) *rapid.Generator[string] {
	any := []*rapid.Generator[string]{
		rapid.SampledFrom([]string{"", " ", "?", "0", "-1", "1.5", "999999", "due", "31/02/2021", "2021-02-30", "2021-13-01T10:00:00Z", "20/3", "#N/D", "1,23E+10",
			"3-apr", "Ã¨", "@", "a@b", "a b@c.it", "/", "XX", "FAM1", "IMP1", "FAM3", "CI2", "FTTX", "M F", "20MN238400E4245100", "1234", "1234567"}),
		rapid.Map(rapid.StringMatching(`[0-9A-Za-z]{1,3}`), func(s string) string { return right + s }),
		rapid.Map(rapid.IntRange(0, 1), func(n int) string { // one character less
			r := []rune(right)
			if len(r) == 0 {
				return ""
			}
			return string(slices.Delete(r, n*(len(r)-1), n*(len(r)-1)+1))
		}),
		rapid.StringMatching(`[A-Z0-9]{1,17}`),
	}
	if limit := limits[field]; limit > 0 {
		any = append(any, rapid.Map(rapid.SampledFrom([]int{1, 1, 2, 60}), func(n int) string { return strings.Repeat("é", limit+n) }))
	}
	switch field {
	case "codiceFiscale":
		any = append(any, rapid.StringMatching(`[A-Z]{6}[0-9L-V]{2}[A-Z][0-9L-V]{2}[A-Z][0-9L-V]{3}[A-Z]`), rapid.Just("12345678903"))
	case "email", "pec":
		any = append(any, rapid.Just(strings.Repeat("m", limits[field]+1-len("@e.it"))+"@e.it"))
	case "velocitaDownloadMbit":
		any = append(any, rapid.SampledFrom([]string{"0", "-30", "30.5", "100000", "cento"}))
	case "partitaIva", "partitaIvaOperatore":
		any = append(any, rapid.StringMatching(`[0-9]{10,12}`), rapid.Just("00000000000"))
	case mapping.Relatives:
		any = append(any, rapid.SampledFrom([]string{"RSSMRA85T10H501O;RSSMRA85T10H501O", "RSSMRA85T10H501", "RSSMRA85T10H501X", right + ";" + right}),
			rapid.Map(rapid.SampledFrom([]int{11, 11, 12}), func(n int) string {
				var list []string
				for i := range n {
					list = append(list, ordertest.CodiceFiscale(6_000_000+i))
				}
				return strings.Join(list, ";")
			}))
	}
	return rapid.OneOf(any...)
}

// difference is a reason why our checks keep a value back that the platform, as the specification describes it,
// does not call badly formed.
type difference struct {
	reason   string
	examples []string // field=text
	covers   func(field, text string) bool
}

// why finds the reason; "" is a contradiction between the two readings.
func why(field, text string) string {
	for _, d := range stricter {
		if d.covers(field, text) {
			return d.reason
		}
	}
	return ""
}

// stricter is every rule by which the two differ by design. Check characters are no such rule: both know them.
var stricter = []difference{
	{"a placeholder, and a character that nobody sees, are text like any other to the platform (RULES.md 6.5)",
		[]string{"ragioneSociale=?", "via=-", "cognome=NULL", "nome=n/d", "codiceUnivocoOfferta=OFF\x01ERTA"},
		func(field, text string) bool {
			return free(field, text) && regexp.MustCompile(`(?i)^\s*(null|none|nan|n/a|n/d|n\.d\.?|-{1,3}|\?{1,2})\s*$|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}]`).MatchString(text)
		}},
	{"a value that a spreadsheet has spoilt is text like any other to the platform (RULES.md 6.5)",
		[]string{"cognome=#N/D", "via=Ã¨", "civico=3-apr", "interno=1,23E+10", "numeroDocumento=1,23E+10", "civico=31/12/2026"},
		func(field, text string) bool {
			return free(field, text) && regexp.MustCompile(`^#(N/D|N/A|RIF!|REF!)|Ã¨|^\d[,.]\d+E\+\d+|^\d{1,2}-[a-z]{3}$|^\d{1,2}/\d{1,2}/\d{4}|^\d{4}-\d{2}-\d{2}`).MatchString(text)
		}},
	{"the specification gives the length of an email and of a PEC only; more than a name, one @ and a domain is our rule (RULES.md 6.4)",
		[]string{"email=a@b", "pec=à@example.it", "email=a..b@example.it"},
		func(field, text string) bool {
			name, domain, _ := strings.Cut(text, "@")
			return (field == "email" || field == "pec") && within(text, 40) && name != "" && domain != "" && !strings.ContainsAny(text, " \t") && !strings.Contains(domain, "@")
		}},
	{"the specification gives the length of a telephone number only; digits, and six of them, are our rule (RULES.md 6.4)",
		[]string{"numeroDiTelefono=due", "numeroDiTelefono=12345"},
		func(field, text string) bool { return field == "numeroDiTelefono" && within(text, 20) }},
	{"a speed below 30 has an esito of its own, REQUEST_BUSINESS_NOK_011 (RULES.md A12)",
		[]string{"velocitaDownloadMbit=29", "velocitaDownloadMbit=1"},
		func(field, text string) bool {
			return field == "velocitaDownloadMbit" && regexp.MustCompile(`^[1-9][0-9]?$`).MatchString(text)
		}},
	{"the specification has no largest household; more than 99 people are a slip (with an empty list both refuse them)",
		[]string{"numeroComponentiNucleoFamigliare=100"},
		func(field, text string) bool {
			return field == "numeroComponentiNucleoFamigliare" && regexp.MustCompile(`^[1-9][0-9]{2,}$`).MatchString(text)
		}},
	{"the specification ties the size of a household to its list only where the list is empty (RULES.md 2.4)",
		[]string{"numeroComponentiNucleoFamigliare=1"},
		func(field, text string) bool {
			return field == "numeroComponentiNucleoFamigliare" && regexp.MustCompile(`^[1-9][0-9]?$`).MatchString(text)
		}},
	{"a place is the part before the stroke; with nothing before it there is none (RULES.md 2.4)",
		[]string{"luogoDiNascita=/"},
		func(field, text string) bool { return field == "luogoDiNascita" && strings.HasPrefix(text, "/") }},
	{"a birth before 1900 is a slip, one in the future has an esito of its own, REQUEST_BUSINESS_NOK_009",
		[]string{"dataDiNascita=1899-12-31", "dataDiNascita=2026-11-24"},
		func(field, text string) bool {
			return field == "dataDiNascita" && regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`).MatchString(text) && (text < "1900" || text > "2026-11-23")
		}},
	{"a date in the future has an esito of its own, REQUEST_BUSINESS_NOK_009",
		[]string{"dataAttivazione=2026-11-23T12:00:01+01:00", "dataCessazione=2027-01-01T00:00:00Z"},
		func(field, text string) bool {
			return (field == "dataAttivazione" || field == "dataCessazione") && text > "2026-11-23T12" && len(text) > 18
		}},
	{"an hour that the beginning of summer time skips is an instant to the platform",
		[]string{"dataAttivazione=2026-03-29T02:30:00"},
		func(field, text string) bool {
			return (field == "dataAttivazione" || field == "dataCessazione") && strings.HasPrefix(text, "2026-03-29T02:")
		}},
	{"the platform does not look at the birth date inside a codice fiscale (RULES.md 6.1)",
		[]string{"codiceFiscale=RSSMRA85B30H501C"},
		func(field, text string) bool {
			return field == "codiceFiscale" && regexp.MustCompile(`^[A-Z]{6}[0-9L-V]{2}[ABCDEHLMPRST][0-9L-V]{2}[A-Z][0-9L-V]{3}[A-Z]$`).MatchString(text)
		}},
}

func within(text string, limit int) bool { return text != "" && utf8.RuneCountInString(text) <= limit }

// free reports whether any text of that length is right as far as the specification goes.
func free(field, text string) bool {
	return limits[field] > 0 && field != "email" && field != "pec" && within(text, limits[field])
}
