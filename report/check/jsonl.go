package check

import (
	"strconv"

	"voucherbul/mapping"
	"voucherbul/report"
	"voucherbul/report/shelf"
)

// WriteJSONL writes what a check has found as one JSON object per row, in order and in UTF-8:
//
//	{"row":2,"status":"valid","operation":"…","fields":{…},"problems":[…],"corrections":[…]}
//
// The fields are all of [mapping.Fields], in that order, as they would be sent; a skipped row has none, and a
// "reason". The file is written whole or not at all; an error of the rows comes back as it is.
func WriteJSONL(path string, c Check) (counts Counts, err error) {
	encoder := newRowEncoder()
	err = report.WriteLines(path, shelf.PermissionsOf(c.Source), c.Rows, func(b []byte, row report.CheckedRow) []byte {
		counts.add(row.Verdict())
		return encoder.append(b, row)
	})
	return counts, err
}

// rowEncoder writes rows as JSON: by hand, because it is fast, and because the fields stand in the order of their table.
type rowEncoder struct {
	keys []string // of every field: `,"codiceFiscale":`, the first one without its comma
}

func newRowEncoder() rowEncoder {
	var e rowEncoder
	for i, f := range mapping.Fields() {
		key := string(report.AppendText(nil, f.Name)) + ":"
		if i > 0 {
			key = "," + key
		}
		e.keys = append(e.keys, key)
	}
	return e
}

// append adds the line of a row.
func (e rowEncoder) append(b []byte, row report.CheckedRow) []byte {
	v := row.Verdict()
	b = strconv.AppendInt(append(b, `{"row":`...), int64(row.Number), 10)
	b = report.Member(b, `,"status":`, string(v))
	b = report.Member(b, `,"operation":`, string(row.Operation))
	b = append(b, `,"fields":{`...)
	if v != report.Skipped {
		for i, key := range e.keys {
			value := ""
			if i < len(row.Values) {
				value = row.Values[i]
			}
			b = report.Member(b, key, value)
		}
	}
	b = report.AppendFindings(append(b, `},"problems":[`...), row.Problems, row.Corrections)
	if v == report.Skipped {
		b = report.Member(b, `,"reason":`, row.Skipped)
	}
	return append(b, "}\n"...)
}
