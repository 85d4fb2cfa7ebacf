package mapping

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Difference is a value that two requests of one kind do not have in common.
type Difference struct {
	Field  string // API name
	Column string // the field's label
	Before string // "" where the request has none
	Now    string
}

// Differences compares two canonical requests of the same operation, field by field in the order of [Fields].
func Differences(before, now []byte) ([]Difference, error) {
	a, err := leaves(before)
	if err != nil {
		return nil, err
	}
	b, err := leaves(now)
	if err != nil {
		return nil, err
	}
	var found []Difference
	for _, f := range Fields() {
		if a[f.Name] != b[f.Name] {
			found = append(found, Difference{Field: f.Name, Column: f.Label, Before: a[f.Name], Now: b[f.Name]})
		}
	}
	return found, nil
}

// leaves are the values of a request by their names, which are different wherever they stand; a list is joined by ";".
func leaves(canonical []byte) (map[string]string, error) {
	var request map[string]any
	in := json.NewDecoder(bytes.NewReader(canonical))
	in.UseNumber()
	if err := in.Decode(&request); err != nil {
		return nil, fmt.Errorf("comparing stored requests: %w", err)
	}
	found := map[string]string{}
	collectLeaves(request, found)
	return found, nil
}

func collectLeaves(object map[string]any, into map[string]string) {
	for name, value := range object {
		switch v := value.(type) {
		case map[string]any:
			collectLeaves(v, into)
		case []any:
			texts := make([]string, len(v))
			for i, one := range v {
				texts[i] = fmt.Sprint(one)
			}
			into[name] = strings.Join(texts, ";")
		default:
			into[name] = fmt.Sprint(v)
		}
	}
}
