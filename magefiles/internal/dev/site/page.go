package site

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// page is what was read of one page.
type page struct {
	title, language, refresh string
	marks                    map[string]int // how often there is a landmark
	headings                 []int          // their levels, in their order
	ids                      map[string]bool
	links                    []string
	labelled                 map[string]bool // the ids of fields that have a label
	fields                   []string        // the ids of fields that need one
	labels                   map[string]int  // of the parts that are named nav
	found                    []string        // problems
	open                     []*element
}

// element is one that is not closed yet.
type element struct {
	name    string
	attr    map[string]string
	text    strings.Builder
	pending func(e *element) // what is asked when its text is known
}

// parse reads a page. What Hugo writes is close to XML: attributes in quotes, elements closed in their order.
func parse(content []byte) (*page, error) {
	p := &page{marks: map[string]int{}, ids: map[string]bool{}, labelled: map[string]bool{}, labels: map[string]int{}}
	reader := xml.NewDecoder(bytes.NewReader(content))
	reader.Strict, reader.AutoClose, reader.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := reader.Token()
		if errors.Is(err, io.EOF) {
			return p, nil
		} else if err != nil {
			return nil, fmt.Errorf("it cannot be read: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			p.start(token)
		case xml.CharData:
			p.say(string(token))
		case xml.EndElement:
			p.end()
		}
	}
}

func (p *page) start(token xml.StartElement) {
	e := &element{name: strings.ToLower(token.Name.Local), attr: map[string]string{}}
	for _, attr := range token.Attr {
		e.attr[strings.ToLower(attr.Name.Local)] = attr.Value
	}
	p.open = append(p.open, e)
	if id := e.attr["id"]; id != "" {
		if p.ids[id] {
			p.problem("two parts have the name %q", id)
		}
		p.ids[id] = true
	}
	p.look(e)
	if e.name != "a" {
		p.fromHere(e)
	}
}

// say gives text to all that is open: it is part of their names.
func (p *page) say(text string) {
	for _, e := range p.open {
		e.text.WriteString(text)
	}
}

func (p *page) end() {
	e := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	if e.pending != nil {
		e.pending(e)
	}
}

func (p *page) problem(format string, args ...any) {
	p.found = append(p.found, fmt.Sprintf(format, args...))
}

// fromHere checks that what a page loads lies beside it.
func (p *page) fromHere(e *element) {
	for _, name := range []string{"src", "href", "srcset", "poster", "data"} {
		if value := e.attr[name]; strings.Contains(value, "//") {
			p.problem("%s asks %s: this site needs no network", e.name, value)
		}
	}
}

// look notes what a part of the page says of it.
func (p *page) look(e *element) {
	switch e.name {
	case "html":
		p.language = e.attr["lang"]
	case "meta":
		if e.attr["http-equiv"] == "refresh" {
			p.refresh = e.attr["content"]
		}
	case "title":
		if !p.inside("svg") {
			e.pending = func(e *element) { p.title = strings.TrimSpace(e.text.String()) }
		}
	case "main", "header", "footer", "nav", "search":
		p.landmark(e)
	case "h1", "h2", "h3", "h4", "h5", "h6":
		p.headings = append(p.headings, int(e.name[1]-'0'))
		e.pending = func(e *element) { p.named(e) }
	case "a":
		if link, is := e.attr["href"]; is {
			p.links = append(p.links, link)
			e.pending = func(e *element) { p.named(e) }
		}
	case "button":
		e.pending = func(e *element) { p.named(e) }
	case "input", "select", "textarea":
		p.fields = append(p.fields, e.attr["id"])
	case "label":
		p.labelled[e.attr["for"]] = true
	case "img":
		if _, has := e.attr["alt"]; !has {
			p.problem("an image without alt: %s", e.attr["src"])
		}
	case "svg":
		p.drawing(e)
	case "th":
		if e.attr["scope"] == "" {
			p.problem("a heading of a table without a scope")
		}
	}
}

func (p *page) landmark(e *element) {
	p.marks[e.name]++
	if e.name != "nav" {
		return
	}
	label := e.attr["aria-label"]
	if label == "" {
		p.problem("a nav without aria-label: nobody can tell it from the others")
	}
	if p.labels[label]++; p.labels[label] == 2 {
		p.problem("two navs are called %q", label)
	}
}

// drawing wants words for a drawing that is no mere decoration.
func (p *page) drawing(e *element) {
	if e.attr["aria-hidden"] == "true" {
		return
	}
	if e.attr["role"] != "img" || e.attr["aria-labelledby"] == "" && e.attr["aria-label"] == "" {
		p.problem("a drawing without words for those who do not see it")
	}
}

// named wants a name for what can be followed, pressed or jumped to.
func (p *page) named(e *element) {
	if strings.TrimSpace(e.text.String()) == "" && e.attr["aria-label"] == "" {
		p.problem("%s %s has no name", e.name, e.attr["href"])
	}
}

func (p *page) inside(name string) bool {
	return slices.ContainsFunc(p.open, func(e *element) bool { return e.name == name })
}

// moved reports whether the page only leads to another one.
func (p *page) moved() bool { return p.refresh != "" }

// check returns what is wrong with the page by itself.
func (p *page) check() []string {
	if p.title == "" {
		p.problem("it has no title")
	}
	if p.language == "" {
		p.problem("it does not say its language")
	}
	for _, mark := range []string{"header", "main", "footer"} {
		if p.marks[mark] != 1 {
			p.problem("it has %d %s, not one", p.marks[mark], mark)
		}
	}
	if p.marks["nav"] == 0 {
		p.problem("it has no nav")
	}
	p.checkHeadings()
	for _, id := range p.fields {
		if !p.labelled[id] {
			p.problem("the field %q has no label", id)
		}
	}
	if len(p.links) == 0 || p.links[0] != "#content" || !p.ids["content"] {
		p.problem("its first link does not skip to the text")
	}
	return p.found
}

func (p *page) checkHeadings() {
	ones, before := 0, 0
	for _, level := range p.headings {
		if level == 1 {
			ones++
		}
		if level > before+1 {
			p.problem("a heading of level %d follows one of level %d", level, before)
		}
		before = level
	}
	if ones != 1 {
		p.problem("it has %d h1, not one", ones)
	}
}
