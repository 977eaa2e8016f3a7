// Package report makes pages of what a run or a fleet has come to: one file each, which asks for nothing, runs no script, and can be read on a
// phone, in the dark, by keyboard and by ear. This package has what the pages share: style, policy, and how texts and numbers are written. Packages
// report/run and report/fleet make the pages; package ops writes them.
package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
)

//go:embed style.css
var style string

// Sheet is one page: its template gets the page's data, with what all pages have.
type Sheet struct {
	Title string
	Data  any
	Style template.CSS
	// Policy allows this page's own style, and nothing else: no script, no request, no form.
	Policy string
}

// Render makes a page. files have its template, page.html, which defines "content"; rules are further rules of its style.
func Render(files fs.FS, title, rules string, data any) (string, error) {
	page, err := template.New("").Funcs(template.FuncMap{"marked": Marked}).ParseFS(shared, "sheet.html")
	if err == nil {
		page, err = page.ParseFS(files, "page.html")
	}
	if err != nil {
		return "", err
	}
	css := compact(style + rules)
	sum := sha256.Sum256([]byte(css))
	policy := fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; img-src data:; base-uri 'none'; form-action 'none'", base64.StdEncoding.EncodeToString(sum[:]))
	var out strings.Builder
	// #nosec G203 -- the style is ours, and its rules are made of numbers
	err = page.ExecuteTemplate(&out, "sheet.html", Sheet{Title: title, Data: data, Style: template.CSS(css), Policy: policy})
	return out.String(), err
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

// Marked is a text of ours, in which `…` is code, as HTML.
func Marked(text string) template.HTML {
	var out strings.Builder
	for i, part := range strings.Split(text, "`") {
		part = template.HTMLEscapeString(part)
		if i%2 == 1 {
			part = "<code>" + part + "</code>"
		}
		out.WriteString(part)
	}
	return template.HTML(out.String()) // #nosec G203 -- each part is escaped
}
