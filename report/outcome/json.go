package outcome

import (
	"strconv"
	"time"

	"voucherbul/batch/journal"
	"voucherbul/report"
	"voucherbul/report/sheet"
	"voucherbul/report/shelf"
)

// writeJSON writes the rows of an outcome as one JSON object each, in order and in UTF-8:
//
//	{"run":"…","file":"…","id":"…","row":2,"operation":"…","beneficiario":"…","state":"rejected","esito":"…",…,
//	 "problems":[…],"corrections":[…],"earlier":[…],"cells":{"Operazione":"…",…}}
//
// The names are a contract. What is not known is "" or 0; instants are RFC 3339 in UTC. A title that is empty, or that the
// export has twice, gets the letter of its column behind it.
func writeJSON(path string, o Outcome) error {
	o.understand()
	names, err := distinct(o.header)
	if err == nil {
		var cells []string
		err = report.WriteLines(path, shelf.PermissionsOf(o.File.Path), o.Rows, func(b []byte, row journal.Row) []byte {
			cells = o.own.Fit(cells, row.Cells)
			return o.appendJSON(b, &row, names, cells)
		})
	}
	return sentError(path, err)
}

// appendJSON adds the line of a row.
func (o *Outcome) appendJSON(b []byte, r *journal.Row, names, cells []string) []byte {
	b = report.Member(b, `{"run":`, o.Run.ID)
	b = report.Member(b, `,"file":`, o.File.Path)
	b = report.Member(b, `,"id":`, r.ID.String())
	b = strconv.AppendInt(append(b, `,"row":`...), int64(r.Number), 10)
	b = report.Member(b, `,"operation":`, string(r.Operation))
	b = report.Member(b, `,"beneficiario":`, r.Beneficiario)
	b = report.Member(b, `,"state":`, string(r.State))
	b = report.Member(b, `,"esito":`, r.Esito)
	b = report.Member(b, `,"descrizione":`, description(*r))
	b = report.Member(b, `,"fase_operativa":`, r.FaseOperativa)
	b = report.Member(b, `,"cosa_fare":`, r.Advice)
	b = report.Member(b, `,"protocollo":`, o.protocollo(r))
	b = strconv.AppendInt(append(b, `,"http":`...), int64(r.HTTP), 10)
	b = strconv.AppendInt(append(b, `,"attempts":`...), int64(r.Attempts), 10)
	b = report.Member(b, `,"sent_at":`, utc(r.SentAt))
	b = report.Member(b, `,"data_operazione":`, r.DataOperazione)
	b = report.Member(b, `,"data_response":`, r.DataResponse)
	b = append(b, `,"fields":[`...)
	for i, f := range r.Fields {
		b = report.Member(b, report.Comma(i), f)
	}
	b = append(report.AppendFindings(append(b, `],"problems":[`...), r.Problems, r.Corrections), `,"earlier":[`...)
	for i, e := range r.Earlier {
		b = report.Member(b, report.Comma(i)+`{"run":`, e.ID.Run)
		b = strconv.AppendInt(append(b, `,"row":`...), int64(e.Number), 10)
		b = report.Member(b, `,"state":`, string(e.State))
		b = report.Member(b, `,"esito":`, e.Esito)
		b = append(report.Member(b, `,"at":`, utc(e.At)), '}')
	}
	b = append(b, `],"cells":{`...)
	for i, name := range names {
		b = append(report.AppendText(append(b, report.Comma(i)...), name), ':')
		b = report.AppendText(b, cells[i])
	}
	return append(b, "}}\n"...)
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// distinct makes the names of columns differ.
func distinct(header []string) ([]string, error) {
	count := map[string]int{}
	for _, name := range header {
		count[name]++
	}
	names := make([]string, len(header))
	for i, name := range header {
		if names[i] = name; name == "" || count[name] > 1 {
			letter, err := sheet.ColumnName(i)
			if err != nil {
				return nil, err
			}
			names[i] = name + " (" + letter + ")"
		}
	}
	return names, nil
}
