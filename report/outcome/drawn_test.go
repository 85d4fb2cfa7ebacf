package outcome

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"voucherbul/batch/journal"
	"voucherbul/mapping/ourfile"
	"voucherbul/report/booktest"
)

// checkCharts asserts that the charts of the summary show the lines of its tables, all and nothing else.
func checkCharts(t *testing.T, p *booktest.Parts) {
	t.Helper()
	for _, c := range p.ChartsOf(ourfile.SheetSummary) {
		if len(c.References) != 3 {
			t.Errorf("chart %q has the references %q", c.Title, c.References)
			continue
		}
		var columns [3][]booktest.Cell
		for i, reference := range c.References {
			var err error
			if columns[i], err = p.Pointed(reference); err != nil {
				t.Errorf("chart %q: %v", c.Title, err)
				return
			}
		}
		name, categories, values := columns[0], columns[1], columns[2]
		if len(name) != 1 || name[0].Value != "Righe" {
			t.Errorf("chart %q is named by %q", c.Title, name)
		}
		if len(categories) != len(values) {
			t.Errorf("chart %q has %d categories and %d values", c.Title, len(categories), len(values))
			return
		}
		total := 0
		for i, v := range values {
			n, err := strconv.Atoi(v.Value)
			if err != nil || n < 1 || v.Kind == "s" || v.Kind == "inlineStr" {
				t.Errorf("chart %q shows %q", c.Title, v)
			}
			total += n
			if c.Kind == "doughnutChart" && !isLabelOfAState(categories[i].Value) {
				t.Errorf("chart %q shows %q, which is no state", c.Title, categories[i].Value)
			}
		}
		if c.Kind == "doughnutChart" {
			checkTotal(t, p, c, total)
		}
		for _, point := range c.Root.All("dPt") {
			if n, _ := strconv.Atoi(point.Find("idx")[0].Attr("val")); n >= len(values) {
				t.Errorf("chart %q colours point %d of %d", c.Title, n+1, len(values))
			}
		}
	}
}

// checkTotal asserts that the line below those of the chart is their sum.
func checkTotal(t *testing.T, p *booktest.Parts, c booktest.Chart, total int) {
	t.Helper()
	_, where, _ := strings.Cut(c.References[2], "!")
	a, err := booktest.AreaOf(where)
	booktest.Must(t, err)
	there := p.Values(ourfile.SheetSummary)
	below := strconv.Itoa(a.Bottom + 1)
	if there["A"+below].Value != "Totale" || there["B"+below].Value != strconv.Itoa(total) {
		t.Errorf("chart %q shows %d rows, and the line below has %q %q", c.Title, total, there["A"+below].Value, there["B"+below].Value)
	}
}

func isLabelOfAState(label string) bool {
	return slices.ContainsFunc(journal.States(), func(s journal.State) bool { return s.Label() == label })
}

// TestMatrixHasBothCharts asserts that the checks above have something to look at.
func TestMatrixHasBothCharts(t *testing.T) {
	path := t.TempDir() + "/x.esiti.xlsx"
	booktest.Must(t, Write(path, readCase(t, "matrix").outcome(t)))
	var kinds []string
	for _, c := range booktest.PartsOf(t, path).ChartsOf(ourfile.SheetSummary) {
		kinds = append(kinds, c.Kind)
	}
	booktest.Equal(t, "charts", kinds, []string{"doughnutChart", "barChart"})
}
