package xlsx

import (
	"bytes"
	"strconv"
)

// wholeNumber reads digits, and nothing else.
func wholeNumber(b []byte) (n int, ok bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func digitsFrom(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}

func signFrom(b []byte, i int) int {
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		i++
	}
	return i
}

// isNumber knows the numbers of XML Schema (double), without infinity.
func isNumber(b []byte) bool {
	first := signFrom(b, 0)
	i := digitsFrom(b, first)
	digits := i - first
	if i < len(b) && b[i] == '.' {
		end := digitsFrom(b, i+1)
		digits += end - i - 1
		i = end
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		from := signFrom(b, i+1)
		if i = digitsFrom(b, from); i == from {
			return false
		}
	}
	return digits > 0 && i == len(b)
}

// appendDecimal appends a number as the shortest decimal that is the same number, without exponent:
// 1.2345678903E10 is 12345678903, and 1.1000000000000001, which is how Excel stores 1.1, is 1.1. Digits alone
// stay as they are: a number that a program stored with more digits than a float64 holds must not be rounded.
func appendDecimal(to, value []byte) ([]byte, bool) {
	if digits := bytes.TrimPrefix(value, []byte("-")); digitsFrom(digits, 0) == len(digits) {
		return append(to, value...), true
	}
	f, err := strconv.ParseFloat(string(value), 64)
	if err != nil {
		return to, false
	}
	return strconv.AppendFloat(to, f, 'f', -1, 64), true
}
