package browser

import (
	"slices"
	"strings"
	"testing"
)

const (
	sound = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>A</title>
<style>:root { color-scheme: light dark } .pale { color: light-dark(#333, #ddd) } .box { overflow-x: auto; width: 200px }</style></head>
<body><header><a href="#a">A link</a></header><main id="a"><h1>A</h1><p class="pale">Words</p><h2>B</h2><button>Press</button>
<div class="box" tabindex="0" role="region" aria-label="Wide"><table><tr><td>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</td></tr></table></div>
<svg role="img" aria-label="A drawing" width="9" height="9"></svg></main><footer>f</footer></body></html>`
)

func TestWhatAReaderWouldMeetIsFound(t *testing.T) {
	b := For(t)
	b.Sound(t, Page(t, sound))
	for _, c := range []struct{ old, with, want string }{
		{"<p class", `<div style="width:400px">wide</div><p class`, "360 pixels, light: the page is 4"},
		{"#333", "#999", `light: the contrast of "Words" in p.pale is 2.85`},
		{"#ddd", "#555", `dark: the contrast of "Words" in p.pale is `},
		{` tabindex="0" role`, ` tabindex="-1" role`, "div.box scrolls, and not by keyboard"},
		{"<h2>B</h2>", "<h3>B</h3>", "a heading of level 3 follows one of level 1"},
		{"<h1>A</h1>", "<h1>A</h1><h1>A</h1>", "it has 2 h1, not one"},
		{"<footer>f</footer>", "", "it has 0 footer, not one"},
		{">Press<", "><", "button has no name"},
		{` role="img"`, "", "a drawing without words"},
		{"<p class", `<img src="data:,"><p class`, "an image without alt"},
		{"<p class", `<img alt="" src="https://example.org/a.png"><p class`, "it asks for https://example.org/a.png"},
		{"<p class", `<script>throw new Error("broken")</script><p class`, "a script fails: Uncaught Error: broken"},
		{"<button>Press", `<button tabindex="2">Press`, "the tabulator does not "},
		{"<p class", `<a href="#nowhere">n</a><p class`, "a link to #nowhere, where nothing has that name"},
		{` lang="en"`, "", "it does not say its language"},
		{"<meta charset", `<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><meta charset`, "it says: "},
	} {
		problems, err := b.Check(Page(t, strings.Replace(sound, c.old, c.with, 1)))
		if err != nil || !slices.ContainsFunc(problems, func(line string) bool { return strings.Contains(line, c.want) }) {
			t.Errorf("%s instead of %s: %v, %q, want %q", c.with, c.old, err, problems, c.want)
		}
	}
}
