package history

import (
	"cmp"
	"regexp"
	"slices"
)

// HeldImage is an image of a hub that a revision holds.
type HeldImage struct {
	Name   string // of the repository: registry.example.org/user-course
	Tag    string
	Digest string // "" if the revision names the image by its tag alone: then nodes get what the tag names now
}

// Pinned is the image by its digest, or by its tag if that is all the revision says.
func (i HeldImage) Pinned() string {
	if i.Digest != "" {
		return i.Name + "@" + i.Digest
	}
	return i.Name + ":" + i.Tag
}

const digestPattern = `sha256:[0-9a-f]{64}`

// HeldImages finds the images of a repository in a revision: what helm puts back when it rolls back to it. own matches the tags
// that hub-ops makes. namePaths are the value paths that were given the image's name: the repository may have been another one then.
func (s Stored) HeldImages(repository, own string, namePaths []string) []HeldImage {
	name := repository
	for _, path := range namePaths {
		name = cmp.Or(textAt(s.Config, path), name) // and not the chart's own, which the release was given another one for
	}
	var found []HeldImage
	add := func(image HeldImage) {
		if !slices.Contains(found, image) {
			found = append(found, image)
		}
	}
	value := regexp.MustCompile(`^(` + own + `)(?:@(` + digestPattern + `))?$`)
	digestAt := value.NumSubexp()
	for _, text := range scalars(s.Config, "", nil, nil) {
		if match := value.FindStringSubmatch(text); match != nil {
			add(HeldImage{name, match[1], match[digestAt]})
		}
	}
	if name == "" {
		return found // and what names an image otherwise is not known to be one
	}
	for _, image := range references(regexp.QuoteMeta(name), s.texts()) {
		add(image)
	}
	slices.SortFunc(found, func(a, b HeldImage) int { return cmp.Or(cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Digest, b.Digest)) })
	return found
}

// HeldReferences finds the images that a revision names in full: in what was given to it and in what was rendered. repositories
// is a regular expression, without groups, for those that count.
func (s Stored) HeldReferences(repositories string) []HeldImage {
	return references(repositories, append(scalars(s.Config, "", nil, nil), s.texts()...))
}

// references finds images of repositories in texts, each once.
func references(repositories string, texts []string) []HeldImage {
	reference := regexp.MustCompile(`(?:^|[^\w./-])(` + repositories + `)(?::(\w[\w.-]*))?(?:@(` + digestPattern + `))?`)
	var found []HeldImage
	for _, text := range texts {
		for _, match := range reference.FindAllStringSubmatch(text, -1) {
			image := HeldImage{match[1], match[2], match[3]}
			if (image.Tag != "" || image.Digest != "") && !slices.Contains(found, image) {
				found = append(found, image)
			}
		}
	}
	return found
}

// texts returns what was rendered: the manifest, and the hooks, which helm keeps apart.
func (s Stored) texts() []string {
	texts := []string{s.Manifest}
	for _, hook := range s.Hooks {
		texts = append(texts, hook.Manifest)
	}
	return texts
}
