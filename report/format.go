package report

import "voucherbul/mapping/ourfile"

// Write writes an outcome in the format that its name says.
func Write(path string, o Outcome) error {
	switch ourfile.FormatOf(path) {
	case ourfile.CSV:
		return writeCSV(path, o)
	case ourfile.JSON:
		return writeJSON(path, o)
	}
	return WriteOutcome(path, o)
}
