package fleet

import (
	"fmt"
	"strconv"

	"hub-ops/magefiles/internal/report"
	h "hub-ops/magefiles/internal/report/markup"
)

// html writes the page.
func (p Page) html() string {
	sheet := report.Sheet{Title: p.Title, Rules: rules(p.Hubs)}
	var links []report.Link
	add := func(anchor, short, title, class string, parts ...h.Part) {
		links = append(links, report.Link{Anchor: anchor, Says: short})
		sheet.Parts = append(sheet.Parts, report.Section(anchor, title, class, parts...))
	}
	if len(p.Problems) > 0 {
		sheet.Parts = append(sheet.Parts, h.E("div", h.Class("box failure"), h.E("h2", h.Class("first"), h.T("What is not known")),
			h.E("ul", h.Each(p.Problems, func(text string) h.Part { return h.E("li", h.T(text)) }))))
	}
	if len(p.Hubs) > 0 {
		sheet.Parts = append(sheet.Parts, p.choice())
		add("days", "Deploys", "Deploys", "all", p.Days.html("Deploys over time", swatches(h.E("li", report.Swatch("c-good"), h.T("deployed")), h.E("li", report.Swatch("c-bad"), h.T("failed"))), p.dayTable()))
		add("times", "Times", "How long they took", "", p.Times.html("How long deploys took", swatches(
			h.E("li", sign("dot", "M5 5h0"), h.T("a deploy, until its pods had held")), h.E("li", sign("cross", "M1 1l8 8m0-8l-8 8"), h.T("one that failed"))), p.timeTable()))
	}
	if len(p.Sizes.Wide.Marks) > 0 {
		add("sizes", "Images", "How large their images are", "", p.Sizes.html("Sizes of images over time", nil, p.sizeTable()))
	}
	add("hubs", "Hubs", "Hubs", "", p.hubTable(),
		h.E("p", h.Class("soft"), h.T("A cluster keeps as many deploys of each hub as Helm keeps revisions: ten, unless it was told otherwise. Times are those of deploys by hub-ops.")))
	sheet.Head = report.Head(p.Kicker, "", p.Title, p.Under, p.Cards, links)
	return sheet.HTML()
}

// choice lets a reader choose one hub: rules of the style show it alone.
func (p Page) choice() h.Part {
	return h.E("p", h.Class("choose picks"), h.E("label", h.A("for", "hub"), h.T("Show")), h.T(" "),
		h.E("select", h.A("id", "hub"), h.A("autocomplete", "off"), h.E("option", h.A("value", "all"), h.T("all hubs")), h.Each(p.Hubs, func(one hub) h.Part {
			return h.E("option", h.A("value", one.Class), h.T(one.Name))
		})))
}

func swatches(items ...h.Part) h.Part { return h.E("ul", h.Class("legend"), h.List(items...)) }

func sign(class, path string) h.Part {
	return h.E("svg", h.A("viewBox", "0 0 10 10"), h.A("aria-hidden", "true"), report.Path(class, path))
}

// html is a plot in both widths, with its legend, and the table below it for those who do not see it.
func (p plot) html(says string, legend, table h.Part) h.Part {
	return h.E("div", h.Class("plot"), legend, p.Wide.html("wide", says), p.Narrow.html("narrow", says), report.Details("", "As a table", table))
}

func (d drawing) html(class, says string) h.Part {
	write := func(class string) func(label) h.Part {
		return func(l label) h.Part {
			return h.E("text", h.Class(class), h.A("x", strconv.Itoa(l.X)), h.A("y", strconv.Itoa(l.Y)), h.T(l.Text))
		}
	}
	return h.E("svg", h.Class(class), h.A("viewBox", fmt.Sprintf("0 0 %d %d", d.Wide, d.High)), h.A("role", "img"), h.A("aria-label", says+"; the table below has the numbers"),
		h.Each(d.Y, write("end")), h.Each(d.X, write("")), report.Path("grid", d.Grid),
		h.Each(d.Marks, func(m mark) h.Part {
			if m.Class == "" {
				return report.Path(m.Kind, m.Path)
			}
			return report.Path(m.Kind+" k "+m.Class, m.Path)
		}),
	)
}

// numbers are columns of numbers behind one of names.
func numbers(first string, others ...string) []report.Column {
	columns := []report.Column{{Title: first}}
	for _, title := range others {
		columns = append(columns, report.Column{Title: title, Number: true})
	}
	return columns
}

// line is a row of a table: its name, and numbers.
func line(class, name string, cells ...string) h.Part {
	return h.E("tr", h.Class(class), h.E("th", h.A("scope", "row"), h.T(name)), h.Each(cells, func(text string) h.Part { return report.Cell("n", text) }))
}

func (p Page) dayTable() h.Part {
	var rows []h.Part
	for _, d := range p.DayRows {
		rows = append(rows, line("", d.Name, strconv.Itoa(d.Deploys), strconv.Itoa(d.Failed)))
	}
	return report.Table("Deploys over time", numbers("Time", "Deploys", "Failed"), rows)
}

func (p Page) timeTable() h.Part {
	var rows []h.Part
	for _, one := range p.Hubs {
		if one.Usual != "" {
			rows = append(rows, line("k "+one.Class, one.Name, one.Usual, one.Longest))
		}
	}
	return report.Table("How long deploys took", numbers("Hub", "Usual", "Longest"), rows)
}

func (p Page) sizeTable() h.Part {
	var rows []h.Part
	for _, one := range p.Hubs {
		if one.LastSize != "" {
			rows = append(rows, line("k "+one.Class, one.Name, one.FirstSize, one.LastSize, one.Grown))
		}
	}
	return report.Table("Sizes of images", numbers("Hub", "At first", "Now", "Growth"), rows)
}

func (p Page) hubTable() h.Part {
	if len(p.Hubs) == 0 {
		return h.E("p", h.T("No hub of this repository was deployed yet."))
	}
	var rows []h.Part
	for _, one := range p.Hubs {
		failed := "n"
		if one.Failed > 0 {
			failed = "n bad"
		}
		rows = append(rows, h.E("tr", h.Class("k "+one.Class), h.E("th", h.A("scope", "row"), h.T(one.Name)),
			h.E("td", h.E("svg", h.Class("spark"), h.A("viewBox", "0 0 144 24"), h.A("aria-hidden", "true"), report.Path("base", "M2 12H142"), report.Path("dot", one.Dots), report.Path("cross", one.Crosses))),
			report.Cell("n", strconv.Itoa(one.Deploys)), report.Cell(failed, strconv.Itoa(one.Failed)), report.Cell("n", one.Usual), report.Cell("n", one.LastSize), report.Cell("n", one.Last), report.Cell("", one.By)))
	}
	columns := []report.Column{{Title: "Hub"}, {Title: "Deploys over time"}}
	columns = append(columns, numbers("", "Deploys", "Failed", "Usual time", "Images", "Last deploy")[1:]...)
	return report.Table("Hubs", append(columns, report.Column{Title: "By"}), rows)
}
