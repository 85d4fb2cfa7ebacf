package journal

// Settlement settles a row without an exchange.
type Settlement struct {
	Row     RowID
	State   State
	Outcome Outcome
}
