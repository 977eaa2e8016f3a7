package history

import (
	"slices"
	"strings"
	"testing"
)

// An older tool gave the chart a name and a tag of its own form, and recorded nothing.
func TestImagesThatAnOlderToolHasGiven(t *testing.T) {
	const digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	image := func(parts map[string]any) map[string]any {
		return map[string]any{"jupyterhub": map[string]any{"singleuser": map[string]any{"image": parts}}}
	}
	paths := func(last string) []string { return []string{"other." + last, "jupyterhub.singleuser.image." + last} }
	for name, test := range map[string]struct {
		config, chart map[string]any
		want          []string
	}{
		"nothing":                 {nil, nil, nil},
		"both":                    {image(map[string]any{"name": "r.org/a", "tag": "abc1234"}), nil, []string{"r.org/a:abc1234"}},
		"a tag of digits":         {image(map[string]any{"name": "r.org/a", "tag": float64(20190102)}), nil, []string{"r.org/a:20190102"}},
		"the tag, by a switch":    {image(map[string]any{"tag": "abc1234"}), image(map[string]any{"name": "r.org/a", "tag": "x"}), []string{"r.org/a:abc1234"}},
		"the name alone":          {image(map[string]any{"name": "r.org/b"}), image(map[string]any{"name": "r.org/a", "tag": float64(7)}), []string{"r.org/b:7"}},
		"by digest":               {image(map[string]any{"name": "r.org/a", "tag": "x@" + digest}), nil, []string{"r.org/a@" + digest}},
		"the chart's own":         {map[string]any{"a": "b"}, image(map[string]any{"name": "unset", "tag": "unset"}), nil},
		"no tag":                  {image(map[string]any{"name": "r.org/a"}), nil, nil},
		"no name":                 {image(map[string]any{"tag": "x"}), nil, nil},
		"what is no tag":          {image(map[string]any{"name": "r.org/a", "tag": "{{ x }}"}), nil, nil},
		"what is something other": {image(map[string]any{"name": "r.org/a", "tag": []any{"x"}}), nil, nil},
		"not where it is read":    {map[string]any{"jupyterhub": "x", "other": map[string]any{"name": "r.org/a"}}, nil, nil},
	} {
		s := Stored{Config: test.config}
		s.Chart.Values = test.chart
		var got []string
		for _, image := range s.GivenImages(paths("name"), paths("tag")) {
			got = append(got, image.Pinned())
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %s, want %s", name, strings.Join(got, " "), strings.Join(test.want, " "))
		}
	}
	if got := (Stored{Config: map[string]any{"tag": "x"}}).GivenImages(nil, []string{"tag"}); got != nil {
		t.Errorf("without a path of a name: %v", got)
	}
}
