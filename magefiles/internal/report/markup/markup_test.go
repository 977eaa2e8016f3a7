package markup

import (
	"strings"
	"testing"
	"testing/quick"
)

func TestElementsHaveTheirAttributesAndTheirContent(t *testing.T) {
	got := Document(E("p", T("a "), Class(" b "), Class(""), nil, If(false, T("no")), If(true, T("c"), nil), With("", T), With("d", T),
		Each([]string{"e", "f"}, func(text string) Part { return E("i", T(text)) }), E("input", A("id", "g"), A("checked", "")), Marked("say `x<y`")))
	if want := "<!DOCTYPE html>\n" + `<p class="b">a cd<i>e</i><i>f</i><input id="g" checked>say <code>x&lt;y</code></p>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whatever is put in, the elements are those that were meant.
func TestNothingComesInThatIsNotEscaped(t *testing.T) {
	err := quick.Check(func(content string) bool {
		page := Document(E("p", A("title", content), Class(content), T(content), Marked(content)))
		inside := strings.NewReplacer("<code>", "", "</code>", "").Replace(strings.TrimPrefix(page, "<!DOCTYPE html>\n"))
		return strings.Count(inside, "<") == 2 && strings.Count(inside, ">") == 2 && strings.Count(inside, `"`)%2 == 0 && strings.Count(inside, `"`) <= 4
	}, &quick.Config{Values: nil, MaxCount: 2000})
	if err != nil {
		t.Error(err)
	}
	for _, content := range []string{`<script>alert(1)</script>`, `" onclick="x`, `'`, `&lt;`, "a`<b`c"} {
		page := Document(E("p", A("title", content), T(content), Marked(content)))
		if strings.Contains(page, "<script") || strings.Contains(page, "<b") || strings.Contains(page, `" onclick`) {
			t.Error(page)
		}
	}
	if page := Document(Style("p{}</style><script>")); strings.Count(page, "</style>") != 1 || !strings.HasSuffix(page, "</style>") {
		t.Error(page)
	}
}
