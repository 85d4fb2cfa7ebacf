package main

import (
	"os"
	"runtime/debug"
)

// collector tells the collector of garbage how often to work, where nobody else has. What is kept while rows are sent is small,
// whatever their number: to collect less often costs little memory. The plan of a long file keeps tables, which have no pointers:
// there to collect often costs little time.
type collector struct {
	before int
	set    bool
}

// How often to collect, as GOGC says it.
const (
	seldom = 200
	often  = 33
)

// found is for the time of planning.
func (c *collector) found(files []string) {
	if os.Getenv("GOGC") != "" {
		return
	}
	percent := often
	if totalSize(files) < longFiles {
		percent = seldom
	}
	c.before, c.set = debug.SetGCPercent(percent), true
}

// planned is for the time of sending.
func (c *collector) planned() {
	if c.set {
		debug.SetGCPercent(seldom)
	}
}

// restore brings back what was before.
func (c *collector) restore() {
	if c.set {
		debug.SetGCPercent(c.before)
	}
}

// longFiles is how much of exports makes tables that count.
const longFiles = 64 << 20

// totalSize is the size of files that are there.
func totalSize(paths []string) (total int64) {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			total += info.Size()
		}
	}
	return total
}
