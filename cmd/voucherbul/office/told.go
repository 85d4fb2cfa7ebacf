package office

import (
	"context"

	"voucherbul/batch/journal"
	"voucherbul/report"
)

// tell puts their texts into rows, in the words of the export of each.
func tell(ctx context.Context, j journal.Reader, rows []journal.Located) error {
	zone, err := Italy()
	if err != nil {
		return err
	}
	columns := map[string][]map[string]string{} // of the files of a run
	for i := range rows {
		id := rows[i].ID
		if _, known := columns[id.Run]; !known {
			files, err := j.Files(ctx, id.Run)
			if err != nil {
				return err
			}
			for _, f := range files {
				columns[id.Run] = append(columns[id.Run], f.Columns)
			}
		}
		words := report.Words{Zone: zone}
		if of := columns[id.Run]; id.File <= len(of) {
			words.Columns = of[id.File-1]
		}
		words.Tell(&rows[i].Row)
	}
	return nil
}
