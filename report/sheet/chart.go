package sheet

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// ChartRows is how many lines a chart covers.
const ChartRows = 13

const chartHeight = (ChartRows + 1) * 20

// Doughnut shows a table of the sheet, names in column A and counts in column B, in a corner such as "C5": its header is in line
// head, and the last of its lines is last. Each point has its colour.
func (s *Sentences) Doughnut(head, last int, corner, title string, points []string) {
	series := s.chartSeries(head, last)
	for i, colour := range points {
		series.DataPoint = append(series.DataPoint, excelize.ChartDataPoint{Index: i, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}})
	}
	s.chart(corner, &excelize.Chart{
		Type: excelize.Doughnut, HoleSize: 55, Series: []excelize.ChartSeries{series}, Title: chartTitle(title),
		Legend: excelize.ChartLegend{Position: "right"}, Dimension: excelize.ChartDimension{Width: 345, Height: chartHeight},
		Format: placed(), PlotArea: excelize.ChartPlotArea{ShowVal: true},
	})
}

// Bars shows such a table as bars of one colour.
func (s *Sentences) Bars(head, last int, corner, title, colour string) {
	series := s.chartSeries(head, last)
	series.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	gap := uint(40)
	s.chart(corner, &excelize.Chart{
		Type: excelize.Bar, GapWidth: &gap, Title: chartTitle(title), Series: []excelize.ChartSeries{series},
		Legend: excelize.ChartLegend{Position: "none"}, Dimension: excelize.ChartDimension{Width: 350, Height: chartHeight},
		Format: placed(), PlotArea: excelize.ChartPlotArea{ShowVal: true},
		XAxis: excelize.ChartAxis{ReverseOrder: true, Font: excelize.Font{Size: 8, Color: "404040"}},
		YAxis: excelize.ChartAxis{None: true},
	})
}

func (s *Sentences) chart(corner string, c *excelize.Chart) {
	if s.err == nil {
		s.err = s.w.file.AddChart(s.name, corner, c)
	}
}

// chartSeries are the names and counts of a table. The name of the sheet must be one that needs no quotes.
func (s *Sentences) chartSeries(head, last int) excelize.ChartSeries {
	lines := func(column string) string {
		return fmt.Sprintf("%s!$%s$%d:$%s$%d", s.name, column, head+1, column, last)
	}
	return excelize.ChartSeries{Name: fmt.Sprintf("%s!$B$%d", s.name, head), Categories: lines("A"), Values: lines("B")}
}

func chartTitle(title string) excelize.ChartTitle {
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title, Font: &excelize.Font{Bold: true, Size: 11, Family: "Calibri"}}}}
}

// placed leaves a chart at its size when rows grow.
func placed() excelize.GraphicOptions {
	yes := true
	return excelize.GraphicOptions{Positioning: "oneCell", PrintObject: &yes, OffsetX: 6, OffsetY: 2}
}
