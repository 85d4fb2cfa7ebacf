package plan

import (
	"context"
	"fmt"
	"slices"

	"voucherbul/batch/history"
	"voucherbul/batch/journal"
)

// settleOverlaps settles the rows of a plan that earlier runs have sent: the same file again, a renamed copy, a
// longer export with the same orders in it. It runs before the first row is sent, when the journal holds what
// earlier runs did and nothing of this one. again says that the plan was compared before: it is warned of what it was then.
func (p Plan) settleOverlaps(ctx context.Context, run string, again bool) error {
	var page []journal.Settlement
	warned := map[journal.FileID]int{} // rows of each file
	for overlap, err := range p.Journal.Overlaps(ctx, run) {
		if err != nil {
			return err
		}
		settled, warnings, err := history.Past(overlap, p.Zone)
		if err != nil {
			return err
		}
		if again {
			warnings = nil
		}
		for _, r := range overlap.Rows {
			if slices.ContainsFunc(warnings, func(w journal.Warning) bool { return w.Row == r.ID }) {
				warned[r.ID.InFile()]++
			}
		}
		if err := p.Journal.Warn(ctx, warnings); err != nil {
			return err
		}
		page = append(page, settled...)
		if len(page) >= planPage {
			if err := p.Journal.Settle(ctx, p.Now(), page); err != nil {
				return err
			}
			page = page[:0]
		}
	}
	if err := p.Journal.Settle(ctx, p.Now(), page); err != nil {
		return err
	}
	return p.remarkWarned(ctx, run, warned)
}

// remarkWarned says of each file how many of its rows do not fit what earlier runs have sent.
func (p Plan) remarkWarned(ctx context.Context, run string, warned map[journal.FileID]int) error {
	if len(warned) == 0 {
		return nil
	}
	files, err := p.Journal.Files(ctx, run)
	if err != nil {
		return err
	}
	for _, f := range files {
		n := warned[f.ID]
		if n == 0 {
			continue
		}
		said := fmt.Sprintf("%d righe in contrasto con richieste già accettate degli stessi beneficiari", n)
		if n == 1 {
			said = "1 riga in contrasto con una richiesta già accettata dello stesso beneficiario"
		}
		if err := p.Journal.Remark(ctx, f.ID, append(f.Remarks, said+": si vedano gli avvisi nella colonna «Correzioni».")); err != nil {
			return err
		}
	}
	return nil
}

// settleSuperseded settles the rows of a resumed run that a later run has taken up. The later run sends them, perhaps with
// other data; sending them here too would send the order twice.
func (p Plan) settleSuperseded(ctx context.Context, run string) error {
	ids, err := p.Journal.Resent(ctx, run)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, resendPage) {
		groups, err := p.Journal.Groups(ctx, some)
		if err != nil {
			return err
		}
		var settled []journal.Settlement
		for _, id := range some {
			if by, ok := history.Superseded(groups[id], id); ok {
				settled = append(settled, journal.Settlement{Row: id, State: journal.Invalid, Outcome: history.SupersededBy(by)})
			}
		}
		if err := p.Journal.Settle(ctx, p.Now(), settled); err != nil {
			return err
		}
	}
	return nil
}
