package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"voucherbul/batch/journal"
	"voucherbul/cmd/voucherbul/office"
)

// jsonResult is the object that --json prints; its names are a contract.
type jsonResult struct {
	Schema int        `json:"schema"`
	Run    string     `json:"run"`
	Files  []jsonFile `json:"files"`
	Exit   int        `json:"exit"`
}

type jsonFile struct {
	File      string `json:"file"`
	SHA256    string `json:"sha256"`
	Outcome   string `json:"outcome"`
	Rows      int    `json:"rows"`
	Accepted  int    `json:"accepted"`
	Already   int    `json:"already"`
	Rejected  int    `json:"rejected"`
	Invalid   int    `json:"invalid"`
	Uncertain int    `json:"uncertain"`
	Pending   int    `json:"pending"`

	Skipped int      `json:"skipped,omitempty"` // rows that are no orders; Rows does not count them
	Remarks []string `json:"remarks,omitempty"` // Italian, of the outcome workbook: what in the file is no order
}

func newJSONResult(r office.Sent, exit int) jsonResult {
	result := jsonResult{Schema: 1, Run: r.Run, Files: []jsonFile{}, Exit: exit}
	for _, f := range r.Files {
		result.Files = append(result.Files, jsonFile{File: f.Path, SHA256: f.SHA256, Outcome: f.Outcome, Rows: f.Rows,
			Accepted: f.Counts[journal.Accepted], Already: f.Counts[journal.Already], Rejected: f.Counts[journal.Rejected],
			Invalid: f.Counts[journal.Invalid], Uncertain: f.Counts[journal.Uncertain], Pending: f.Counts[journal.Pending], Skipped: f.Counts[journal.Skipped], Remarks: f.Remarks})
	}
	return result
}

func rows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

// printResult writes the one result of a run: an object, or a few lines for people.
func printResult(out io.Writer, r jsonResult, asJSON, quiet bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	if quiet && r.Exit == exitOK {
		return nil
	}
	for _, f := range r.Files {
		var parts []string
		for _, c := range []struct {
			n    int
			name string
		}{{f.Accepted, "accepted"}, {f.Already, "already there"}, {f.Rejected, "rejected"}, {f.Invalid, "invalid"},
			{f.Uncertain, "uncertain"}, {f.Pending, "not sent"}, {f.Skipped, "skipped"}} {
			if c.n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", c.n, c.name))
			}
		}
		fmt.Fprintf(out, "%s: %s: %s\n  outcome: %s\n", f.File, rows(f.Rows), strings.Join(parts, ", "), f.Outcome)
	}
	return nil
}
