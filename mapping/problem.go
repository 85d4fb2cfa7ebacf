package mapping

// Severity says what a Problem does to its row.
type Severity string

// The two severities of RULES.md; safe automatic fixes are Corrections, not Problems.
const (
	Blocks Severity = "E" // the row is never sent
	Warns  Severity = "W" // the row is sent, and the outcome says so
)

// Problem is what a clerk must know about one cell to put it right. All texts are Italian, and nothing is decided by them.
type Problem struct {
	Code     Code     `json:"code,omitempty"` // what programs go by
	Arg      string   `json:"arg,omitempty"`  // its argument; "" = it has none
	Field    string   `json:"field"`          // API name; "" for a problem of the whole row
	Column   string   `json:"column"`         // header as it stands in the file, or the field's label where there is none
	Found    string   `json:"found"`
	Expected string   `json:"expected"`
	Remedy   string   `json:"remedy"`
	Severity Severity `json:"severity"`
}

// String is the Problem as one Italian sentence of the outcome workbook.
func (p Problem) String() string {
	found := "trovato «" + p.Found + "»"
	if p.Found == "" {
		found = "cella vuota"
	}
	s := p.Column + ": " + found + ", atteso " + p.Expected
	if p.Remedy != "" {
		s += "; " + p.Remedy
	}
	return s
}

// Correction is a safe automatic fix: it is always shown in the outcome.
type Correction struct {
	Field  string `json:"field"`
	Column string `json:"column"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// String is the Correction as the outcome workbook shows it.
func (c Correction) String() string { return c.Column + ": «" + c.From + "» → «" + c.To + "»" }
