package spelling

import (
	"strings"
	"testing"
)

func TestMisses(t *testing.T) {
	for name, test := range map[string]struct{ entries, want string }{
		"as it is":        {"values.yaml", ""},
		"extension":       {"values.yml", "values.yml"},
		"case":            {"Values.YAML", "Values.YAML"},
		"space":           {"values.yaml ", "values.yaml "},
		"no-break space":  {"values\u00a0.yaml", "values\u00a0.yaml"},
		"mark":            {"\ufeffvalues.yaml", "\ufeffvalues.yaml"},
		"line break":      {"values.yaml\n", "values.yaml\n"},
		"one letter less": {"value.yaml", "value.yaml"},
		"letters swapped": {"vaules.yaml", "vaules.yaml"},
		"one more":        {"valuess.yaml", "valuess.yaml"},
		"two changes":     {"vales.yam", ""},
		"another file":    {"values-prod.yaml,values.schema.json", ""},
		"both":            {"values.yaml,values.yml", "values.yml"},
		"both, far":       {"values.yaml,value.yaml", ""},
		"one of others":   {"valued.yaml", ""},
	} {
		if got := Miss("values.yaml", strings.Split(test.entries, ","), "valued.yaml"); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	for name, want := range map[string]string{"geohub": "geo-hub", "boi": "bio", "zzzzzz": "", "geo-hbu": "geo-hub"} {
		if got := Nearest(name, []string{"bio", "geo-hub"}); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestWhatDoesNotShowIsQuoted(t *testing.T) {
	for path, want := range map[string]string{"secrets/q.yml": "secrets/q.yml", "a b": `"a b"`, "a\u200b": `"a\u200b"`, "é": "é", "\xff": `"\xff"`} {
		if got := Shown(path); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A distance is 0 for the same name only, the same from both sides, and never more than the longer name.
func FuzzMiss(f *testing.F) {
	f.Add("values.yaml", "Values.yml")
	f.Add("a", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)*len(b) > 1<<16 {
			return
		}
		d := editDistance(a, b)
		if (d == 0) != (a == b) || d != editDistance(b, a) || d > max(len(a), len(b)) {
			t.Errorf("%q and %q: %d", a, b, d)
		}
		if found := Miss(a, []string{b}); found != "" && found != b || a == b && found != "" {
			t.Errorf("%q among %q: %q", a, b, found)
		}
		if shown := Shown(a); strings.ContainsAny(shown, "\n\r\t") {
			t.Errorf("%q shows as %q", a, shown)
		}
	})
}
