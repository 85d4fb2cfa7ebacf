//go:build race

package batch

// raced: looking for races makes the database ten times slower; the number of cases is made to fit.
const raced = true
