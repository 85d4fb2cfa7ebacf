package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Key names a request in the journal: the same order of the same operator always has the same key, whatever
// file and time it comes with, and whatever else is configured. It is made of operation, beneficiary and canonical request.
//
// A key says nothing of the version of its canonical form: version 1 has no mark, and a request that begins with its own
// first member is of version 1. A version 2 begins with {"version":2, which no request of version 1 does; what [Body]
// sends leaves that member out. Whoever asks whether an order is known then asks for the keys that it has in both
// versions: a journal keeps the keys that it has.
func Key(op Operation, beneficiario string, canonical []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", op, beneficiario)
	h.Write(canonical)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
