package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// RepositoryLabel is the label that says which repository something belongs to: on each revision of a release, on the lock of
// each namespace that was deployed into, and on each namespace that a deploy has made.
const RepositoryLabel = "hub-ops.repository"

// Repositories are the marks of the repositories that a clone stands for: that of its remote origin first, then those of its other
// remotes. A clone without a remote has none.
type Repositories []string

// Marks returns the marks of repositories, given as owner/name.
func Marks(names []string) Repositories {
	var marks Repositories
	for _, name := range names {
		marks = append(marks, mark(name))
	}
	return marks
}

// mark is a repository's name as a label can hold it. One that is too long ends in a digest.
func mark(name string) string {
	const longest, digits = 63, 10
	value := labelValue(strings.ReplaceAll(name, "/", "_"))
	if len(name) > longest {
		value = strings.TrimRight(value[:longest-digits-1], "._-") + "-" + Digest(name)[:digits]
	}
	return value
}

// Mark is what this clone puts on what it makes.
func (r Repositories) Mark() string {
	if len(r) == 0 {
		return None
	}
	return r[0]
}

// Own reports whether what carries the mark belongs to this clone: its repository is among the remotes, or whoever made it did not
// know any.
func (r Repositories) Own(mark string) bool {
	return mark != "" && (mark == None || slices.Contains(r, mark))
}

// Foreign says why a release is not this clone's to change, in words that end a sentence on the release; "" if it is, or if there
// is none. It is ours if the newest revision that hub-ops made was deployed from here, for this hub; later revisions may be anybody's, as
// after a 'helm rollback' by hand.
func (r Release) Foreign(here Repositories, hub string) string {
	newest := r.Newest()
	if newest.Number == 0 {
		return ""
	}
	recorded := r.Recorded()
	switch {
	case recorded.Number == 0:
		return fmt.Sprintf("hub-ops did not make it (revision %d, %s)", newest.Number, newest.Status)
	case known(recorded.Record.Hub) && recorded.Record.Hub != hub:
		return fmt.Sprintf("it is that of hub %s (revision %d, by %s)", recorded.Record.Hub, recorded.Number, cmp.Or(recorded.Record.Run, "somebody"))
	case recorded.Record.Repository == "", here.Own(recorded.Record.Repository): // earlier versions did not record it
		return ""
	}
	return fmt.Sprintf("it was deployed from another repository, %s (revision %d, by %s)", recorded.Record.Repository, recorded.Number, cmp.Or(recorded.Record.Run, "somebody"))
}

// Recorded is the newest revision that hub-ops has made; its number is 0 if there is none.
func (r Release) Recorded() Revision {
	for _, revision := range slices.Backward(r.Revisions) {
		if revision.Record.Commit != "" {
			return revision
		}
	}
	return Revision{}
}
