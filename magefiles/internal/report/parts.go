package report

import (
	"strings"

	h "hub-ops/magefiles/internal/report/markup"
)

// Card is one figure at the head of a page.
type Card struct{ Number, Says, State string }

// Link is an entry of the list of a page's parts.
type Link struct{ Anchor, Says string }

// Head is what stands above a page's parts.
func Head(kicker, state, title string, under []string, cards []Card, parts []Link) []h.Part {
	return []h.Part{
		h.E("p", h.Class("kicker"), h.T(kicker)),
		h.E("h1", h.Class(state), h.T(title)),
		Under(under),
		h.E("ul", h.Class("cards"), h.Each(cards, func(c Card) h.Part {
			return h.E("li", h.Class(c.State), h.E("b", h.T(c.Number)), h.T(" "+c.Says))
		})),
		h.E("nav", h.Class("parts"), h.A("aria-label", "On this page"), h.E("ul", h.Each(parts, func(l Link) h.Part {
			return h.E("li", h.E("a", h.A("href", "#"+l.Anchor), h.T(l.Says)))
		}))),
	}
}

// Under is a line of short facts.
func Under(facts []string) h.Part {
	return h.E("p", h.Class("under"), h.Each(facts, func(fact string) h.Part { return h.E("span", h.T(fact)) }))
}

// Section is one part of a page, with its heading.
func Section(anchor, title, class string, parts ...h.Part) h.Part {
	return h.E("section", h.Class(class), h.A("aria-labelledby", anchor), h.E("h2", h.A("id", anchor), h.T(title)), h.List(parts...))
}

// Details are parts that can be opened.
func Details(class, summary string, parts ...h.Part) h.Part {
	return h.E("details", h.Class(class), h.E("summary", h.T(summary)), h.List(parts...))
}

// Names are the names of hubs in a row.
func Names(hubs []string) h.Part {
	return h.E("p", h.Class("names"), h.T(strings.Join(hubs, ", ")))
}

// Swatch is a patch of a colour, for a legend.
func Swatch(class string) h.Part {
	return h.E("svg", h.A("viewBox", "0 0 10 10"), h.A("aria-hidden", "true"), Path(class, "M0 0h10v10H0z"))
}

// Path is one of a drawing.
func Path(class, path string) h.Part { return h.E("path", h.Class(class), h.A("d", path)) }

// Column is the heading of one of a table's columns.
type Column struct {
	Title  string
	Number bool // it has numbers
}

// Table is a table that scrolls by itself. Each row has its cells.
func Table(label string, columns []Column, rows []h.Part) h.Part {
	return h.E("div", h.Class("scroll"), h.A("role", "region"), h.A("tabindex", "0"), h.A("aria-label", label), h.E("table",
		h.E("thead", h.E("tr", h.Each(columns, func(c Column) h.Part {
			return h.E("th", h.A("scope", "col"), number(c.Number), h.T(c.Title))
		}))),
		h.E("tbody", rows...),
	))
}

func number(is bool) h.Part {
	if is {
		return h.Class("n")
	}
	return nil
}

// Cell is one with a text.
func Cell(class, text string) h.Part { return h.E("td", h.Class(class), h.T(text)) }
