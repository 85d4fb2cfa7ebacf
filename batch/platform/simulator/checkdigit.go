package simulator

// oddValues is the table of the odd positions of a codice fiscale: digits 0-9
// first, then letters A-Z (RULES.md 6.1).
const (
	oddDigits  = "\x01\x00\x05\x07\x09\x0d\x0f\x11\x13\x15"
	oddLetters = "\x01\x00\x05\x07\x09\x0d\x0f\x11\x13\x15\x02\x04\x12\x14\x0b\x03\x06\x08\x0c\x0e\x10\x0a\x16\x19\x18\x17"
)

// codiceFiscaleChecks tells whether the sixteenth character of a codice fiscale
// follows from the first fifteen (RULES.md 6.1). The shape is the schema's
// business; an ill-shaped code simply does not check.
func codiceFiscaleChecks(cf string) bool {
	if len(cf) != 16 {
		return false
	}
	sum := 0
	for i := range 15 {
		c, odd := cf[i], i%2 == 0 // positions count from one
		switch {
		case '0' <= c && c <= '9' && odd:
			sum += int(oddDigits[c-'0'])
		case '0' <= c && c <= '9':
			sum += int(c - '0')
		case 'A' <= c && c <= 'Z' && odd:
			sum += int(oddLetters[c-'A'])
		case 'A' <= c && c <= 'Z':
			sum += int(c - 'A')
		default:
			return false
		}
	}
	return cf[15] == byte('A'+sum%26)
}

// partitaIvaChecks tells whether eleven digits carry the right check digit
// (Luhn, RULES.md 6.2). All zeros pass Luhn and are nobody's number.
func partitaIvaChecks(piva string) bool {
	if len(piva) != 11 || piva == "00000000000" {
		return false
	}
	sum := 0
	for i := range 11 {
		d := int(piva[i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
