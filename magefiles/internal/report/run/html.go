package run

import (
	"fmt"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/journal"
	"hub-ops/magefiles/internal/report"
	h "hub-ops/magefiles/internal/report/markup"
)

// html writes the page.
func (p Page) html() string {
	sheet := report.Sheet{Title: p.Title}
	var links []report.Link
	add := func(anchor, title string, wanted bool, parts ...h.Part) {
		if wanted {
			links = append(links, report.Link{Anchor: anchor, Says: title})
			sheet.Parts = append(sheet.Parts, report.Section(anchor, title, "", parts...))
		}
	}
	add("failures", "Failures", len(p.Failures) > 0, h.Each(p.Failures, failure.html))
	add("line", "Time line", len(p.Line.Rows) > 0, p.Line.html())
	add("plan", "Plan", p.Plan.Any(), p.Plan.html())
	add("images", "Images", len(p.Images) > 0, imagesHTML(p.Images))
	add("means", "What it means", len(p.Topics) > 0, h.Each(p.Topics, topic.html))
	add("about", "Environment", len(p.About) > 0, h.E("dl", h.Class("pairs"), h.Each(p.About, func(a journal.About) h.Part {
		return h.List(h.E("dt", h.T(a.Name)), h.E("dd", h.T(a.Text)))
	})))
	sheet.Head = report.Head(p.Kicker, p.State, p.Title, p.Under, p.Cards, links)
	return sheet.HTML()
}

func (l link) html() h.Part {
	if l.Anchor == "" {
		return h.T(l.Word)
	}
	return h.E("a", h.A("href", "#"+l.Anchor), h.T(l.Word))
}

func (f failure) html() h.Part {
	title := "The run failed"
	if len(f.Hubs) > 0 {
		title = f.Hubs[0] + ": " + f.Verb + " failed"
	}
	return h.E("div", h.Class("box failure"),
		h.E("h3", h.T(title)),
		h.E("p", h.T(f.Cause)),
		h.If(len(f.Hubs) > 1, report.Details("", fmt.Sprintf("%d hubs failed in this way", len(f.Hubs)), report.Names(f.Hubs))),
		h.Each(f.Diagnoses, diagnosed.html),
		h.With(f.Remedy, toDo),
		h.If(f.Code.Word != "", h.E("p", h.Class("soft"), h.T("Exit code "), f.Code.html(), h.T("."))),
	)
}

func toDo(text string) h.Part {
	return h.E("p", h.E("b", h.T("What to do:")), h.T(" "+text))
}

func (d diagnosed) html() h.Part {
	lines := func(text string) h.Part { return h.E("pre", h.T(text)) }
	return h.List(
		h.E("h4", d.Name.html()),
		h.E("p", h.T(d.Says)),
		h.With(d.Place, func(place string) h.Part {
			return h.E("p", h.Class("soft"), h.T("It goes back to "), h.E("span", h.Class("mono"), h.T(place)), h.T("."))
		}),
		h.With(d.Evidence, lines),
		h.If(d.Log != "", h.E("p", h.Class("soft"), h.T("The last lines of its log:")), lines(d.Log)),
		h.With(d.Advice, toDo),
	)
}

func (l line) html() h.Part {
	return h.List(
		h.E("ul", h.Class("legend"), h.A("aria-label", "Stages"), h.Each(l.Legend, func(m mark) h.Part {
			return h.E("li", report.Swatch("m-"+m.Kind), h.T(m.Says))
		})),
		l.choice(),
		h.E("div", h.Class("line"),
			h.E("div", h.Class("axis"), h.A("aria-hidden", "true"), h.E("ol", h.Each(l.Ticks, func(tick string) h.Part { return h.E("li", h.T(tick)) }))),
			h.Each(l.Rows, func(r row) h.Part { return r.html(l.Grid) }),
		),
	)
}

// choice lets a reader choose which hubs are shown: rules of the style do that.
func (l line) choice() h.Part {
	if l.Slow == 0 {
		return nil
	}
	radio := func(id, says string, more ...h.Part) h.Part {
		return h.E("label", h.E("input", append([]h.Part{h.A("type", "radio"), h.A("name", "only"), h.A("id", id)}, more...)...), h.T(" "+says))
	}
	return h.E("fieldset", h.Class("choose"), h.E("legend", h.Class("away"), h.T("Hubs that are shown")),
		radio("only-all", "all "+strconv.Itoa(len(l.Rows)), h.A("checked", "")),
		radio("only-failed", "those that failed"),
		radio("only-slow", fmt.Sprintf("the %d slowest", l.Slow)),
	)
}

func (r row) html(grid string) h.Part {
	state, sign := "good", "✓"
	if r.Is == "failed" {
		state, sign = "bad", "✗"
	}
	return h.E("details", h.Class("row"+r.Class),
		h.E("summary",
			h.E("span", h.Class("name"), h.E("i", h.A("aria-hidden", "true"), h.Class(state), h.T(sign)), h.T(" "+r.Hub), h.E("span", h.Class("away"), h.T(", "+r.Is))),
			h.E("span", h.Class("time"), h.T(r.Time)),
			bar(r.Bar, report.Path("grid", grid)),
		),
		h.E("div", h.Class("inside"),
			h.Each(r.Says, func(text string) h.Part { return h.E("p", h.T(text)) }),
			h.E("p", h.Class("soft"), h.T(strings.Join(r.Stages, " · "))),
			h.If(len(r.Layers) > 0, h.E("p", h.E("b", h.T("Layers on their way"))), h.E("ul", h.Each(r.Layers, sub.html))),
			h.With(r.More, func(more string) h.Part { return h.E("p", h.Class("soft"), h.T(more)) }),
			h.If(len(r.Pods) > 0, h.E("p", h.E("b", h.T("New pods")), h.T(" "), h.E("span", h.Class("soft"), h.T("and how long until each was ready"))),
				h.E("ul", h.Class("legend"), h.Each(podKinds, func(m mark) h.Part { return h.E("li", report.Swatch("m-"+m.Kind), h.T(m.Says)) })),
				h.E("ul", h.Each(r.Pods, sub.html))),
		),
	)
}

func (s sub) html() h.Part {
	return h.E("li", h.Class("sub"), h.E("span", h.Class("label"), h.T(s.Label)), h.E("span", h.Class("time"), h.T(s.Time)), bar(s.Bar))
}

// bar draws marks over what is below them.
func bar(marks []mark, below ...h.Part) h.Part {
	return h.E("svg", h.Class("bar"), h.A("viewBox", "0 0 1000 10"), h.A("preserveAspectRatio", "none"), h.A("aria-hidden", "true"), h.List(below...),
		h.Each(marks, func(m mark) h.Part { return report.Path("m-"+m.Kind, m.Path) }))
}

func (p planned) html() h.Part {
	items := func(texts []string) h.Part {
		return h.E("ul", h.Each(texts, func(text string) h.Part { return h.E("li", h.T(text)) }))
	}
	return h.List(
		h.If(len(p.Problems) > 0, h.E("div", h.Class("box failure"), h.E("h3", h.T("What wants an eye")), items(p.Problems))),
		h.If(len(p.Hubs) > 0, h.E("div", h.Class("hubs"), h.Each(p.Hubs, plannedHub.html))),
		h.If(len(p.Rest) > 0, h.E("h3", h.Class("rest"), h.T("Left alone"))),
		h.Each(p.Rest, func(r restOf) h.Part {
			return report.Details("left", fmt.Sprintf("%d × %s", len(r.Hubs), r.Reason.Word), report.Names(r.Hubs),
				h.If(r.Reason.Anchor != "", h.E("p", link{"What that means", r.Reason.Anchor}.html())))
		}),
		h.If(len(p.Orphans) > 0, h.E("h3", h.Class("rest"), h.T("No longer in the repository")), items(p.Orphans)),
	)
}

func (p plannedHub) html() h.Part {
	return h.E("div", h.Class("box"),
		h.E("h3", h.T(p.Hub), h.With(p.Where, func(where string) h.Part { return h.List(h.T(" "), h.E("span", h.Class("tag"), h.T(where))) })),
		h.E("ul", h.Class("steps"), h.Each(p.Steps, func(s step) h.Part {
			class := map[string]string{"yes": "good", "refused": "bad"}[s.Is]
			if class == "" {
				class = "soft"
			}
			return h.E("li", h.E("span", h.T(s.What)), h.E("b", h.Class(class), h.T(s.Is)),
				h.E("span", s.Reason.html(), h.With(s.Tag, func(tag string) h.Part { return h.List(h.T(" "), h.E("span", h.Class("mono soft"), h.T(tag))) })))
		})),
	)
}

func imagesHTML(images []image) h.Part {
	return h.List(
		h.E("ul", h.Class("legend"), h.A("aria-label", "Layers"), h.E("li", report.Swatch("l-sent"), h.T("sent")), h.E("li", report.Swatch("l-there"), h.T("reused"))),
		h.Each(images, image.html),
	)
}

func (i image) html() h.Part {
	rows := make([]h.Part, 0, len(i.Layers))
	for _, l := range i.Layers {
		rows = append(rows, h.E("tr", report.Cell("n", strconv.Itoa(l.Number)), report.Cell("n", l.Size), report.Cell("", l.Is), report.Cell("mono", l.Made)))
	}
	return h.E("div", h.Class("box"),
		h.E("h3", h.T(i.Name)),
		report.Under(i.Facts),
		h.E("svg", h.Class("sizes"), h.A("viewBox", "0 0 1000 10"), h.A("preserveAspectRatio", "none"), h.A("aria-hidden", "true"),
			h.Each(i.Bar, func(m mark) h.Part { return report.Path("l-"+m.Kind, m.Path) })),
		h.If(len(rows) > 0, report.Details("", fmt.Sprintf("%d layers", len(rows)),
			h.E("p", h.Class("soft"), h.E("span", h.Class("mono"), h.T(i.Reference)), h.T(" "), h.E("span", h.Class("mono"), h.T(i.Digest))),
			report.Table("Layers of "+i.Name, []report.Column{{Title: "Layer", Number: true}, {Title: "Size", Number: true}, {Title: "Is"}, {Title: "Made by"}}, rows),
		)),
	)
}

func (t topic) html() h.Part {
	return h.E("div", h.Class("topic"), h.A("id", t.Anchor),
		h.E("h3", h.T(t.Code+" "), h.E("span", h.Class("tag"), h.T(t.Sort))),
		h.With(t.Says, func(says string) h.Part { return h.E("p", h.Class("soft"), h.Marked(says)) }),
		h.E("p", h.Marked(t.Means)),
		h.If(len(t.Do) > 0, h.E("ol", h.Each(t.Do, func(step string) h.Part { return h.E("li", h.Marked(step)) }))),
	)
}
