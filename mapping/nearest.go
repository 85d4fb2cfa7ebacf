package mapping

// Nearest is the known word that a person most likely meant by another one, "" where none is near enough to
// be meant: a third of the letters may differ, three at most. Case, accents, spaces and punctuation do not
// count. Of two that are as near the first one is given.
func Nearest(word string, known []string) string {
	wanted := []rune(HeaderKey(word))
	best, nearest := min(3, max(1, len(wanted)/3))+1, ""
	for _, candidate := range known {
		key := []rune(HeaderKey(candidate))
		if len(key)-len(wanted) >= best || len(wanted)-len(key) >= best {
			continue // they differ by more letters than may be
		}
		if d := distance(wanted, key); d < best {
			best, nearest = d, candidate
		}
	}
	return nearest
}

// distance is the number of letters to insert, delete, replace, or swap with the next one, between two words
// (optimal string alignment).
func distance(a, b []rune) int {
	above, row := make([]int, len(b)+1), make([]int, len(b)+1) // of the letters before the last one, and of it
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range b {
			cost := row[j]
			if a[i] != b[j] {
				cost++
			}
			cost = min(cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				cost = min(cost, above[j-1]+1)
			}
			next[j+1] = cost
		}
		above, row = row, next
	}
	return row[len(b)]
}
