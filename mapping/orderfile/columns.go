package orderfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"

	"voucherbul/mapping"
	"voucherbul/mapping/orderfile/grid"
	"voucherbul/mapping/orderfile/xlsx"
)

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
func readHeader(cells []string, o Options) (columns, error) {
	c := columns{header: cells[:grid.Width(cells)]}
	if len(c.header) > grid.MaxColumns {
		return columns{}, &UnreadableError{Cause: fmt.Sprintf("the header has %d columns", len(c.header)),
			Remedy: fmt.Sprintf("at most %d are read: remove those that are not needed", grid.MaxColumns)}
	}
	if o.AnyHeader || len(o.titles) > 0 {
		return c, nil
	}
	var made []claim
	for i, header := range c.header {
		for _, one := range c.claimsOf(header, o.Claims) {
			mine := claim{Claim: one, column: i}
			for _, other := range made {
				if mine.rivals(other) {
					return columns{}, c.conflict(mine.Field, other.column, i)
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

// claimsOf lists the fields that a header stands for in this file. A header with several meanings ("Tecnologia") gives a
// field up to a column that means only that field ("Tecnologia attivata").
func (c *columns) claimsOf(header string, claims Claims) []mapping.Claim {
	mine := claims(header)
	if len(mine) < 2 {
		return mine
	}
	alone := map[string]bool{}
	for _, other := range c.header {
		if theirs := claims(other); len(theirs) == 1 {
			alone[theirs[0].Field] = true
		}
	}
	left := slices.DeleteFunc(slices.Clone(mine), func(m mapping.Claim) bool { return alone[m.Field] })
	if len(left) == 0 {
		return mine // the conflict is told
	}
	return left
}

// claim is what the header of a column stands for.
type claim struct {
	mapping.Claim
	column int
}

// rivals reports whether both columns cannot be right: the numbered relatives add up, all else is one value.
func (c claim) rivals(other claim) bool {
	return c.Field == other.Field && (c.Member == "" || other.Member == "" || c.Member == other.Member)
}

// maxHeader is longer than any header that a field or a profile knows. Cells of a MiB need no thought.
const maxHeader = 1 << 10

// known counts the columns that mean something.
func known(cells []string, claims Claims) int {
	n := 0
	for _, cell := range cells {
		if len(cell) <= maxHeader && len(claims(cell)) > 0 {
			n++
		}
	}
	return n
}

func (c *columns) add(made claim) {
	for i := range c.feeds {
		if c.feeds[i].field == made.Field {
			c.feeds[i].from = append(c.feeds[i].from, made.column)
			return
		}
	}
	c.feeds = append(c.feeds, feed{field: made.Field, from: []int{made.column}})
}

func (c *columns) conflict(field string, a, b int) error {
	return &UnreadableError{
		Cause: fmt.Sprintf("two columns are %s: %s (column %s) and %s (column %s)",
			field, grid.Quoted(c.header[a]), xlsx.ColumnLetters(a+1), grid.Quoted(c.header[b]), xlsx.ColumnLetters(b+1)),
		Remedy: "rename or remove the one that is not meant"}
}

func noKnownColumn(cause string) error {
	var names []string
	for _, f := range mapping.Fields()[:6] {
		names = append(names, fmt.Sprintf("%q", f.Label))
	}
	return &UnreadableError{Cause: cause, NoHeader: true,
		Remedy: "above the orders there must be a header with names such as " + strings.Join(names, ", ")}
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
func Unknown(header []string, claims Claims) []string {
	var unknown []string
	for _, header := range header {
		if !grid.IsBlank(header) && len(claims(header)) == 0 {
			unknown = append(unknown, header)
		}
	}
	return unknown
}

// names reports whether a column names the beneficiary of a row.
func (c columns) names(column int) bool {
	return slices.ContainsFunc(c.feeds, func(f feed) bool {
		return (f.field == "codiceFiscale" || f.field == "partitaIva") && slices.Contains(f.from, column)
	})
}

// text is what the cells say for the field: the only cell as it is, several ones joined.
func (f feed) text(cells []string) string {
	if len(f.from) == 1 {
		return cells[f.from[0]]
	}
	var filled []string
	for _, column := range f.from {
		if !grid.IsBlank(cells[column]) {
			filled = append(filled, cells[column])
		}
	}
	return strings.Join(filled, ";")
}

// decode gives the rows their Orders.
func (c columns) decode(rows []Row) error {
	if len(rows) == 0 || len(c.feeds) == 0 {
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
