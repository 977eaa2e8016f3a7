package history

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/kube/manifest"
)

func TestImagesThatARevisionHolds(t *testing.T) {
	const own = `t[0-9a-f]{12}(-dirty-[0-9a-f]{8})?`
	one, two := "sha256:"+strings.Repeat("1", 64), "sha256:"+strings.Repeat("2", 64)
	tag, dirty := "t0123456789ab", "t0123456789ab-dirty-01234567"
	values := func(tag string) map[string]any {
		return map[string]any{"jupyterhub": map[string]any{"singleuser": map[string]any{"image": map[string]any{"name": "r.org/user-a", "tag": tag}}}}
	}
	paths := []string{"singleuser.image.name", "jupyterhub.singleuser.image.name"}
	for name, test := range map[string]struct {
		config   map[string]any
		manifest string
		want     []string
	}{
		"nothing":                    {nil, "kind: Pod\nspec: {image: nginx}\n", nil},
		"by digest, in the values":   {values(tag + "@" + one), "", []string{"r.org/user-a@" + one}},
		"of uncommitted content":     {values(dirty + "@" + one), "", []string{"r.org/user-a@" + one}},
		"by tag":                     {values(tag), "", []string{"r.org/user-a:" + tag}},
		"in both":                    {values(tag + "@" + one), "image: r.org/user-a:" + tag + "@" + one + "\n", []string{"r.org/user-a@" + one}},
		"in the manifest alone":      {nil, `image: "r.org/now:x@` + two + `"`, []string{"r.org/now@" + two}},
		"of a repository like it":    {nil, "image: mirror/r.org/now:x\nimage: r.org/now-2:x\nimage: r.org/nowhere@" + two, nil},
		"somebody else's, by digest": {map[string]any{"hub": map[string]any{"image": map[string]any{"tag": "4.1@" + two}}}, "image: hub:4.1@" + two, nil},
		"of the repository then":     {values(tag + "@" + one), "image: r.org/now:x@" + two + "\nimage: r.org/user-a:y", []string{"r.org/user-a@" + one, "r.org/user-a:y"}},
		"in a list of profiles":      {map[string]any{"profileList": []any{map[string]any{"image": dirty}}}, "", []string{"r.org/now:" + dirty}},
	} {
		var got []string
		for _, image := range stored(test.config, test.manifest).HeldImages("r.org/now", own, paths) {
			got = append(got, image.Pinned())
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	whole := stored(map[string]any{"list": []any{map[string]any{"image": "r.org/user-r:" + tag + "@" + one}}}, "image: r.org/user-a:x\nimage: q.org/user-r:x\n")
	if got := whole.HeldReferences(`r\.org/user-[a-z]+`); len(got) != 2 || got[0] != (HeldImage{"r.org/user-r", tag, one}) || got[1] != (HeldImage{"r.org/user-a", "x", ""}) {
		t.Errorf("in full: got %v", got)
	}
	hooked := Stored{Hooks: []manifest.Hook{{Manifest: "kind: Job\nimage: r.org/now:x@" + two + "\n"}}}
	if got := hooked.HeldImages("r.org/now", own, nil); len(got) != 1 || got[0].Digest != two {
		t.Errorf("in a hook: got %v", got)
	}
}

// stored is what helm keeps of a release of a chart that has a name of its own for the image.
func stored(config map[string]any, manifest string) Stored {
	s := Stored{Config: config, Manifest: manifest}
	s.Chart.Values = map[string]any{"singleuser": map[string]any{"image": map[string]any{"name": "unset", "tag": "unset"}}}
	return s
}

func TestImagesAreFoundInAllThatHelmKeeps(t *testing.T) {
	packed := base64.StdEncoding.EncodeToString([]byte(`{"profileList":[{"image":"user-a:t00000000000c"}]}`))
	data, err := Stored{Manifest: "kind: Secret\ndata: {values.yaml: " + packed + "}\n", fields: map[string]json.RawMessage{
		"config": json.RawMessage(`{"image":"user-a:t00000000000a"}`), "hooks": json.RawMessage(`[{"manifest":"image: x@sha256:` + strings.Repeat("0b", 32) + `"}]`),
	}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := Decode(data)
	got := read.Find(regexp.MustCompile(`\bt[0-9a-f]{12}\b|\b[0-9a-f]{64}\b`))
	if want := []string{strings.Repeat("0b", 32), "t00000000000a", "t00000000000c"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, got %q", err, got)
	}
}
