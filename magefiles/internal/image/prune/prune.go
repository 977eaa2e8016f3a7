// Package prune decides which tags of a repository may be deleted, and why. It is pure: tags and what is needed go in, verdicts come
// out. Package survey/needed collects what is needed, package ops/images calls Plan and deletes.
package prune

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Tag is a tag in the registry, and what it names.
type Tag struct {
	Name     string
	Ours     bool      // made by hub-ops from the content of an image; other tags are never deleted
	Digest   string    // of the manifest that it names
	Children []string  // digests of the manifests that it leads to, if it names an index
	Created  time.Time // zero if the image does not say
	Base     string    // digest of the image that it was built on; "" if it does not say
	// Repo2docker is the version of the program that built it where there is no Dockerfile; "" if it does not say.
	Repo2docker string
	Source      string // address of the repository that it was built from; "" if it does not say
	Foreign     string // name of that repository, if it is another one than ours; "" if it is ours or not known
	// Referrers are digests of manifests that refer to one of these, without a tag: signatures and the like.
	Referrers []string
	About     string // digest of the manifest that it is about, for a tag of signatures or the like; it goes with that
}

// Needs is what must stay, each with what needs it: "newest of branch staging".
type Needs struct {
	Tags    map[string]string // by tag
	Digests map[string]string // by digest of a manifest
}

// Limits keep tags that nothing needs.
type Limits struct {
	Age   time.Duration // younger ones stay
	Count int           // how many of a repository stay, the newest first
}

// Verdict is the decision about a tag.
type Verdict struct {
	Tag
	Delete  bool
	Reason  string
	Digests []string // what to delete with it, what refers to it first and the index before its children; never what another tag needs
}

// Plan returns a verdict for each tag of one repository: those to delete first, the oldest first; then those that stay.
// A tag is deleted if nothing needs it, it is older than the limit, beyond the count, and shares no manifest with a tag that
// stays.
func Plan(tags []Tag, needs Needs, limits Limits, now time.Time) []Verdict {
	verdicts := make([]Verdict, 0, len(tags))
	var unneeded []int
	var about []Tag
	for _, tag := range tags {
		if tag.About != "" {
			about = append(about, tag)
			continue
		}
		reason := stays(tag, needs)
		if reason == "" {
			unneeded = append(unneeded, len(verdicts))
		}
		verdicts = append(verdicts, Verdict{Tag: tag, Reason: reason})
	}
	slices.SortStableFunc(unneeded, func(a, b int) int { return verdicts[b].Created.Compare(verdicts[a].Created) })
	for rank, at := range unneeded {
		verdict := &verdicts[at]
		switch {
		case verdict.Foreign != "":
			verdict.Reason = "built from another repository, " + verdict.Foreign
		case verdict.Created.IsZero():
			verdict.Reason = "does not say how old it is"
		case now.Sub(verdict.Created) < limits.Age:
			verdict.Reason = "younger than " + days(limits.Age)
		case rank < limits.Count:
			verdict.Reason = fmt.Sprintf("among the newest %d that nothing needs", limits.Count)
		default:
			verdict.Delete = true
			verdict.Reason = fmt.Sprintf("no branch, release or pod needs it; %s old", days(now.Sub(verdict.Created)))
		}
	}
	kept := share(verdicts, needs)
	verdicts = append(verdicts, attached(about, verdicts, kept)...)
	slices.SortStableFunc(verdicts, func(a, b Verdict) int {
		if a.Delete != b.Delete {
			return cmp.Compare(rank(a), rank(b))
		}
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Name, b.Name))
	})
	return verdicts
}

func rank(v Verdict) int {
	if v.Delete {
		return 0
	}
	return 1
}

// stays returns why a tag stays at any age, "" if nothing needs it.
func stays(tag Tag, needs Needs) string {
	if !tag.Ours {
		return "not made by hub-ops"
	}
	if who, needed := needs.Tags[tag.Name]; needed {
		return who
	}
	for _, digest := range append([]string{tag.Digest}, tag.Children...) {
		if who, needed := needs.Digests[digest]; needed {
			return who
		}
	}
	return ""
}

// share spares what a tag that stays needs as well: a registry deletes a manifest with all tags that name it, and an
// index is broken without its children. It returns the digests that are kept, each with a tag that needs it.
func share(verdicts []Verdict, needs Needs) (kept map[string]string) {
	kept = map[string]string{}
	for digest := range needs.Digests {
		kept[digest] = ""
	}
	for _, verdict := range verdicts {
		if !verdict.Delete {
			keep(kept, verdict.Tag)
		}
	}
	for again := true; again; { // a manifest that is kept has children, which are kept too
		again = false
		for i := range verdicts {
			verdict := &verdicts[i]
			if other, shared := kept[verdict.Digest]; verdict.Delete && shared {
				verdict.Delete, verdict.Reason, again = false, "the same manifest as "+other, true
				keep(kept, verdict.Tag)
			}
		}
	}
	for i := range verdicts {
		if verdict := &verdicts[i]; verdict.Delete {
			verdict.Digests = unless(kept, verdict.Tag)
		}
	}
	return kept
}

// unless lists the manifests of a tag, without those that are kept.
func unless(kept map[string]string, tag Tag) []string {
	all := slices.Concat(tag.Referrers, []string{tag.Digest}, tag.Children)
	return slices.DeleteFunc(all, func(digest string) bool { _, shared := kept[digest]; return shared })
}

func keep(kept map[string]string, tag Tag) {
	for _, digest := range append([]string{tag.Digest}, tag.Children...) {
		if kept[digest] == "" {
			kept[digest] = tag.Name
		}
	}
}

// days is a length of time in whole days.
func days(length time.Duration) string {
	const day = 24 * time.Hour
	if length == day {
		return "1 day"
	}
	if length < 2*day {
		return length.Round(time.Minute).String()
	}
	return fmt.Sprintf("%d days", length/day)
}
