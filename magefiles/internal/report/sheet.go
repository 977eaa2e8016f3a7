// Package report makes pages of what a run or a fleet has come to: one file each, which asks for nothing, runs no script, and can be read on a
// phone, in the dark, by keyboard and by ear. This package has what the pages share: style, policy, head and foot. Packages report/run and
// report/fleet make the pages; ops/run and ops/fleet write them.
package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"strings"

	h "hub-ops/magefiles/internal/report/markup"
)

//go:embed style.css
var style string

// Sheet is one page.
type Sheet struct {
	Title string
	Rules string // of its style, beside those that all pages have
	Head  []h.Part
	Parts []h.Part
}

// HTML writes the page. Its policy allows its own style, and nothing else: no script, no request, no form.
func (s Sheet) HTML() string {
	css := compact(style + s.Rules)
	sum := sha256.Sum256([]byte(css))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; base-uri 'none'; form-action 'none'"
	meta := func(name, content string) h.Part { return h.E("meta", h.A("name", name), h.A("content", content)) }
	return h.Document(h.E("html", h.A("lang", "en"),
		h.E("head",
			h.E("meta", h.A("charset", "utf-8")),
			h.E("meta", h.A("http-equiv", "Content-Security-Policy"), h.A("content", policy)),
			meta("viewport", "width=device-width, initial-scale=1"), meta("color-scheme", "light dark"), meta("referrer", "no-referrer"),
			h.E("title", h.T(s.Title)), h.E("link", h.A("rel", "icon"), h.A("href", "data:,")), h.Style(css),
		),
		h.E("body", h.A("id", "top"),
			h.E("a", h.Class("skip"), h.A("href", "#content"), h.T("Skip to the text")),
			h.E("header", s.Head...),
			h.E("main", h.A("id", "content"), h.A("tabindex", "-1"), h.List(s.Parts...)),
			h.E("footer", h.E("p", h.T("Written by hub-ops. This page asks for nothing and runs no script. "), h.E("a", h.A("href", "#top"), h.T("To the top")))),
		),
	))
}

// compact takes what only a reader of the source wants out of a style: comments, indents, line breaks.
func compact(css string) string {
	var out strings.Builder
	for line := range strings.Lines(css) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "/*") {
			out.WriteString(line)
		}
	}
	return out.String()
}
