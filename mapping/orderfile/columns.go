package orderfile

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/gocarina/gocsv"

	"voucherbul/mapping"
)

// relatives is the field that may be spread over several columns, one for each member of the household.
const relatives = "codiciFiscaliFamigliari"

// relativeColumn is the header of one relative, without case, spaces and punctuation: "CF familiare 1".
// Without a number the header must say that it means a codice fiscale.
var relativeColumn = regexp.MustCompile(`^(?:(?:cf|cod(?:ice)?fisc(?:ale)?|codicifiscali)(?:del)?famig?liar[ei](\d{0,2})|famig?liar[ei](\d{1,2}))$`)

// columns knows which cells of a record feed which field.
type columns struct {
	header []string
	feeds  []feed
}

// feed is one field of an Order and the columns its text comes from: one, or those of the relatives.
type feed struct {
	field string
	from  []int
}

// readHeader finds out what every column means. Blank headers at the end are not part of the table.
func readHeader(cells []string) (columns, error) {
	c := columns{header: cells[:width(cells)]}
	if len(c.header) > maxColumns {
		return columns{}, &UnreadableError{Cause: fmt.Sprintf("the header has %d columns", len(c.header)),
			Remedy: fmt.Sprintf("at most %d are read: remove those that are not needed", maxColumns)}
	}
	var made []claim
	for i, header := range c.header {
		for _, mine := range claims(header) {
			mine.column = i
			for _, other := range made {
				if mine.rivals(other) {
					return columns{}, c.conflict(mine.field, other.column, i)
				}
			}
			made = append(made, mine)
			c.add(mine)
		}
	}
	if len(c.feeds) == 0 {
		return columns{}, noKnownColumn("no column of the first row is known")
	}
	return c, nil
}

// claim is one field that a header stands for. Relatives are told apart by their number.
type claim struct {
	field  string
	member string // "#1" for the column of one relative, "" for a column that is the whole field
	column int
}

// rivals reports whether both columns cannot be right: the numbered relatives add up, all else is one value.
func (c claim) rivals(other claim) bool {
	return c.field == other.field && (c.member == "" || other.member == "" || c.member == other.member)
}

// claims lists what a header stands for; nothing where it is unknown.
func claims(header string) []claim {
	var found []claim
	for _, f := range mapping.FieldsOf(header) {
		found = append(found, claim{field: f.Name})
	}
	if len(found) > 0 {
		return found
	}
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header)
	if m := relativeColumn.FindStringSubmatch(key); m != nil {
		return []claim{{field: relatives, member: "#" + m[1] + m[2]}}
	}
	return nil
}

// known counts the columns that mean something.
func known(cells []string) int {
	n := 0
	for _, cell := range cells {
		if len(claims(cell)) > 0 {
			n++
		}
	}
	return n
}

func (c *columns) add(made claim) {
	for i := range c.feeds {
		if c.feeds[i].field == made.field {
			c.feeds[i].from = append(c.feeds[i].from, made.column)
			return
		}
	}
	c.feeds = append(c.feeds, feed{field: made.field, from: []int{made.column}})
}

func (c *columns) conflict(field string, a, b int) error {
	return &UnreadableError{
		Cause: fmt.Sprintf("two columns are %s: %q (column %s) and %q (column %s)",
			field, c.header[a], columnLetters(a+1), c.header[b], columnLetters(b+1)),
		Remedy: "rename or remove the one that is not meant"}
}

func noKnownColumn(cause string) error {
	var names []string
	for _, f := range mapping.Fields()[:6] {
		names = append(names, fmt.Sprintf("%q", f.Label))
	}
	return &UnreadableError{Cause: cause,
		Remedy: "the first row must be a header with names such as " + strings.Join(names, ", ")}
}

func (c columns) byField() map[string]string {
	byField := make(map[string]string, len(c.feeds))
	for _, f := range c.feeds {
		var headers []string
		for _, column := range f.from {
			headers = append(headers, c.header[column])
		}
		byField[f.field] = strings.Join(headers, ", ")
	}
	return byField
}

// Unknown lists the columns of a header that no field knows, as written; blank ones are not named.
func Unknown(header []string) []string {
	var unknown []string
	for _, header := range header {
		if !isBlank(header) && len(claims(header)) == 0 {
			unknown = append(unknown, header)
		}
	}
	return unknown
}

// text is what the cells say for the field: the only cell as it is, several ones joined.
func (f feed) text(cells []string) string {
	if len(f.from) == 1 {
		return cells[f.from[0]]
	}
	var filled []string
	for _, column := range f.from {
		if !isBlank(cells[column]) {
			filled = append(filled, cells[column])
		}
	}
	return strings.Join(filled, ";")
}

// decode gives the rows their Orders.
func (c columns) decode(rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	table := &fieldTable{columns: c, rows: rows}
	orders := make([]mapping.Order, len(rows))
	if err := gocsv.UnmarshalCSV(table, &orders); err != nil {
		return err
	}
	for i := range rows {
		rows[i].Order = orders[i]
		rows[i].Order.Row = rows[i].Number
	}
	return nil
}
