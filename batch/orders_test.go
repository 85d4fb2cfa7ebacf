package batch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

const operatore = "12345678903"

// order is one line of an export, by API names of the fields.
type order map[string]string

// famiglia and impresa make the code of a synthetic beneficiary, one for each number.
func famiglia(n int) string {
	const letters = "BCDFGHJKLMNPQRSTVZ"
	name := make([]byte, 6)
	for i := range name {
		name[i] = letters[n%len(letters)]
		n /= len(letters)
	}
	return withCheckLetter(string(name) + "85T10H501")
}

// withCheckLetter is the rule of the Ministry of Finance (RULES.md 6.1), written a second time on purpose.
func withCheckLetter(code string) string {
	odd := map[rune]int{}
	for i, value := range []int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23} {
		odd['A'+rune(i)] = value
		if i < 10 {
			odd['0'+rune(i)] = value
		}
	}
	sum := 0
	for i, r := range code {
		switch {
		case i%2 == 0:
			sum += odd[r]
		case r >= 'A':
			sum += int(r - 'A')
		default:
			sum += int(r - '0')
		}
	}
	return code + string(rune('A'+sum%26))
}

func impresa(n int) string {
	code := fmt.Sprintf("%07d058", n+1)
	sum := 0
	for i, r := range code {
		digit := int(r - '0')
		if i%2 == 1 {
			digit = digit*2/10 + digit*2%10
		}
		sum += digit
	}
	return code + fmt.Sprint((10-sum%10)%10)
}

// newOrder is a valid order of an operation; its beneficiary's code says whether it is a family.
func newOrder(op mapping.Operation, beneficiario string) order {
	kind, code := mapping.Famiglia, "codiceFiscale"
	if len(beneficiario) == 11 {
		kind, code = mapping.Impresa, "partitaIva"
	}
	o := order{}
	for _, f := range mapping.Fields() {
		if f.Required.Has(op, kind) {
			o[f.Name] = f.Example
		}
	}
	o["operazione"], o[code] = string(op), beneficiario
	who := (beneficiario + "      ")[:6] // of a family its letters are the names: famiglia writes consonants only
	for name, value := range map[string]string{"cognome": who[:3], "nome": who[3:6],
		"codiceUnivocoOfferta":             map[mapping.Kind]string{mapping.Famiglia: "OPE040-FAM1-FTTH-100-245", mapping.Impresa: "OPE040-IMP1-FTTH-100-245"}[kind],
		"tipologia":                        map[mapping.Kind]string{mapping.Famiglia: "FAM1", mapping.Impresa: "IMP1"}[kind],
		"numeroComponentiNucleoFamigliare": "1", "dataAttivazione": "02/03/2026", "dataCessazione": "02/03/2026"} {
		if o[name] != "" {
			o[name] = value
		}
	}
	return o
}

func prenotazione(beneficiario string) order {
	return newOrder(mapping.OperationPrenotazione, beneficiario)
}
func attivazione(beneficiario string) order {
	return newOrder(mapping.OperationAttivazione, beneficiario)
}
func cessazione(beneficiario string) order {
	return newOrder(mapping.OperationCessazione, beneficiario)
}
func disdetta(beneficiario string) order { return newOrder(mapping.OperationDisdetta, beneficiario) }

// with is the order with one value changed.
func (o order) with(field, value string) order {
	changed := order{}
	for k, v := range o {
		changed[k] = v
	}
	changed[field] = value
	return changed
}

// mapped is the order as package mapping takes it.
func (o order) mapped() (m mapping.Order) {
	for name, value := range o {
		field, _ := mapping.FieldNamed(name)
		field.Set(&m, value)
	}
	return m
}

// withRelatives is a household with further members.
func (o order) withRelatives(relatives ...string) order {
	return o.with("codiciFiscaliFamigliari", strings.Join(relatives, ";")).
		with("numeroComponentiNucleoFamigliare", fmt.Sprint(1+len(relatives)))
}

// bookings are prenotazioni of n different families.
func bookings(n int) []order {
	orders := make([]order, n)
	for i := range orders {
		orders[i] = prenotazione(famiglia(i))
	}
	return orders
}

// writeExport writes orders as a CSV file with every column of the template.
func writeExport(t testing.TB, path string, orders ...order) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	written := make([]mapping.Order, len(orders))
	for i, o := range orders {
		written[i] = o.mapped()
	}
	if err := ordertest.WriteCSV(f, written...); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOrdersAreValid keeps the helpers honest: what they make has no Problem, and no two beneficiaries are one.
func TestOrdersAreValid(t *testing.T) {
	mapper := mapping.Mapper{Operator: operatore, Now: start}
	seen := map[string]bool{}
	for n := range 300 {
		for _, who := range []string{famiglia(n), impresa(n)} {
			if seen[who] {
				t.Fatalf("%s twice", who)
			}
			seen[who] = true
			for _, op := range mapping.Operations() {
				o := newOrder(op, who).mapped()
				if m := mapper.Map(&o); m.Blocked() || len(m.Problems) > 0 || m.Beneficiario != who {
					t.Fatalf("%s of %s: %+v", op, who, m.Problems)
				}
			}
		}
	}
}
