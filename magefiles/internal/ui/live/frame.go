package live

import (
	"fmt"
	"strings"
	"time"
)

const (
	timeColumns  = 7  // 1:02:03
	stageColumns = 8  // "rollout"
	leastHub     = 8  // columns of a hub's name
	leastBar     = 4  // columns of a bar
	leastDetail  = 12 // columns that are worth a detail
)

// Frame returns the lines of the view on a terminal of that size. Each takes less than its width, so that none wraps, and together less
// than its height.
func (v *View) Frame(columns, lines int, now time.Time) []string {
	if v.page != nil {
		return v.cutPage(columns, lines)
	}
	columns = max(1, columns-1)
	if len(v.rows) == 0 {
		if len(v.waits) == 0 {
			return nil
		}
		newest := v.waits[len(v.waits)-1]
		return []string{v.line(columns, v.symbols.More+" "+newest.what(), newest.since, now)}
	}
	shown := v.rows
	if most := max(1, lines-3); len(shown) > most {
		shown = shown[:most]
	}
	var frame []string
	hub := v.hubColumns(columns)
	for _, row := range shown {
		frame = append(frame, v.hubLine(row, hub, columns, now))
	}
	if hidden := len(v.rows) - len(shown); hidden > 0 {
		frame = append(frame, Cut(fmt.Sprintf("and %d more", hidden), columns, ""))
	}
	return append(frame, v.line(columns, v.far(), v.began, now))
}

// cutPage is as much of the page as has room.
func (v *View) cutPage(columns, lines int) []string {
	page := v.page(columns)
	if most := max(1, lines-2); len(page) > most {
		page = append(page[:most:most], fmt.Sprintf("%s %d more lines", v.symbols.More, len(page)-most))
	}
	for i, line := range page {
		page[i] = Cut(line, max(1, columns-1), v.symbols.More)
	}
	return page
}

// far says how far the run is.
func (v *View) far() string {
	text := fmt.Sprintf("%d of %d", v.summary.ended, max(v.summary.expected, v.summary.ended+len(v.rows)))
	if failed := len(v.summary.failed); failed > 0 {
		text += fmt.Sprintf(", %d failed", failed)
	}
	if at := len(v.waits) - 1; at > 0 { // the first is about the run as a whole
		text += " " + v.symbols.Dot + " " + v.waits[at].what()
	}
	return v.symbols.Rule + " " + text
}

// hubColumns is how wide the column of the hubs' names is.
func (v *View) hubColumns(columns int) int {
	widest := leastHub
	for _, row := range v.rows {
		widest = max(widest, Cells(row.hub))
	}
	return max(1, min(widest, columns/3))
}

// hubLine is the line of a hub: name, stage, what is done, time. What there is no room for is left out, the name last.
func (v *View) hubLine(row *row, hub, columns int, now time.Time) string {
	name := fill(v.symbols.Spell(row.hub), hub, v.symbols.More)
	if columns < hub+1+stageColumns {
		return Cut(name, columns, "")
	}
	text := name + "  " + fill(row.stage, stageColumns, "")
	if room := columns - Cells(text) - 1 - 1 - timeColumns; room >= leastDetail {
		text += " " + fill(v.doing(row, room), room, v.symbols.More)
	}
	return v.line(columns, text, row.since, now)
}

// doing is what is done to a hub: how far its push is, or the last that was said of it.
func (v *View) doing(row *row, room int) string {
	if row.sentAt.IsZero() || row.sent.Of == 0 {
		return v.symbols.Spell(strings.ReplaceAll(plainDigests(row.detail), "\t", " "))
	}
	texts := []string{Bytes(row.sent.Bytes), Bytes(int64(row.rate)) + "/s", fmt.Sprintf("layer %d of %d", min(row.sent.Layers+1, row.sent.Of), row.sent.Of)}
	text := texts[0]
	for _, next := range texts[1:] {
		if longer := text + "  " + next; Cells(longer) <= room-2-leastBar {
			text = longer
		}
	}
	if wide := min(20, room-Cells(text)-2); wide >= leastBar {
		return v.bar(wide, row.sent) + "  " + text
	}
	return text
}

func (v *View) bar(columns int, sent Sent) string {
	full := columns * sent.Layers / sent.Of
	return strings.Repeat(v.symbols.full, full) + strings.Repeat(v.symbols.empty, columns-full)
}

// line puts a time to the right of a text, where there is room.
func (v *View) line(columns int, text string, since, now time.Time) string {
	text = v.symbols.Spell(text)
	if columns < 2*timeColumns {
		return Cut(text, columns, "")
	}
	return fill(text, columns-timeColumns-1, v.symbols.More) + " " + fmt.Sprintf("%*s", timeColumns, Clock(now.Sub(since)))
}

// Clock writes a time as 0:07, 12:07 or 1:12:07.
func Clock(took time.Duration) string {
	seconds := int(took.Seconds())
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
