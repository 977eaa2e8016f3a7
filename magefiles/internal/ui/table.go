package ui

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Table writes rows to standard output, in columns; the first row is the header.
func (c *Console) Table(rows [][]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out strings.Builder // a tabwriter writes each cell on its own
	table := tabwriter.NewWriter(&out, 0, 4, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = oneLine.Replace(c.masked(cell))
		}
		_, _ = fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	_ = table.Flush()
	c.result(out.String())
}

var oneLine = strings.NewReplacer("\t", `\t`, "\n", `\n`)
