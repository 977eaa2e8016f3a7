package live

import (
	"slices"
	"strings"
)

// Column is one of a table that fits its terminal.
type Column struct {
	Head string
	// Keep is how long the column stays when the terminal becomes narrower: those with the lowest go first.
	Keep int
}

// leastLast is how many columns of the terminal the last column of a table has at least.
const leastLast = 18

// Table returns rows in columns that fit a terminal: what there is no room for is left out, and the last column is cut. Each row has a cell for
// each of the columns.
func (s Symbols) Table(columns []Column, rows [][]string, wide int) []string {
	shown := slices.Clone(columns)
	at := make([]int, len(columns)) // of the shown in a row
	for i := range at {
		at[i] = i
	}
	for len(shown) > 3 && s.width(shown, at, rows) > wide-1 {
		least := 1 // never the first, nor the last: a mark, and what is said
		for i := 1; i < len(shown)-1; i++ {
			if shown[i].Keep < shown[least].Keep {
				least = i
			}
		}
		shown, at = slices.Delete(shown, least, least+1), slices.Delete(at, least, least+1)
	}
	widths := s.widths(shown, at, rows)
	lines := []string{}
	line := func(cell func(i int) string) {
		var cells []string
		for i := range shown {
			text := s.Spell(strings.NewReplacer("\n", " ", "\t", " ").Replace(cell(i)))
			if i < len(shown)-1 {
				text = fill(text, widths[i], s.More)
			}
			cells = append(cells, text)
		}
		lines = append(lines, strings.TrimRight(Cut(strings.Join(cells, "  "), max(1, wide-1), s.More), " "))
	}
	line(func(i int) string { return shown[i].Head })
	for _, row := range rows {
		line(func(i int) string { return row[at[i]] })
	}
	return lines
}

// width is how wide a table is at the least.
func (s Symbols) width(columns []Column, at []int, rows [][]string) int {
	widths, sum := s.widths(columns, at, rows), 0
	for _, one := range widths[:len(widths)-1] {
		sum += one + 2
	}
	return sum + min(widths[len(widths)-1], leastLast)
}

func (s Symbols) widths(columns []Column, at []int, rows [][]string) []int {
	widths := make([]int, len(columns))
	for i, column := range columns {
		widths[i] = Cells(column.Head)
		for _, row := range rows {
			widths[i] = max(widths[i], Cells(s.Spell(row[at[i]])))
		}
	}
	return widths
}
