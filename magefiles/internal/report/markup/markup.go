// Package markup writes HTML in which every text and every value of an attribute is escaped: there is no way to put in anything that is not. It
// stands for html/template, whose reflection keeps each method of each type in the program. It is pure.
//
//	h.E("p", h.Class("soft"), h.T("from "), h.E("a", h.A("href", "#top"), h.T(name)))
package markup

import (
	"html"
	"strings"
)

// Part is an element, a text, an attribute, or several of them. A nil Part is nothing.
type Part interface{ write(*strings.Builder) }

type (
	element struct {
		name  string
		parts []Part
	}
	attribute struct{ name, value string }
	text      string
	list      []Part
	style     string
)

// E is an element with attributes and content.
func E(name string, parts ...Part) Part { return element{name, parts} }

// A is an attribute.
func A(name, value string) Part { return attribute{name, value} }

// Class is the attribute of that name; without one it is nothing.
func Class(value string) Part {
	if value = strings.TrimSpace(value); value == "" {
		return nil
	}
	return A("class", value)
}

// T is text.
func T(content string) Part { return text(content) }

// List is several parts, none of them an attribute.
func List(parts ...Part) Part { return list(parts) }

// If is the parts where they are wanted, and else nothing.
func If(wanted bool, parts ...Part) Part {
	if !wanted {
		return nil
	}
	return list(parts)
}

// With is what is made of a text, unless that is empty.
func With(content string, one func(string) Part) Part {
	if content == "" {
		return nil
	}
	return one(content)
}

// Each is what is made of each of some things.
func Each[T any](all []T, one func(T) Part) Part {
	parts := make(list, 0, len(all))
	for _, thing := range all {
		parts = append(parts, one(thing))
	}
	return parts
}

// Marked is a text of ours, in which `…` is code.
func Marked(content string) Part {
	var parts list
	for i, piece := range strings.Split(content, "`") {
		if i%2 == 1 {
			parts = append(parts, E("code", T(piece)))
		} else {
			parts = append(parts, T(piece))
		}
	}
	return parts
}

// Style is a style sheet of ours. It cannot end its element.
func Style(css string) Part { return style(strings.ReplaceAll(css, "</", `<\/`)) }

// Document writes a page.
func Document(parts ...Part) string {
	out := new(strings.Builder)
	out.WriteString("<!DOCTYPE html>\n")
	for _, part := range parts {
		if part != nil {
			part.write(out)
		}
	}
	return out.String()
}

// empty are the elements that have no content.
var empty = map[string]string{"meta": ">", "link": ">", "input": ">", "path": "/>"}

func (e element) write(out *strings.Builder) {
	out.WriteString("<" + e.name)
	for _, part := range e.parts {
		if attr, is := part.(attribute); is {
			attr.write(out)
		}
	}
	if end, is := empty[e.name]; is {
		out.WriteString(end)
		return
	}
	out.WriteString(">")
	for _, part := range e.parts {
		if _, is := part.(attribute); !is && part != nil {
			part.write(out)
		}
	}
	out.WriteString("</" + e.name + ">")
}

func (a attribute) write(out *strings.Builder) {
	out.WriteString(" " + a.name)
	if a.value != "" {
		out.WriteString(`="` + html.EscapeString(a.value) + `"`)
	}
}

func (t text) write(out *strings.Builder) { out.WriteString(html.EscapeString(string(t))) }

func (l list) write(out *strings.Builder) {
	for _, part := range l {
		if part != nil {
			part.write(out)
		}
	}
}

func (s style) write(out *strings.Builder) { out.WriteString("<style>" + string(s) + "</style>") }
