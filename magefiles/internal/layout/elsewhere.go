package layout

import (
	"fmt"
	"regexp"
	"strings"
)

// Elsewhere is what is said of an image that no run builds or pushes: somebody else does, in a repository of images of their own.
type Elsewhere struct {
	From     string // the image, with its tag or its digest; before Locate a pattern of that. "" for an image that is built in a directory
	SignedBy string // public key of who signs it; "" for that of the repository's own images
	Unsigned bool   // it is taken without a signature where others need one
	Follow   bool   // a deploy takes what its tag names by then
}

// BuiltElsewhere reports whether it is such an image.
func (e Elsewhere) BuiltElsewhere() bool { return e.From != "" }

// Parts are those of its name: quay.io/us/course, 2024, and sha256:… or "". An image that names neither tag nor digest is the one that is
// tagged latest, as for Docker.
func (e Elsewhere) Parts() (repository, tag, digest string) {
	repository, digest, _ = strings.Cut(e.From, "@")
	if at := strings.LastIndexByte(repository, ':'); at > strings.LastIndexByte(repository, '/') {
		repository, tag = repository[:at], repository[at+1:]
	}
	if tag == "" && digest == "" {
		tag = "latest"
	}
	return repository, tag, digest
}

// Fixed reports whether the name says by a digest which image it is, so that no tag can name another one.
func (e Elsewhere) Fixed() bool {
	_, _, digest := e.Parts()
	return digest != ""
}

// elsewhereName matches the name of an image: github.com/distribution/reference. The placeholders of a pattern have been filled in.
var elsewhereName = regexp.MustCompile(`^(?:(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]+)?/)?` +
	`[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*` +
	`(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`)

// CheckFrom returns what is wrong with the pattern of an image that is built elsewhere.
func CheckFrom(pattern string) error {
	if _, rest, found := strings.Cut(pattern, "://"); found {
		return fmt.Errorf("%q: write it as %q", pattern, rest)
	}
	for _, found := range placeholder.FindAllString(pattern, -1) {
		if err := Check(found); err != nil {
			return err
		}
	}
	if !elsewhereName.MatchString(Sample(pattern)) {
		return fmt.Errorf("%q is no image: it is like quay.io/us/course:2024 or quay.io/us/course@sha256:…", pattern)
	}
	return nil
}

// Sample is what a pattern can stand for: each placeholder is a name in it.
func Sample(pattern string) string { return placeholder.ReplaceAllString(pattern, "x") }

// fillFrom puts the names of a hub into the pattern of an image.
func fillFrom(pattern string, n Names) (string, error) {
	filled := placeholder.ReplaceAllStringFunc(pattern, func(found string) string { return n.of(found[1 : len(found)-1]) })
	if _, err := fill(pattern, n); err != nil {
		return filled, err
	}
	return filled, CheckFrom(filled)
}
