package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"voucherbul/mapping/ourfile"
)

// Room of the charts of the summary: they stand beside the table of the states.
const (
	chartRows   = 13 // lines of the sheet
	chartHeight = (chartRows + 1) * 20
	maxBars     = 10 // esiti that are shown, the most frequent ones
)

// stateChart shows the lines first+1 to last of the table of states, each in its colour.
func (w *workbook) stateChart(first, last int, points []string) error {
	series := excelize.ChartSeries{Name: reference("B", first), Categories: lines("A", first+1, last), Values: lines("B", first+1, last)}
	for i, colour := range points {
		series.DataPoint = append(series.DataPoint, excelize.ChartDataPoint{Index: i, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}})
	}
	return w.AddChart(ourfile.SheetSummary, fmt.Sprintf("C%d", first), &excelize.Chart{
		Type: excelize.Doughnut, HoleSize: 55, Series: []excelize.ChartSeries{series}, Title: chartTitle("Righe per stato"),
		Legend: excelize.ChartLegend{Position: "right"}, Dimension: excelize.ChartDimension{Width: 345, Height: chartHeight},
		Format: placed(), PlotArea: excelize.ChartPlotArea{ShowVal: true},
	})
}

// esitoChart shows the lines first to last of the table of esiti; it begins in the line beside.
func (w *workbook) esitoChart(beside, first, last int) error {
	gap := uint(40)
	return w.AddChart(ourfile.SheetSummary, fmt.Sprintf("F%d", beside), &excelize.Chart{
		Type: excelize.Bar, GapWidth: &gap, Title: chartTitle("Righe per esito"),
		Series: []excelize.ChartSeries{{Name: reference("B", first-1), Categories: lines("A", first, last), Values: lines("B", first, last),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F4E78"}}}},
		Legend: excelize.ChartLegend{Position: "none"}, Dimension: excelize.ChartDimension{Width: 350, Height: chartHeight},
		Format: placed(), PlotArea: excelize.ChartPlotArea{ShowVal: true},
		XAxis: excelize.ChartAxis{ReverseOrder: true, Font: excelize.Font{Size: 8, Color: "404040"}},
		YAxis: excelize.ChartAxis{None: true},
	})
}

func chartTitle(title string) excelize.ChartTitle {
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title, Font: &excelize.Font{Bold: true, Size: 11, Family: "Calibri"}}}}
}

// placed leaves a chart at its size when rows grow.
func placed() excelize.GraphicOptions {
	yes := true
	return excelize.GraphicOptions{Positioning: "oneCell", PrintObject: &yes, OffsetX: 6, OffsetY: 2}
}

func reference(column string, line int) string {
	return fmt.Sprintf("%s!$%s$%d", ourfile.SheetSummary, column, line)
}

func lines(column string, first, last int) string {
	return fmt.Sprintf("%s!$%s$%d:$%s$%d", ourfile.SheetSummary, column, first, column, last)
}
