package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestImagesOfASection(t *testing.T) {
	c, err := load(t, `
images:
  r:
    directory: images/r
    values: ["list[name=R].image", {name: a.name, tag: a.tag}]
    hubs: [bio-*]
  base: {directory: images/base}
hubs:
  bio-staging:
    images: {r: {directory: images/r-next}, extra: {directory: "{hub}/extra"}}
`)
	if err != nil {
		t.Fatal(err)
	}
	for hub, want := range map[string]string{
		"":            "base:images/base r:images/r",
		"bio-prod":    "base:images/base r:images/r",
		"bio-staging": "base:images/base extra:{hub}/extra r:images/r-next",
	} {
		var got []string
		for _, image := range c.For(hub).Layout.Images {
			got = append(got, image.Key+":"+image.Dir)
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: got %s, want %s", hub, text, want)
		}
	}
	if r := fmt.Sprintf("%+v", c.For("bio-staging").Layout.Images[2]); r != "{Key:r Dir:images/r-next Elsewhere:{From: SignedBy: Unsigned:false Follow:false} Hubs:[bio-*] At:hubops.yaml:10 Names:[a.name] Tags:[a.tag] Whole:[list[name=R].image]}" {
		t.Errorf("got %s", r)
	}
	if got := dirsOf(c); got != "user-images/{hub} images/base images/r {hub}/extra images/r-next" {
		t.Errorf("got %s", got)
	}
}

func TestBadImages(t *testing.T) {
	for yaml, want := range map[string]string{
		"images: [r]\n":                                          "hubops.yaml:1: images: expected names of images",
		"images:\n  R: {directory: x}\n":                         `hubops.yaml:2: images: "R": an image is named by`,
		"images:\n  r: x\n":                                      "hubops.yaml:2: images: r: expected directory or from, and values",
		"images:\n  r:\n    dir: x\n":                            `hubops.yaml:3: images: r: unknown key "dir"; the keys are directory, from, values, hubs, follow, cosign_key, unsigned`,
		"images: {r: {directory: ../x}}\n":                       "images: r.directory: \"../x\": it leads out of the repository",
		"images: {r: {directory: .}}\n":                          "would have its secrets in it",
		"images: {r: {directory: \"x?\"}}\n":                     "name the hubs that have it",
		"images: {r: {directory: [x]}}\n":                        "expected a directory",
		"images: {r: {directory: \"{name}\"}}\n":                 "{name} is no placeholder",
		"images: {r: {from: [x]}}\n":                             "r.from: expected an image, such as quay.io/us/course:2024",
		"images: {r: {from: \"https://quay.io/x\"}}\n":           "\"https://quay.io/x\": write it as \"quay.io/x\"",
		"images: {r: {from: \"quay.io/X:1\"}}\n":                 "\"quay.io/X:1\" is no image: it is like quay.io/us/course:2024",
		"images: {r: {from: \"quay.io/x:{tag}\"}}\n":             "{tag} is no placeholder",
		"images: {r: {from: \"quay.io/x@sha256:1\"}}\n":          "is no image",
		"images:\n  r:\n    directory: x\n    from: quay.io/x\n": "hubops.yaml:4: images: r: it is built in a directory, or elsewhere (from): leave one of the two out",
		"images: {r: {from: quay.io/x, unsigned: maybe}}\n":      "r.unsigned: \"maybe\" is neither 1 nor 0",
		"images: {r: {from: quay.io/x, follow: [a]}}\n":          "r.follow: expected true or false",
		"images: {r: {from: quay.io/x, cosign_key: \"\"}}\n":     "r.cosign_key: expected a public key",
		"images: {r: {values: x}}\n":                             "r.values: expected a list of value paths",
		"images:\n  r:\n    values:\n    - a\n    - b[c].d\n":    "r.values: \"b[c].d\": a filter is like [display_name=R]",
		"images:\n  r:\n    values:\n    - a\n    - {name: b}\n": "hubops.yaml:5: images: r.values: a value path is a text",
		"images: {r: {hubs: \"a\"}}\n":                           "r.hubs: expected a list",
		"images: {r: {hubs: [\"[\"]}}\n":                         "is no pattern",
		"hubs:\n  a:\n    images: {r: {hubs: x}}\n":              "hubops.yaml:3: hubs.a.images: r.hubs: expected a list",
	} {
		if _, err := load(t, yaml); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", yaml, err, want)
		}
	}
}

// An image that is built elsewhere on production can be built here on staging, and another one on each hub: what is set for some changes parts.
func TestImagesBuiltElsewhere(t *testing.T) {
	c, err := load(t, `
images:
  user: {values: [{name: a.name, tag: a.tag}], from: "quay.io/us/{hub}:2024", follow: yes, cosign_key: theirs.pub}
image: {cosign_key: ours.pub}
hubs:
  b: {images: {user: {directory: images/b}}}
  c: {images: {user: {from: "quay.io/them/c@sha256:`+strings.Repeat("1", 64)+`", unsigned: true}}}
`)
	if err != nil {
		t.Fatal(err)
	}
	for hub, want := range map[string]string{
		"a": "{Key:user Dir: Elsewhere:{From:quay.io/us/{hub}:2024 SignedBy:theirs.pub Unsigned:false Follow:true} ",
		"b": "{Key:user Dir:images/b Elsewhere:{From: SignedBy:theirs.pub ",
		"c": "{Key:user Dir: Elsewhere:{From:quay.io/them/c@sha256:" + strings.Repeat("1", 64) + " SignedBy:theirs.pub Unsigned:true Follow:true} ",
	} {
		if got := fmt.Sprintf("%+v", c.For(hub).Layout.Images[0]); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "Names:[a.name] Tags:[a.tag] Whole:[]}") {
			t.Errorf("%s: got %s", hub, got)
		}
	}
	if got := strings.Join(c.Elsewhere(), " "); got != "quay.io/us/{hub}:2024 quay.io/them/c@sha256:"+strings.Repeat("1", 64) {
		t.Errorf("got %s", got)
	}
}

// Signatures are asked for where the repository has a key: another's key alone would be a setting that does nothing.
func TestAnotherKeyNeedsOneOfTheRepository(t *testing.T) {
	const theirs = "images:\n  user: {from: quay.io/us/x, cosign_key: theirs.pub}\n"
	const refused = "hubops.yaml:2: images.user.cosign_key: no deploy asks for a signature, as image.cosign_key (COSIGN_PUBLIC_KEY) is not set; set it: to the key of"
	for name, test := range map[string]struct {
		yaml    string
		environ []string
		want    string
	}{
		"none":                     {theirs, nil, refused},
		"none for one hub":         {"hubs:\n  a: {images: {user: {from: quay.io/us/x, cosign_key: theirs.pub}}}\n", nil, refused},
		"none and it is not used":  {"images:\n  user: {directory: images/x, cosign_key: theirs.pub}\n", nil, ""},
		"in the file":              {theirs + "image: {cosign_key: ours.pub}\n", nil, ""},
		"in a variable":            {theirs, []string{"COSIGN_PUBLIC_KEY=ours.pub"}, ""},
		"to sign with":             {theirs, []string{"COSIGN_KEY_FILE=ours.key"}, ""},
		"a run that cannot deploy": {theirs, []string{"TRAVIS=true", "TRAVIS_REPO_SLUG=us/hubs", "TRAVIS_PULL_REQUEST=7", "TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_BRANCH=main", "TRAVIS_PULL_REQUEST_SLUG=us/hubs"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := load(t, test.yaml, test.environ...)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v", err)
			}
			if keys := slices.Equal(c.KeysElsewhere(), []string{"theirs.pub"}); keys == (name == "none and it is not used") {
				t.Errorf("keys: %q", c.KeysElsewhere())
			}
		})
	}
}
