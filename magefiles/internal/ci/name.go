package ci

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// longestName is the longest accepted name of a branch or tag, in bytes: file systems can hold no longer one.
const longestName = 255

// checkName returns why Git could not have a branch or a tag of this name: git-scm.com/docs/git-check-ref-format. The
// empty name, for none, is fine.
func checkName(name string) error {
	switch {
	case len(name) > longestName:
		return errors.New("which is too long for a branch or a tag")
	case !utf8.ValidString(name):
		return errors.New("which is not UTF-8")
	case strings.HasPrefix(name, "-"):
		return errors.New("which could be taken for an option")
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(` ~^:?*[\`, r) }),
		strings.Contains(name, ".."), strings.Contains(name, "@{"), strings.Contains(name, "//"),
		strings.HasPrefix(name, "/"), strings.HasSuffix(name, "/"), strings.HasSuffix(name, "."), strings.HasSuffix(name, ".lock"),
		strings.HasPrefix(name, "."), strings.Contains(name, "/."):
		return errors.New("which can be no branch or tag")
	}
	return nil
}

// event returns the name of a kind of event that hub-ops does not know, reduced to a plain word.
func event(kind string) string {
	if kind == "" || len(kind) > 40 || strings.ContainsFunc(kind, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') }) {
		return "unknown event"
	}
	return kind + " event"
}
