package config

import (
	"strings"
	"testing"
)

func TestSizeLimits(t *testing.T) {
	for name, test := range map[string]struct {
		yaml, env string
		want      map[string]int64
	}{
		"none":        {"", "", map[string]int64{"a": 0}},
		"one for all": {"image: {max_size: 6GB}\n", "", map[string]int64{"a": 6e9}},
		"by hub":      {"image: {max_size: {'*': 6 GB, 'lab-*': 1.5GB, lab-x: 500MB}}\n", "", map[string]int64{"a": 6e9, "lab-a": 15e8, "lab-x": 5e8}},
		"environment": {"image: {max_size: 6GB}\n", "IMAGE_MAX_SIZE=*=1GB,a=2GB", map[string]int64{"a": 2e9, "b": 1e9}},
	} {
		c, err := load(t, test.yaml, test.env)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for hub, want := range test.want {
			if got := LimitOf(c.MaxSize, hub); got != want {
				t.Errorf("%s: %s may have %d bytes, want %d", name, hub, got, want)
			}
		}
	}
	for yaml, want := range map[string]string{
		"image: {max_size: big}\n":      `hubops.yaml:1: image.max_size: "big" is not a size like 6GB or 500MB`,
		"image: {max_size: {a: -1GB}}":  "is not a size",
		"image: {max_size: [1GB]}\n":    "expected a size, or hubs, each with a size",
		"image: {max_size: {'[': 1GB}}": "neither a hub nor a pattern",
	} {
		if _, err := load(t, yaml); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", yaml, err, want)
		}
	}
}

func TestSettingsOfAnotherBranch(t *testing.T) {
	c, err := load(t, "image: {shared: [here]}\njobs: 3\n", "IMAGE_BUILD_ARGS=A=1")
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.WithImages("b:hubops.yaml", []byte("image:\n  build_args: [B=2]\n  news: 1\njobs: 9\n"))
	if err != nil || len(other.Shared) != 0 || strings.Join(other.BuildArgs, " ") != "B=2" || other.Jobs != 3 {
		t.Errorf("%+v, %v", other, err)
	}
	if strings.Join(c.BuildArgs, " ") != "A=1" || strings.Join(c.Shared, " ") != "here" {
		t.Errorf("its own have changed: %+v", c)
	}
	if other, err := c.WithImages("b:hubops.yaml", nil); err != nil || len(other.BuildArgs) != 0 {
		t.Errorf("without a file: %+v, %v", other, err)
	}
	if _, err := c.WithImages("b:hubops.yaml", []byte("\nimage: {shared: x}\n")); err == nil || !strings.Contains(err.Error(), "b:hubops.yaml:2: image.shared: expected a list") {
		t.Errorf("got %v", err)
	}
}

func dirsOf(c *Config) string {
	var dirs []string
	for _, image := range c.ImagePatterns() {
		dirs = append(dirs, image.Dir)
	}
	return strings.Join(dirs, " ")
}

// What a branch sets for some hubs only is its own, and not what is checked out here.
func TestImagesOfSomeHubsOnAnotherBranch(t *testing.T) {
	c, err := load(t, "hubs: {here: {layout: {image: here}}}\n")
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.WithImages("b:hubops.yaml", []byte("hubs:\n  \"*-staging\": {layout: {image: \"images/{hub}-staging\", news: 1}, helm: {force: true}}\n  x: {jobs: 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := dirsOf(other); got != "user-images/{hub} images/{hub}-staging" {
		t.Errorf("got %s", got)
	}
	if got := dirsOf(c); got != "user-images/{hub} here" {
		t.Errorf("its own have changed: %s", got)
	}
	if _, err := c.WithImages("b:hubops.yaml", []byte("hubs: {x: {\nlayout: {image: [a]}}}\n")); err == nil || !strings.Contains(err.Error(), "b:hubops.yaml:2: hubs.x.layout.image: expected a single value") {
		t.Errorf("got %v", err)
	}
}
