package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/history"
)

// Since is what has changed in an image's content since the hub's last image.
type Since struct {
	Files   []string // relative to the context
	Commits int
	Base    string // an image of the repository that it is built on, and that has changed; "" if none has
}

// String is "context changed: Dockerfile, environment.yml (3 commits)", or "" if nothing is known.
func (s Since) String() string {
	base := ""
	if s.Base != "" {
		base = "its base image " + s.Base + " changed"
	}
	if len(s.Files) == 0 {
		return base
	}
	if base != "" {
		base = "; " + base
	}
	text := "context changed: " + some(s.Files)
	if s.Commits == 1 {
		return text + " (1 commit)" + base
	}
	return fmt.Sprintf("%s (%d commits)%s", text, s.Commits, base)
}

// ImageFacts is what is known of one image of a hub.
type ImageFacts struct {
	Key      string // tells the hub's images apart; "" for the one of layout.image
	Name     string // among those of the repository: hubs can share an image
	Base     bool   // others are built on it, and it goes into no release
	Tag      string
	Dirty    bool
	Present  bool   // the registry has the tag
	Digest   string // of what it has under the tag
	Signed   bool   // the registry has a signature of that, by whatever key
	Unplaced bool   // no setting says where it is kept, so nobody was asked for it
	Unsure   bool   // the registry refuses these credentials, so the fields above are not known
	Pushed   string // digest of the image that this run has pushed
	Failed   string // why this run has no image: "its image was not built"; "" if it has not failed to make one
	Since    Since
	Last     history.Revision // the newest that records an image of this tag; its number is 0 if there is none

	BaseMoved bool // the base image has moved, and that is a reason to build

	HasCheck  bool // there is a check.yaml, which lists what the image must be able to do
	CheckedBy Checked

	Elsewhere // zero for an image that is built here
}

// RecordedTag is what a release records as the image's tag.
func (i ImageFacts) RecordedTag() string {
	if i.BuiltElsewhere() {
		return history.ElsewhereTag(i.From, i.Tag)
	}
	return i.Tag
}

// Reference is the image with its tag: hubs with one reference share the image.
func (i ImageFacts) Reference() string { return i.Name + ":" + i.Tag }

// Image is what happens to one image of a hub.
type Image struct {
	Key, Name, Tag string
	Build, Push    Step
	Check          Step // without a reason: there is no check.yaml
}

// Reference is the image with its tag.
func (i Image) Reference() string { return i.Name + ":" + i.Tag }

// images decides what happens to each image of a hub.
func images(facts Facts, h HubFacts, gate Step) []Image {
	all := make([]Image, len(h.Images))
	for i, image := range h.Images {
		built := build(facts, image, gate)
		all[i] = Image{image.Key, image.Name, image.Tag, built, push(facts, image, gate), check(image, built)}
	}
	return all
}

// together is what happens to the images of a hub, as one step: it is done if one of theirs is, and refused if one is.
func together(h Hub, of func(Image) Step) Step {
	if len(h.Images) == 0 {
		return Step{Reason: "no image of its own"}
	}
	whole := Step{}
	var done, others []string
	for _, image := range h.Images {
		step := of(image)
		reason := step.Reason
		if image.Key != "" {
			reason = image.Key + ": " + reason
		}
		if step.Do {
			done = append(done, reason)
		} else if !slices.Contains(others, reason) {
			others = append(others, reason)
		}
		whole.Do, whole.Refused, whole.Blocked = whole.Do || step.Do, whole.Refused || step.Refused, whole.Blocked || step.Blocked
	}
	if whole.Refused || !whole.Do {
		whole.Do, done = false, others
	}
	whole.Reason = strings.Join(done, "; ")
	return whole
}

// shareImages leaves an image that several hubs have to the first of them that builds or pushes it.
func shareImages(hubs []Hub) {
	builds, pushes, checks := map[string]string{}, map[string]string{}, map[string]string{} // the hub that does it, by the image with its tag
	once := func(step *Step, does map[string]string, image, hub string) {
		switch {
		case !step.Do:
		case does[image] != "":
			*step = Step{Reason: "with hub " + does[image] + ", which has the same image"}
		default:
			does[image] = hub
		}
	}
	for _, h := range hubs {
		for i := range h.Images {
			image := &h.Images[i]
			once(&image.Build, builds, image.Reference(), h.Name)
			once(&image.Push, pushes, image.Reference(), h.Name)
			once(&image.Check, checks, image.Reference(), h.Name)
		}
	}
}

// unplaced is why an image is neither built nor deployed that would be kept nowhere.
const unplaced = "image.repository is not set in hubops.yaml, so nobody knows where its image is kept"

// build decides whether an image is built, or is up to date.
func build(facts Facts, i ImageFacts, gate Step) Step {
	switch {
	case i.BuiltElsewhere():
		return Step{Reason: i.says()}
	case facts.Event.Kind == ci.Push && !gate.Do && facts.owns(facts.Event.Branch):
		return gate // the branch builds and deploys its own hubs
	case facts.Event.Resumes && !gate.Do:
		return gate // it does nothing else
	case i.Unplaced:
		return Step{Refused: true, Blocked: true, Reason: unplaced}
	case !facts.Build:
		return Step{Reason: "BUILD=0"}
	case facts.Rebuild:
		return Step{Do: true, Reason: "REBUILD=1"}
	case i.Present:
		return unchanged(i)
	case i.Unsure:
		return Step{Do: true, Reason: "the registry does not say whether it has it (check the credentials)"}
	case i.Dirty:
		return Step{Do: true, Reason: "uncommitted changes"}
	}
	if i.BaseMoved {
		return Step{Do: true, Reason: "the base image has moved (REBUILD_ON_BASE=1)"}
	}
	return Step{Do: true, Reason: cmp.Or(i.Since.String(), "image missing in registry")}
}

// push decides whether an image is pushed, which includes that it is signed.
func push(facts Facts, i ImageFacts, gate Step) Step {
	if i.BuiltElsewhere() {
		return Step{Reason: "built elsewhere"}
	}
	built := build(facts, i, gate)
	if why := unsigned(facts, i, gate, built); why != "" {
		return Step{Refused: true, Blocked: true, Reason: why}
	}
	switch {
	case (built.Do || i.Unplaced) && !gate.Do:
		return gate
	case built.Do && i.Failed != "":
		return Step{Reason: i.Failed} // which is an error already
	}
	return built // and for the same reason
}
