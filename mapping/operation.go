package mapping

import "strings"

// Operation is one of the four requests the platform takes, spelled as its services are.
type Operation string

// The four operations (RULES.md 1.4).
const (
	OperationPrenotazione Operation = "prenotazione"
	OperationAttivazione  Operation = "attivazione"
	OperationCessazione   Operation = "cessazione"
	OperationDisdetta     Operation = "disdetta"
)

// Operations lists the operations in the order of a voucher's life.
func Operations() []Operation {
	operations := make([]Operation, len(services))
	for i, s := range services {
		operations[i] = s.operation()
	}
	return operations
}

// Effect is what an accepted request does to the life of a voucher.
type Effect string

// The effects; a request that has none of them goes on with the voucher that is there.
const (
	BeginsVoucher Effect = "begins"
	EndsVoucher   Effect = "ends" // what is ordered after it is about another voucher
)

// Effect is "" for an operation that neither begins nor ends a voucher, and for one that is unknown.
func (op Operation) Effect() Effect {
	if place, ok := placeOf(op); ok {
		return services[place].effect()
	}
	return ""
}

// ParseOperation reads an operation as people write it in a column: any case and spaces, with or without the
// article of the service ("Richiesta prenotazione"). ok is false where it is none of them.
func ParseOperation(text string) (op Operation, ok bool) {
	word := strings.TrimPrefix(strings.ToLower(clean(text)), "richiesta ")
	if _, ok := placeOf(Operation(word)); ok {
		return Operation(word), true
	}
	return "", false
}

// Kind tells the two kinds of beneficiary apart.
type Kind string

// A beneficiary is a family, named by a codice fiscale, or an enterprise, named by a partita IVA.
const (
	Famiglia Kind = "famiglia"
	Impresa  Kind = "impresa"
)

// KindOf is told by which of the two identifiers an order has; "" where it has both or none (RULES.md 2, A20).
func KindOf(o *Order) Kind {
	switch family, enterprise := isFilled(o.CodiceFiscale), isFilled(o.PartitaIva); {
	case family && !enterprise:
		return Famiglia
	case enterprise && !family:
		return Impresa
	}
	return ""
}

// Uses is the set of (operation, kind) pairs a field is part of: two bits for each operation, at its place in services.
type Uses uint32

const (
	prenotazioneFamiglia Uses = 1 << iota
	prenotazioneImpresa
	attivazioneFamiglia
	attivazioneImpresa
	cessazioneFamiglia
	cessazioneImpresa

	nowhere      Uses = 0
	everywhere        = famiglie | imprese
	famiglie     Uses = 0x55555555
	imprese      Uses = 0xaaaaaaaa
	prenotazioni      = prenotazioneFamiglia | prenotazioneImpresa
	attivazioni       = attivazioneFamiglia | attivazioneImpresa
	cessazioni        = cessazioneFamiglia | cessazioneImpresa
)

// Has reports whether the field is used by this operation for this kind of beneficiary.
func (u Uses) Has(op Operation, kind Kind) bool { return u&use(op, kind) != 0 }

// use is the single pair as a set. An unknown operation or kind is no use at all.
func use(op Operation, kind Kind) Uses {
	place, ok := placeOf(op)
	if !ok {
		return nowhere
	}
	switch pair := Uses(3) << (2 * place); kind {
	case Famiglia:
		return pair & famiglie
	case Impresa:
		return pair & imprese
	}
	return nowhere
}
