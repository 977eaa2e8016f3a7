package hub

import (
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/spelling"
)

// Unmatched returns a sentence for each pattern of files that no hub has, and each of hubs with an image that fits none. The files may all be
// missing, or a hub would be refused; but then the pattern is misspelt, or not needed. The patterns that need no settings are left out. See
// likeEnvironments for files that no pattern fits because of their names.
func (d *Directory) Unmatched() []string {
	type key struct{ setting, pattern string }
	var all []key
	matched, standard := map[key]bool{}, layout.Default()
	note := func(setting, pattern string, there bool) {
		k := key{setting, pattern}
		if !slices.Contains(all, k) {
			all = append(all, k)
		}
		matched[k] = matched[k] || there
	}
	for _, name := range d.names {
		parts := d.layout.Of(name)
		located, err := d.locate(name)
		if err != nil {
			continue // it is told when the hub is read
		}
		for i, file := range located.Values {
			note("layout.values", parts.Values[i], d.files.Has(file.Path))
		}
		for i, file := range located.Secrets {
			if !slices.Contains(standard.Secrets, parts.Secrets[i]) {
				note("layout.secrets", parts.Secrets[i], d.files.Has(file.Path))
			}
		}
		if parts.Image != "" && parts.Image != standard.Image {
			note("layout.image", parts.Image, len(d.files.Below(located.Image)) > 0)
		}
		for _, image := range parts.Images {
			for _, hubs := range image.Hubs {
				note("images."+image.Key+".hubs", hubs, pattern.Fits(hubs, name))
			}
		}
	}
	sentences := d.likeEnvironments()
	for _, k := range all {
		if !matched[k] {
			what := "nothing of any hub"
			if strings.HasPrefix(k.setting, "images.") {
				what = "no hub"
			}
			sentences = append(sentences, fmt.Sprintf("%s: %s fits %s", k.setting, k.pattern, what))
		}
	}
	return sentences
}

// likeEnvironments returns a sentence for each file that would make a hub, if the environment in its path were spelt as another: nobody would miss
// that hub. What is like no environment is none, as common.yaml beside prod.yaml.
func (d *Directory) likeEnvironments() []string {
	var environments, sentences []string
	for _, one := range d.layout.Environments {
		environments = append(environments, one.Name)
	}
	if len(environments) == 0 || !layout.Has(d.layout.Hubs, "env") {
		return nil
	}
	for _, file := range d.files.Below(d.layout.Root()) {
		n, fits := layout.Match(d.layout.Hubs, file)
		if !fits || d.layout.Ignored(n) || slices.Contains(environments, n.Env) {
			continue
		}
		near := n
		if near.Env = spelling.Nearest(n.Env, environments); near.Env != "" && !d.Has(near.Name()) {
			sentences = append(sentences, fmt.Sprintf("layout.environments: %s is of none of them, and there is no hub %s: is %s meant?", spelling.Shown(file), near.Name(), near.Env))
		}
	}
	return sentences
}
