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

// distance is the number of letters to insert, delete or replace between two words (Levenshtein).
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
