package mapping

// Code names what a Problem is about. Programs decide and count by it, with its argument; the texts of a Problem are
// for people, and may be put in other words at any time. Codes are stored: none is ever renamed, or given another meaning.
type Code string

// CodeLegacy is that of the Problems in journals of releases that had no codes: all that is known of them are their texts.
const CodeLegacy Code = ""

// What is wrong with the value of one field, by itself. The argument of the first five is the name of the field's format.
const (
	CodeFormat      Code = "format"       // it is none of the field
	CodeMissing     Code = "missing"      // the cell is empty, and a value is needed
	CodeNoColumn    Code = "no_column"    // the file has no column for a value that is needed
	CodePlaceholder Code = "placeholder"  // "n/d" and the like, where a value is needed
	CodeUnreadable  Code = "unreadable"   // an error value of a spreadsheet, a broken encoding
	CodeProvisional Code = "provisional"  // a codice fiscale of 11 digits
	CodeCityCAP     Code = "city_cap"     // the CAP of a whole city
	CodeOffGrid     Code = "off_grid"     // a cell that is none of the map
	CodeAbroad      Code = "abroad"       // a foreign telephone number
	CodeMobile      Code = "mobile"       // a mobile number of an unusual length
	CodeOffice      Code = "office"       // a partita IVA of no office
	CodeHourTwice   Code = "hour_twice"   // an hour that the end of summer time repeats
	CodeOperator    Code = "operator"     // another operator's order; the argument is the one configured
	CodeCheckDigit  Code = "check_digit"  // of the operator's partita IVA
	CodeExpired     Code = "expired"      // the document
	CodeOld         Code = "old"          // the activation
	CodeTruthValue  Code = "truth_value"  // a name that a spreadsheet takes for one
	CodeUnknown     Code = "unknown"      // an ISTAT code of no comune
	CodeEnded       Code = "ended"        // a comune that is no more
	CodeNotEnabled  Code = "not_enabled"  // a comune where no vouchers are given
	CodeNotListed   Code = "not_listed"   // an offer that the operator's list does not have
	CodeNoComponent Code = "no_component" // the beneficiary among the own relatives
	CodeSamePerson  Code = "same_person"  // one relative twice
)

// What does not fit other cells of the row.
const (
	CodeBoth         Code = "both_kinds"    // a codice fiscale and a partita IVA
	CodeNeither      Code = "no_kind"       // neither of them
	CodeInconsistent Code = "inconsistent"  // the argument is what the codice fiscale says
	CodeOfferSays    Code = "offer_says"    // the argument is what the code of the offer says
	CodeOfferIs      Code = "offer_is"      // the argument is what the list of offers says
	CodeHousehold    Code = "household"     // the argument is how many people are named
	CodeTipologia    Code = "tipologia"     // of the other kind; the argument is the kind of the beneficiary
	CodeHalfDocument Code = "half_document" // its kind without its number, or the reverse
	CodeSlow         Code = "slow"          // too slow; the argument is the tipologia
)

// What does not fit other rows, of the file or of earlier runs. The argument of the first three is the operation.
const (
	CodeTwice          Code = "twice"           // the same request
	CodeTwiceOther     Code = "twice_other"     // the same beneficiary with other data
	CodeTwin           Code = "twin"            // another codice fiscale of the same person, or of a twin
	CodeOtherHousehold Code = "other_household" // a person of another household of the file
	CodeContradiction  Code = "contradiction"   // other data than an accepted request; the argument is the accepted value
	CodeAfterEnd       Code = "after_end"       // the same prenotazione as one that was ended since
)

// What the file or the profile has to say.
const (
	CodeCells       Code = "cells"        // a row of more or fewer cells than the header; the argument is how many that has
	CodeBeyond      Code = "beyond"       // a value to the right of the header
	CodeNotReviewed Code = "not_reviewed" // a row that an earlier check has marked, and nobody has looked at since
	CodeExpression  Code = "expression"   // an expression of the profile that fails on the row
	CodeValues      Code = "values"       // a value that the profile does not translate; the argument is the field
	CodeDates       Code = "dates"        // a date that is not written as the profile says; the argument is its format
)

// Cause is what Problems have in common that one list of causes counts as one: those of a column with the same Cause say
// the same of it.
type Cause struct {
	Code Code
	Arg  string
}

// Cause leaves out what only one row has, and tells the ways apart in which a value is none of its field no further.
func (p Problem) Cause() Cause {
	switch p.Code {
	case CodeMissing, CodeNoColumn, CodePlaceholder, CodeUnreadable:
		return Cause{CodeFormat, p.Arg}
	case CodeTwice, CodeTwiceOther, CodeTwin:
		return Cause{CodeTwice, p.Arg}
	case CodeInconsistent, CodeOfferSays, CodeOfferIs:
		return Cause{p.Code, ""}
	case CodeLegacy:
		return Cause{CodeLegacy, p.Expected}
	}
	return Cause{p.Code, p.Arg}
}

// ExpectedOfAll is Expected without what only one row has: how a list of causes shows it.
func (p Problem) ExpectedOfAll() string {
	if source := sourceOf(p.Code); source != "" {
		return source
	}
	return p.Expected
}

// sourceOf names what a value was compared with; what that says follows it in the text of a row.
func sourceOf(c Code) string {
	switch c {
	case CodeInconsistent:
		return "come dice il codice fiscale"
	case CodeOfferSays:
		return "come nel codice dell'offerta"
	case CodeOfferIs:
		return "come nell'elenco delle offerte"
	}
	return ""
}
