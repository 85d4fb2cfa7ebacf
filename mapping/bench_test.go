package mapping_test

import (
	"testing"

	"voucherbul/mapping"
	"voucherbul/mapping/ordertest"
)

// BenchmarkMap judges right orders, each column of which has a value, as the usual row of an export is.
func BenchmarkMap(b *testing.B) {
	m := mapping.Mapper{Operator: "12345678903", Now: checkedAt(b)}
	orders := make([]mapping.Order, 256)
	for i := range orders {
		orders[i] = ordertest.Full(i)
	}
	b.ReportAllocs()
	var scratch mapping.Scratch
	for i := 0; b.Loop(); i++ {
		if got := m.MapIn(&scratch, &orders[i%len(orders)]); got.Blocked() {
			b.Fatalf("%v", got.Problems)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
