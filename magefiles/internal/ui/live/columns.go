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

// Always is the Keep of a column without which a row says nothing.
const Always = 100

// leastLast is how many columns of the terminal the last column of a table has at least.
const leastLast = 18

// leastWhole is that of a last column that is whole, for whose sake others are left out before it has more lines.
const leastWhole = 40

// Table returns rows in columns that fit a terminal: what there is no room for is left out, and the last column is cut. Each row has a cell for
// each of the columns.
func (s Symbols) Table(columns []Column, rows [][]string, wide int) []string {
	shown, at := s.fitting(columns, rows, wide, leastLast)
	return s.lines(shown, at, rows, func(text, before string) string {
		return Cut(before+text, max(1, wide-1), s.More)
	})
}

// WholeTable is a Table whose last column is whole: it goes on in the lines below where a line has no room for it.
func (s Symbols) WholeTable(columns []Column, rows [][]string, wide int) []string {
	shown, at := s.fitting(columns, rows, wide, leastWhole)
	return s.lines(shown, at, rows, func(text, before string) string {
		indent := Cells(before)
		if wide-1-indent < leastLast { // then it has lines of its own
			own := wrap(text, max(1, wide-1-len(below)))
			return strings.TrimRight(Cut(before, max(1, wide-1), s.More), " ") + "\n" + below + strings.Join(own, "\n"+below)
		}
		return before + strings.Join(wrap(text, wide-1-indent), "\n"+strings.Repeat(" ", indent))
	})
}

// below is before what stands below its row.
const below = "    "

// fitting are the columns that a terminal has room for, and where each is in a row.
func (s Symbols) fitting(columns []Column, rows [][]string, wide, least int) (shown []Column, at []int) {
	shown = slices.Clone(columns)
	for i := range columns {
		at = append(at, i)
	}
	for len(shown) > 3 && s.width(shown, at, rows, least) > wide-1 {
		goes := 1 // never the first, nor the last: a mark, and what is said
		for i := 1; i < len(shown)-1; i++ {
			if shown[i].Keep < shown[goes].Keep {
				goes = i
			}
		}
		if shown[goes].Keep >= Always {
			break
		}
		shown, at = slices.Delete(shown, goes, goes+1), slices.Delete(at, goes, goes+1)
	}
	return shown, at
}

// lines are those of a table. last puts the text of the last column behind those before it.
func (s Symbols) lines(shown []Column, at []int, rows [][]string, last func(text, before string) string) (lines []string) {
	widths := s.widths(shown, at, rows)
	line := func(cell func(i int) string) {
		var before strings.Builder
		for i := range shown {
			text := s.Spell(strings.NewReplacer("\n", " ", "\t", " ").Replace(cell(i)))
			if i < len(shown)-1 {
				before.WriteString(fill(text, widths[i], s.More) + "  ")
				continue
			}
			for one := range strings.SplitSeq(last(text, before.String()), "\n") {
				lines = append(lines, strings.TrimRight(one, " "))
			}
		}
	}
	line(func(i int) string { return shown[i].Head })
	for _, row := range rows {
		line(func(i int) string { return row[at[i]] })
	}
	return lines
}

// wrap returns a text in lines of so many columns, between words where that is possible.
func wrap(text string, columns int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && Cells(line)+1+Cells(word) <= columns {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for line = word; Cells(line) > columns; {
			head := Cut(line, columns, "")
			if head == "" { // not even one character fits
				break
			}
			lines, line = append(lines, head), strings.TrimPrefix(line, head)
		}
	}
	return append(lines, line)
}

// width is how wide a table is whose last column has so much room at the least, or what it needs.
func (s Symbols) width(columns []Column, at []int, rows [][]string, least int) int {
	widths, sum := s.widths(columns, at, rows), 0
	for _, one := range widths[:len(widths)-1] {
		sum += one + 2
	}
	return sum + min(widths[len(widths)-1], least)
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
