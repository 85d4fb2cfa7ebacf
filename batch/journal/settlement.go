package journal

// Settlement settles a row without an exchange.
type Settlement struct {
	Row     int64
	State   State
	Outcome Outcome
}
