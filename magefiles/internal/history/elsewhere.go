package history

import (
	"regexp"
	"strings"
)

// What of the tag, and of the digest of the whole name, is in the mark of an image that is built elsewhere. With the digest of the image
// that is all of a label.
const (
	markTag  = 20
	markHash = 8
)

var notInMark = regexp.MustCompile(`[^A-Za-z0-9]+`)

// ElsewhereTag is what is recorded as the tag of an image that is built elsewhere, whose tag can be longer than a label, and hold what that
// cannot: the beginning of the tag, and a digest of the name that the settings give the image. Another name is another image.
func ElsewhereTag(from, tag string) string {
	text := strings.Trim(notInMark.ReplaceAllString(tag, "-"), "-")
	text = strings.TrimRight(text[:min(len(text), markTag)], "-")
	return strings.TrimLeft(text+"-"+Digest(from)[:markHash], "-")
}
