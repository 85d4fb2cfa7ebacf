package mapping

// Field is one thing a column of an export can hold.
type Field struct {
	Name     string   // as the API spells it; also the canonical header
	Label    string   // what the template calls it, in Italian
	Synonyms []string // other headers met in exports; case, accents and punctuation do not count
	Required Uses     // where a row without it cannot be sent
	Optional Uses     // where it is sent if filled in
	Format   Format   // what a right value looks like, and how it is read
	Example  string   // a right value, synthetic
	Hint     string   // what a clerk should know, in Italian; "" where the format says it all
	of       func(*Order) *string
}

// Used is every use of the field, required or not.
func (f Field) Used() Uses { return f.Required | f.Optional }

// In is the text that the order has for the field.
func (f Field) In(o *Order) string { return *f.of(o) }

// Set gives the order its text for the field.
func (f Field) Set(o *Order, text string) { *f.of(o) = text }

// Fields is the whole table, in the order of the template, with today's catalogue. The slice is the caller's own.
func Fields() []Field { return today.Fields() }

// FieldNamed finds a field of today's catalogue by its API name.
func FieldNamed(name string) (Field, bool) { return today.FieldNamed(name) }
