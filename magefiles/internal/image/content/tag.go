package content

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

// hash returns one hash for all of it, as it is now and as it is committed; "" where the context does not exist. With
// nothing but a context it is the hash of the context's Git tree.
func (c Content) hash() (now, committed string) {
	if len(c.Shared) == 0 && len(c.Args) == 0 && len(c.Platforms) == 0 && len(c.Bases) == 0 && c.Base == "" && c.Repo2docker == "" {
		return c.Context.Hash, c.Context.Committed
	}
	present, past := []string{c.Context.Hash}, []string{c.Context.Committed}
	for _, shared := range c.Shared {
		present = append(present, shared.Name()+" "+shared.Hash)
		past = append(past, shared.Name()+" "+shared.Committed)
	}
	for _, base := range c.Bases {
		now, committed := base.Content.hash()
		present = append(present, "image "+base.Variable+" "+now)
		past = append(past, "image "+base.Variable+" "+committed)
	}
	sum := func(parts []string) string {
		if parts[0] == "" {
			return ""
		}
		parts = append(parts, c.Args...)
		for _, platform := range c.Platforms {
			parts = append(parts, "platform "+platform)
		}
		if c.Repo2docker != "" {
			parts = append(parts, "repo2docker "+c.Repo2docker)
		}
		if c.Base != "" {
			parts = append(parts, "base "+c.Base)
		}
		for i, part := range parts {
			if strings.Contains(part, "\n") { // which would be the end of it
				parts[i] = "quoted " + strconv.Quote(part)
			}
		}
		digest := sha256.Sum256([]byte(strings.Join(parts, "\n")))
		return hex.EncodeToString(digest[:])
	}
	return sum(present), sum(past)
}

// Dirty reports whether any of it is not committed.
func (c Content) Dirty() bool {
	now, committed := c.hash()
	return now != committed
}

// Tag returns the tag of the content: "t" and 12 hex digits of its hash, and for uncommitted content "-dirty-" and 8 digits of
// its own hash. Because of the letter, YAML does not read the tag as a number.
func (c Content) Tag() string {
	const none = "000000000000"
	now, committed := c.hash()
	if now == committed {
		return "t" + digits(committed, none, 12)
	}
	return "t" + digits(committed, none, 12) + dirtyMark + digits(now, none, 8)
}

func digits(hash, none string, length int) string {
	if len(hash) < length {
		hash = none
	}
	return hash[:length]
}

// IsTag reports whether a tag is one that Content.Tag makes.
func IsTag(tag string) bool { return ownTag.MatchString(tag) }

// IsDirtyTag reports whether a tag names uncommitted content.
func IsDirtyTag(tag string) bool { return strings.Contains(tag, dirtyMark) }

// dirtyMark is in the tag of uncommitted content.
const dirtyMark = "-dirty-"

// TagPattern is a regular expression for what Content.Tag makes, and nothing else: an extended one that git understands
// too.
const TagPattern = `t[0-9a-f]{12}(-dirty-[0-9a-f]{8})?`

var ownTag = regexp.MustCompile(`^` + TagPattern + `$`)
