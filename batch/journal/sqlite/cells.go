package sqlite

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Lists stand in the journal as JSON. Cells are read and written for every row, and hardly ever have a character that
// JSON writes in another way: those need no general decoder.

// cellsText is the JSON list of cells.
func cellsText(cells []string) (string, error) {
	size := 2
	for _, c := range cells {
		if strings.ContainsFunc(c, isEscaped) {
			return list(cells)
		}
		size += len(c) + 3
	}
	if len(cells) == 0 {
		return "", nil
	}
	var text strings.Builder
	text.Grow(size)
	for i, c := range cells {
		if i == 0 {
			text.WriteString(`["`)
		} else {
			text.WriteString(`","`)
		}
		text.WriteString(c)
	}
	text.WriteString(`"]`)
	return text.String(), nil
}

// isEscaped reports text that encoding/json would change: quotes, signs of HTML and JavaScript, and bytes that are not
// UTF-8.
func isEscaped(r rune) bool {
	switch r {
	case '"', '\\', '<', '>', '&', '\u2028', '\u2029', '\uFFFD':
		return true
	}
	return r < ' '
}

// cellsOf reads what cellsText has written, at any time.
func cellsOf(text string) ([]string, error) {
	if len(text) < 4 || text[:2] != `["` || text[len(text)-2:] != `"]` || strings.ContainsRune(text, '\\') {
		return fromList[string](text)
	}
	return strings.Split(text[2:len(text)-2], `","`), nil
}

// list is a JSON column; the empty list is an empty text, which most rows have.
func list[T any](values []T) (string, error) {
	if len(values) == 0 {
		return "", nil
	}
	data, err := json.Marshal(values)
	return string(data), err
}

// numbersText writes small numbers: "3,12".
func numbersText(numbers []int) string {
	if len(numbers) == 0 {
		return ""
	}
	text := make([]byte, 0, 4*len(numbers))
	for i, n := range numbers {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(n), 10)
	}
	return string(text)
}

// numbersOf reads what numbersText has written.
func numbersOf(text string) (numbers []int, err error) {
	if text == "" {
		return nil, nil
	}
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

func fromList[T any](text string) ([]T, error) {
	if text == "" {
		return nil, nil
	}
	var values []T
	err := json.Unmarshal([]byte(text), &values)
	return values, err
}
