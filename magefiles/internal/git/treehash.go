package git

import (
	"cmp"
	"crypto/sha1" // #nosec G505 -- Git's own hash of a tree
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// TreeHash returns the hash that Git gives a directory with these files: git-scm.com/book/en/v2/Git-Internals-Git-Objects. Their paths are
// relative to it. It is "" for hashes that are none.
func TreeHash(files []File) string {
	type entry struct{ mode, name, hash string }
	var entries []entry
	below := map[string][]File{}
	for _, file := range files {
		dir, rest, deeper := strings.Cut(file.Path, "/")
		if deeper {
			file.Path = rest
			below[dir] = append(below[dir], file)
			continue
		}
		entries = append(entries, entry{file.Mode, file.Path, file.Hash})
	}
	for dir, inside := range below {
		entries = append(entries, entry{"40000", dir, TreeHash(inside)})
	}
	key := func(e entry) string { // Git sorts a directory as if its name ended with a slash
		if e.mode == "40000" {
			return e.name + "/"
		}
		return e.name
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(key(a), key(b)) })
	var content strings.Builder
	sum := sha1.New() // #nosec G401 -- as above
	for _, e := range entries {
		raw, err := hex.DecodeString(e.hash)
		if err != nil || len(raw) == 0 {
			return ""
		}
		if len(raw) == sha256.Size {
			sum = sha256.New()
		}
		content.WriteString(e.mode + " " + e.name + "\x00" + string(raw))
	}
	_, _ = fmt.Fprintf(sum, "tree %d\x00%s", content.Len(), content.String())
	return hex.EncodeToString(sum.Sum(nil))
}
