package mapping

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"strconv"
)

// Doppioni finds, in the rows of one file, the same request twice and the same person in two households (RULES.md
// 3.3). The caller owns it and hands it every row in the order of the file; it is not safe for several goroutines.
//
// It remembers people as hashes of 52 bits. Among a million people two are alike in one file of 9,000 (n²/2 pairs, 1 in
// 2^52 each); for such a pair to block a row, 7 bits more have to agree: one file of a million. What it keeps
// of a request and of a household is shorter still, and only words a finding that is already made. A person takes 16
// bytes, with the free places 18 to 22 MB for a million. Rows after the 16,777,215th are not compared.
type Doppioni struct {
	rules   Rules
	columns map[string]string
	seed    maphash.Seed
	sum     sum
	shards  [1 << shardBits]shard // each grows by itself: growing never doubles the memory
}

// NewDoppioni is for one file. columns are its headers by field name, as in [Mapper]; nil = the labels of the table.
func NewDoppioni(rules Rules, columns map[string]string) *Doppioni {
	return &Doppioni{rules: rules, columns: columns, seed: maphash.MakeSeed()}
}

// Check compares a row with the earlier rows of its file. It returns the row with the Problems that it found, and without
// its Request if one of them blocks. Rows that are blocked are not remembered.
func (d *Doppioni) Check(row int, m Mapped) Mapped {
	if m.Request == nil || row < 1 || row > maxRow {
		return m
	}
	who := d.person(m.Beneficiario)
	exact := exactly(m.Beneficiario, who)
	request := d.request(m.Request)
	operation := numberOf(m.Operation)
	known := d.find(who)
	if known != nil && known.ownRow() != 0 && known.operation() == operation {
		same := known.isExact(exact)
		p := d.twice(known, m, same, known.isRequest(request))
		m.Problems = append(m.Problems, p)
		if p.Severity == Blocks {
			m.Request = nil
			return m
		}
	}
	prenotazione, booked := m.Request.(Prenotazione)
	if booked && prenotazione.Famiglia != nil {
		if known != nil && known.household() != 0 && !known.isOf(who) {
			m.Problems = append(m.Problems, d.elsewhere(idCodiceFiscale, m.Beneficiario, known.household()))
		}
		for _, cf := range prenotazione.Famiglia.CodiciFiscaliFamigliari {
			if other := d.find(d.person(cf)); other != nil && other.household() != 0 && !other.isOf(who) {
				m.Problems = append(m.Problems, d.elsewhere(idCodiciFiscaliFamigliari, cf, other.household()))
			}
		}
		for _, cf := range prenotazione.Famiglia.CodiciFiscaliFamigliari {
			d.entry(d.person(cf)).join(row, who)
		}
		d.entry(who).join(row, who)
	}
	d.entry(who).ask(row, operation, exact, request)
	return m
}

// person is the hash of a codice fiscale without omocodia, or of a partita IVA.
func (d *Doppioni) person(code string) uint64 {
	if len(code) != 16 {
		return maphash.String(d.seed, code)
	}
	p := plain(code)
	return maphash.Bytes(d.seed, p[:])
}

// twice is the Problem of a beneficiary who asks again for what an earlier row asks, with nothing in between.
func (d *Doppioni) twice(known *known, m Mapped, sameCode, sameRequest bool) Problem {
	id := idCodiceFiscale
	if m.Request.isOfAnImpresa() {
		id = idPartitaIva
	}
	row := strconv.Itoa(known.ownRow())
	p := d.problem(id, m.Beneficiario, "una sola "+string(m.Operation)+" per beneficiario", "")
	p.Arg = string(m.Operation)
	switch {
	case !sameCode:
		p.Code = CodeTwin
		p.Remedy = "a parte l'omocodia è il beneficiario della riga " + row + " del file: controllare che siano due persone"
	case sameRequest:
		p.Code = CodeTwice
		p.Remedy = "doppione: la stessa richiesta è già alla riga " + row + " del file; togliere una delle due"
	default:
		p.Code = CodeTwiceOther
		p.Remedy = "doppione: il beneficiario è già alla riga " + row + " del file con dati diversi; tenere la riga giusta"
	}
	if sameCode && !d.rules.Duplicate.warns(Blocks) {
		p.Severity = Blocks
	}
	return p
}

// elsewhere is the Problem of a person who is in the household of another beneficiary's booking.
func (d *Doppioni) elsewhere(id int, cf string, row int) Problem {
	p := d.problem(id, cf, "persone che non sono in un altro nucleo del file", "è già nel nucleo della riga "+strconv.Itoa(row)+
		" del file: se quel voucher è attivo la piattaforma risponde NOK_003; controllare i due nuclei")
	p.Code = CodeOtherHousehold
	return p
}

func (d *Doppioni) problem(id int, found, expected, remedy string) Problem {
	r := row{mapper: Mapper{Columns: d.columns}}
	f := &table[id]
	return Problem{Field: f.Name, Column: r.column(f), Found: found, Expected: expected, Remedy: remedy, Severity: Warns}
}

// request hashes all that a row asks for.
func (d *Doppioni) request(r Request) uint64 {
	d.sum.hash.SetSeed(d.seed)
	r.sum(&d.sum)
	return d.sum.hash.Sum64()
}

const (
	shardBits = 12
	rowBits   = 24
	maxRow    = 1<<rowBits - 1
)

// numberOf is an operation in operationBits. One that is in no table is a bug, and must not pass for another's double.
func numberOf(op Operation) uint64 {
	place, ok := placeOf(op)
	if !ok {
		panic(fmt.Sprintf("mapping: operation %q is in no table", op))
	}
	return uint64(place)
}

// known is what is remembered of one person: 40 bits of the hash and 24 of the row of the household; then 24 of the row
// of the last own request, 4 of its operation, 15 of its hash, 7 of the exact code, 14 of the household's hash.
type known struct{ person, asks uint64 }

const (
	householdBits = 14
	exactBits     = 7
	requestBits   = 64 - rowBits - operationBits - exactBits - householdBits
	atExact       = householdBits
	atRequest     = atExact + exactBits
	atOperation   = atRequest + requestBits
	atRow         = atOperation + operationBits
)

func (k *known) household() int    { return int(k.person & maxRow) }
func (k *known) ownRow() int       { return int(k.asks >> atRow) }
func (k *known) operation() uint64 { return k.asks >> atOperation & (1<<operationBits - 1) }
func (k *known) isRequest(request uint64) bool {
	return k.asks>>atRequest&(1<<requestBits-1) == request>>(64-requestBits)
}
func (k *known) isExact(code exactCode) bool { return k.asks>>atExact&(1<<exactBits-1) == uint64(code) }
func (k *known) isOf(beneficiary uint64) bool {
	return k.asks&(1<<householdBits-1) == beneficiary>>(64-householdBits)
}

// join notes the latest household of the person.
func (k *known) join(row int, beneficiary uint64) {
	k.person = k.person&^maxRow | uint64(row)
	k.asks = k.asks&^(1<<householdBits-1) | beneficiary>>(64-householdBits)
}

// ask notes the latest request of the person.
func (k *known) ask(row int, operation uint64, code exactCode, request uint64) {
	k.asks = uint64(row)<<atRow | operation<<atOperation | request>>(64-requestBits)<<atRequest | uint64(code)<<atExact |
		k.asks&(1<<householdBits-1)
}

// exactCode tells the codes of one person apart: 7 bits, one for each digit that omocodia may have made a letter. Bits of
// the person's hash that nothing else keeps are added to them, so that it nearly always tells strangers apart, too,
// whose other hashes agree.
type exactCode uint64

func exactly(code string, person uint64) exactCode {
	mask := exactCode(0)
	if len(code) == len(codiceFiscaleShape) {
		for i := range len(code) {
			if codiceFiscaleShape[i] == '9' {
				mask <<= 1
				if code[i] > '9' {
					mask |= 1
				}
			}
		}
	}
	return (mask + exactCode(person>>40)) & (1<<exactBits - 1)
}

// shard is an open-addressing table with linear probing. A place is free where both words are zero, which no person's
// are: one of the two rows is always set.
type shard struct {
	places []known
	used   int
}

// fingerprint is the 40 bits of a hash that are kept; the number of the shard is the other 12.
func fingerprint(hash uint64) uint64 { return hash << rowBits }

func (d *Doppioni) shard(hash uint64) *shard { return &d.shards[hash>>(64-shardBits)] }

// at is the place of a person, or the free one where it belongs.
func (s *shard) at(print uint64) *known {
	if len(s.places) == 0 {
		return nil
	}
	start, _ := bits.Mul64(print, uint64(len(s.places))) // in proportion: the length is no power of two
	for i := int(start); ; {
		k := &s.places[i]
		if *k == (known{}) || k.person&^maxRow == print {
			return k
		}
		if i++; i == len(s.places) {
			i = 0
		}
	}
}

func (d *Doppioni) find(person uint64) *known {
	if k := d.shard(person).at(fingerprint(person)); k != nil && *k != (known{}) {
		return k
	}
	return nil
}

// entry is the place of a person, made where there is none. It holds until the next call; the caller sets a row in it.
func (d *Doppioni) entry(person uint64) *known {
	s, print := d.shard(person), fingerprint(person)
	if k := s.at(print); k != nil && *k != (known{}) {
		return k
	}
	if (s.used+1)*8 > len(s.places)*7 { // a free place ends every search
		s.grow()
	}
	s.used++
	k := s.at(print)
	k.person = print
	return k
}

// grow moves everybody to a table that is a fifth larger: between 73 and 88 places in 100 are taken.
func (s *shard) grow() {
	old := s.places
	s.places = make([]known, len(old)+len(old)/5+4)
	for _, k := range old {
		if k != (known{}) {
			*s.at(k.person &^ maxRow) = k
		}
	}
}
