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
	reference := regexp.MustCompile(`(?:^|[^\w./-])` + regexp.QuoteMeta(name) + `(?::(\w[\w.-]*))?(?:@(` + digestPattern + `))?`)
	for _, match := range reference.FindAllStringSubmatch(s.Manifest, -1) {
		if match[1] != "" || match[2] != "" {
			add(HeldImage{name, match[1], match[2]})
		}
	}
	slices.SortFunc(found, func(a, b HeldImage) int { return cmp.Or(cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.Digest, b.Digest)) })
	return found
}
