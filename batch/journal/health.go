package journal

// Health is what a look through the whole journal has found.
type Health struct {
	Version int
	Runs    int
	Files   int
	Rows    int
	States  map[State]int
	Faults  []string // English; none = it is sound
}
