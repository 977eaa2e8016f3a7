package site

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const (
	sound = `<!DOCTYPE html>
<html lang="en" id="top"><head><meta charset="utf-8"><title>A · x</title><link rel="stylesheet" href="../site.css"></head>
<body><a class="skip" href="#content">Skip</a><header><a href="../index.html">x</a><label for="q">Search</label><input id="q" type="search"></header>
<nav aria-label="Pages"><a href="../index.html">home</a></nav>
<main id="content"><h1>A</h1><p>Text &amp; <code>a &lt;b&gt;</code><br>more</p><h2 id="b">B <a href="#b" aria-label="Link">#</a></h2>
<table><tr><th scope="col">x</th></tr></table><figure><svg role="img" aria-labelledby="t"><title id="t">Words</title><text>a</text></svg></figure>
<p><a href="https://example.org/">elsewhere</a></p></main><footer>f</footer></body></html>`
	style = `:root { --ink: light-dark(#000, #ffffff); --paper: light-dark(#fff, #111111); --edge: light-dark(#777, #999); } p { color: var(--ink); }`
)

func builtSite(pages map[string]string) fstest.MapFS {
	files := fstest.MapFS{"index.html": {Data: []byte(strings.NewReplacer("A · x", "x", "../", "").Replace(sound))}, "site.css": {Data: []byte(style)}}
	var rows []string
	for name, content := range pages {
		if strings.HasSuffix(name, ".html") && !strings.Contains(content, "refresh") {
			rows = append(rows, `["`+name+`", "A", "top", "", "text"]`)
		}
		files[name] = &fstest.MapFile{Data: []byte(content)}
	}
	if files[indexFile] == nil {
		files[indexFile] = &fstest.MapFile{Data: []byte(`searchIndex = [` + strings.Join(append(rows, `["index.html", "x", "", "", "text"]`), ", ") + "];\n")}
	}
	return files
}

func TestNothingIsWrongWithASoundSite(t *testing.T) {
	moved := `<!DOCTYPE html><html lang="en"><head><title>/a/</title><meta http-equiv="refresh" content="0; url=/a/"></head></html>`
	problems, pages, err := Check(builtSite(map[string]string{"a/index.html": sound, "old/index.html": moved}))
	if err != nil || len(problems) > 0 || pages != 2 {
		t.Errorf("%d pages, %v: %s", pages, err, problems)
	}
}

func TestWhatAReaderWouldMissIsTold(t *testing.T) {
	for _, c := range []struct{ old, with, want string }{
		{`lang="en"`, ``, "it does not say its language"},
		{`<title>A · x</title>`, ``, "it has no title"},
		{`A · x`, `x`, `the title "x" is that of index.html too`},
		{`<main id="content">`, `<div id="content">`, "it has 0 main, not one"},
		{`<footer>f</footer>`, ``, "it has 0 footer, not one"},
		{`<nav aria-label="Pages">`, `<nav>`, "a nav without aria-label"},
		{`</nav>`, `</nav><nav aria-label="Pages"></nav>`, `two navs are called "Pages"`},
		{`<h1>A</h1>`, ``, "it has 0 h1, not one"},
		{`<h1>A</h1>`, `<h1>A</h1><h1>A</h1>`, "it has 2 h1, not one"},
		{`<h2 id="b">`, `<h3>x</h3><h2 id="b">`, "a heading of level 3 follows one of level 1"},
		{`<label for="q">Search</label>`, ``, `the field "q" has no label`},
		{`<br>`, `<img src="a.png">`, "an image without alt: a.png"},
		{`<br>`, `<img src="https://example.org/a.png" alt="">`, "img asks https://example.org/a.png"},
		{`role="img" aria-labelledby="t"`, ``, "a drawing without words"},
		{`<br>`, `<a href="#b"></a>`, "a #b has no name"},
		{`<br>`, `<button></button>`, "button  has no name"},
		{` scope="col"`, ``, "a heading of a table without a scope"},
		{`<br>`, `<a href="../b/index.html">b</a>`, "a link to ../b/index.html, which is no page"},
		{`<br>`, `<a href="../index.html#c">c</a>`, "a link to ../index.html#c, where nothing has that name"},
		{`../index.html`, `#b`, "no link leads back to the first page"},
		{`<p>Text`, `<p id="b">Text`, `two parts have the name "b"`},
		{`<a class="skip" href="#content">Skip</a>`, ``, "its first link does not skip to the text"},
		{`../site.css`, `//example.org/site.css`, "link asks //example.org/site.css"},
		{`</html>`, `<`, "it cannot be read"},
	} {
		broken := strings.ReplaceAll(sound, c.old, c.with)
		if c.with == `<div id="content">` {
			broken = strings.ReplaceAll(broken, "</main>", "</div>")
		}
		problems, _, err := Check(builtSite(map[string]string{"a/index.html": broken}))
		if err != nil || !slices.ContainsFunc(problems, func(line string) bool { return strings.Contains(line, c.want) }) {
			t.Errorf("%s instead of %s: %v, %q, want %q", c.with, c.old, err, problems, c.want)
		}
	}
}

func TestColoursThatCannotBeReadAreTold(t *testing.T) {
	for _, c := range []struct{ old, with, want string }{
		{"#ffffff", "#444", "site.css: dark: --ink on --paper has a contrast of 1.94, less than 4.5"},
		{"#777", "#7777", "site.css: --edge is no light-dark(#…, #…) of 3 or 6 digits"},
		{"light-dark(#777, #999)", "grey", "--edge is no light-dark(#…, #…)"},
		{"#777", "#aaa", "light: --edge on --paper has a contrast of 2.32, less than 3.0"},
		{"var(--ink)", "#777", "a rule names the colour #777"},
		{"--paper", "--page", "no --ink and --paper were found"},
	} {
		text := strings.ReplaceAll(style, c.old, c.with)
		problems, _, err := Check(builtSite(map[string]string{"site.css": text}))
		if err != nil || len(problems) != 1 || !strings.Contains(problems[0], c.want) {
			t.Errorf("%s: %v, %q, want %q", c.with, err, problems, c.want)
		}
	}
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000", "#fff", 21}, {"#ffffff", "#777777", 4.48}, {"#777", "#777", 1}} {
		if got := contrast(c.a, c.b); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%s on %s: %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

func TestScriptsAndStylesAskNobody(t *testing.T) {
	for name, content := range map[string]string{
		"site.js": `script.src = "https://example.org/x.js"`, "b.js": "fetch('x')",
		"site.css": style + `@import "x.css";`, "c.css": style + `p { background: url(//example.org/a.png) }`,
	} {
		problems, _, err := Check(builtSite(map[string]string{name: content}))
		if err != nil || len(problems) != 1 || !strings.Contains(problems[0], "asks for something") {
			t.Errorf("%s: %v, %q", name, err, problems)
		}
	}
}

func TestTheSearchFindsEachPageAndNothingElse(t *testing.T) {
	for index, want := range map[string]string{
		`searchIndex = [["index.html", "x", "", "", "of https://example.org"]];`: "",
		`searchIndex = [["index.html", "x", "b", "B", ""]];`:                     "",
		`searchIndex = ["index.html", "x", "", "", ""];`:                         "search-index.js: it is no list of sections",
		`searchIndex = [["index.html"]];`:                                        "search-index.js: a section has 1 parts",
		`searchIndex = [["index.html", "x", "c", "C", ""]];`:                     "search-index.js: index.html#c is not there",
		`searchIndex = [["a.html", "x", "", "", ""]];`:                           "search-index.js: a.html# is not there",
		`searchIndex = [];`: "search-index.js: nobody can find index.html",
	} {
		problems, _, err := Check(builtSite(map[string]string{indexFile: index}))
		if err != nil || want == "" && len(problems) > 0 || want != "" && (len(problems) == 0 || !slices.ContainsFunc(problems, func(line string) bool { return strings.HasPrefix(line, want) })) {
			t.Errorf("%s: %v, %q, want %q", index, err, problems, want)
		}
	}
}
