package prune

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const day = 24 * time.Hour

var now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// ours is a tag of hub-ops that is so many days old.
func ours(name, digest string, age int, children ...string) Tag {
	return Tag{Name: name, Ours: true, Digest: digest, Children: children, Created: now.Add(-time.Duration(age) * day)}
}

func TestPlan(t *testing.T) {
	cache := Tag{Name: "hub-ops-cache", Digest: "d1"}
	for name, test := range map[string]struct {
		tags   []Tag
		needs  Needs
		limits Limits
		gone   string // tag and digests of each that is deleted
		kept   map[string]string
	}{
		"nothing": {},
		"nobody needs it": {
			tags: []Tag{ours("t1", "d1", 40), ours("t2", "d2", 50)},
			gone: "t2 d2; t1 d1",
		},
		"somebody's": {
			tags: []Tag{{Name: "latest", Digest: "d1", Created: now.Add(-900 * day)}},
			kept: map[string]string{"latest": "not made by hub-ops"},
		},
		"needed by its tag": {
			tags:  []Tag{ours("t1", "d1", 900), ours("t2", "d2", 900)},
			needs: Needs{Tags: map[string]string{"t1": "tip of branch master"}},
			gone:  "t2 d2",
			kept:  map[string]string{"t1": "tip of branch master"},
		},
		"needed by its digest": {
			tags:  []Tag{ours("t1", "d1", 900)},
			needs: Needs{Digests: map[string]string{"d1": "a pod runs it"}},
			kept:  map[string]string{"t1": "a pod runs it"},
		},
		"a node took one platform of it": {
			tags:  []Tag{ours("t1", "d1", 900, "amd", "arm")},
			needs: Needs{Digests: map[string]string{"arm": "a pod runs it"}},
			kept:  map[string]string{"t1": "a pod runs it"},
		},
		"signatures go with what they are about, and before it": {
			tags: []Tag{
				ours("t1", "d1", 900, "amd"), ours("t2", "d2", 900),
				{Name: "sig1", Digest: "s1", Children: []string{"b1"}, About: "d1"},
				{Name: "sig2", Digest: "s2", About: "d2"},
				{Name: "amd.att", Digest: "a1", About: "amd"},
				{Name: "sig3", Digest: "s3", About: "d3"},
			},
			needs: Needs{Tags: map[string]string{"t2": "tip of branch master"}},
			gone:  "amd.att a1; sig1 s1 b1; t1 d1 amd",
			kept:  map[string]string{"t2": "tip of branch master", "sig2": "about an image that stays", "sig3": "about a manifest that no tag names"},
		},
		"signatures of what runs, and of what shares a manifest": {
			tags: []Tag{
				cache, ours("t1", "d1", 900),
				{Name: "sig1", Digest: "s1", About: "d1"},
				{Name: "sig2", Digest: "s2", About: "d2"},
				ours("t3", "d3", 900),
				{Name: "sig3", Digest: "s1", About: "d3"},
				{Name: "mine", Digest: "s1"},
			},
			needs: Needs{Digests: map[string]string{"d2": "a pod runs it"}},
			gone:  "t3 d3",
			kept: map[string]string{
				"hub-ops-cache": "not made by hub-ops", "t1": "the same manifest as hub-ops-cache", "sig1": "about an image that stays",
				"sig2": "about an image that is needed", "sig3": "the same manifest as mine", "mine": "not made by hub-ops",
			},
		},
		"what refers to it goes first": {
			tags: []Tag{{Name: "t1", Ours: true, Digest: "d1", Children: []string{"amd"}, Referrers: []string{"s1", "d2"}, Created: now.Add(-900 * day)}, {Name: "mine", Digest: "d2"}},
			gone: "t1 s1 d1 amd",
			kept: map[string]string{"mine": "not made by hub-ops"},
		},
		"of another repository that pushes to the same place": {
			tags: []Tag{{Name: "t1", Ours: true, Digest: "d1", Created: now.Add(-900 * day), Foreign: "them/hubs"}, ours("t2", "d2", 900)},
			gone: "t2 d2",
			kept: map[string]string{"t1": "built from another repository, them/hubs"},
		},
		"young": {
			tags:   []Tag{ours("t1", "d1", 29), ours("t2", "d2", 31)},
			limits: Limits{Age: 30 * day},
			gone:   "t2 d2",
			kept:   map[string]string{"t1": "younger than 30 days"},
		},
		"the newest stay, and what is needed does not count": {
			tags:   []Tag{ours("t1", "d1", 10), ours("t2", "d2", 20), ours("t3", "d3", 30)},
			needs:  Needs{Tags: map[string]string{"t1": "needed"}},
			limits: Limits{Count: 1},
			gone:   "t3 d3",
			kept:   map[string]string{"t2": "among the newest 1 that nothing needs"},
		},
		"no date": {
			tags: []Tag{{Name: "t1", Ours: true, Digest: "d1"}},
			kept: map[string]string{"t1": "does not say how old it is"},
		},
		"the same manifest as a tag that stays": {
			tags: []Tag{cache, ours("t1", "d1", 900), ours("t2", "d2", 900)},
			gone: "t2 d2",
			kept: map[string]string{"t1": "the same manifest as hub-ops-cache"},
		},
		"a child of an index that stays": {
			tags: []Tag{{Name: "all", Digest: "d0", Children: []string{"d1", "d2"}}, ours("t1", "d1", 900)},
			kept: map[string]string{"t1": "the same manifest as all"},
		},
		"an index goes with its children, but for those of others": {
			tags: []Tag{ours("t1", "d1", 900, "amd", "arm"), ours("t2", "d2", 1, "arm")},
			limits: Limits{
				Age: 30 * day,
			},
			gone: "t1 d1 amd",
		},
		"spared for its manifest, it spares its children": {
			tags: []Tag{
				{Name: "all", Digest: "d0", Children: []string{"d1"}},
				ours("t1", "d1", 900, "d2"), ours("t2", "d2", 900),
			},
			kept: map[string]string{"t1": "the same manifest as all", "t2": "the same manifest as t1"},
		},
		"two tags of one manifest": {
			tags: []Tag{ours("t1", "d1", 900), ours("t2", "d1", 901)},
			gone: "t2 d1; t1 d1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var gone []string
			kept := map[string]string{}
			for _, verdict := range Plan(test.tags, test.needs, test.limits, now) {
				if verdict.Delete {
					gone = append(gone, strings.Join(append([]string{verdict.Name}, verdict.Digests...), " "))
				} else {
					kept[verdict.Name] = verdict.Reason
				}
			}
			if got := strings.Join(gone, "; "); got != test.gone {
				t.Errorf("deletes %q, want %q", got, test.gone)
			}
			for tag, reason := range test.kept {
				if kept[tag] != reason {
					t.Errorf("keeps %s because of %q, want %q", tag, kept[tag], reason)
				}
			}
		})
	}
}

// What is deleted is never what a tag that stays needs, whatever the tags, needs and limits are.
func FuzzPlanSparesWhatIsNeeded(f *testing.F) {
	f.Add([]byte("abcdefgh"), "t1", 3)
	f.Fuzz(func(t *testing.T, shape []byte, needed string, count int) {
		var tags []Tag
		for i, b := range shape[:min(len(shape), 40)] {
			tag := ours("t"+string(rune('0'+b%7)), "d"+string(rune('0'+b%5)), i)
			tag.Ours = b&64 == 0
			if b&128 != 0 {
				tag.Children = []string{"d" + string(rune('0'+b%3))}
			}
			tags = append(tags, tag)
		}
		needs := Needs{Tags: map[string]string{needed: "x"}, Digests: map[string]string{"d4": "y"}}
		var gone, kept []string
		for _, verdict := range Plan(tags, needs, Limits{Count: count}, now) {
			if verdict.Delete && (verdict.Name == needed || !verdict.Ours) {
				t.Errorf("deletes %+v", verdict)
			}
			if verdict.Delete {
				gone = append(gone, verdict.Digests...)
			} else {
				kept = append(kept, append([]string{verdict.Digest}, verdict.Children...)...)
			}
		}
		for _, digest := range append(kept, "d4") {
			if slices.Contains(gone, digest) {
				t.Errorf("deletes %s, which is needed", digest)
			}
		}
	})
}
