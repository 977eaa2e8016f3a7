package plan

import (
	"fmt"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/layout"
)

// Elsewhere is what is known of an image beside its facts if it is built elsewhere.
type Elsewhere struct {
	layout.Elsewhere
	At         string // hubops.yaml:12, where it is named
	Unanswered string // why nobody knows whether it is there, or if it has a digest, whether it is signed; "" if that is known
	Assumed    bool   // then it is taken to be there: no node of a sandbox pulls it
}

// name is how an error quotes the image: file and line, its key, and its name.
func (i ImageFacts) name() string { return fmt.Sprintf("%s: images.%s: %s", i.At, i.Key, i.From) }

// says is what the plan says of the image in place of building it.
func (i ImageFacts) says() string {
	switch {
	case i.Assumed:
		return "built elsewhere; " + i.From + " is taken by its name, for this is a sandbox, and nobody knows whether it is there: " + i.Unanswered
	case i.Unanswered != "":
		return "built elsewhere; whether " + i.From + " " + i.unknown() + " is not known: " + i.Unanswered
	case i.Digest == "":
		return "built elsewhere; " + i.From + " is not in its registry"
	}
	return fmt.Sprintf("built elsewhere: %s is %.19s", i.From, i.Digest)
}

// unknown is what nobody knows of an image that is unanswered: "is there" or "is signed".
func (i ImageFacts) unknown() string {
	if i.Digest == "" {
		return "is there"
	}
	return "is signed"
}

// missing is why a hub cannot be deployed that wants an image which its registry does not have; "" if it has each.
func missing(h HubFacts) string {
	for _, image := range h.Images {
		if image.BuiltElsewhere() && image.Unanswered == "" && image.Digest == "" {
			return image.name() + " is not in its registry"
		}
	}
	return ""
}

// unanswered is why a hub is not deployed of whose images it is not known whether they are there, or signed; "" if that is known.
func unanswered(h HubFacts) string {
	for _, image := range h.Images {
		if image.Unanswered != "" && !image.Assumed {
			return image.name() + ": nobody knows whether it " + image.unknown() + ": " + image.Unanswered
		}
	}
	return ""
}

// Moved is how the images of a hub that are built elsewhere differ from those that its newest revision records under the same names: their
// tags name others by now. It is "" if none does.
func Moved(h HubFacts) string {
	for _, image := range h.Images {
		was := h.Release.Recorded.Image(image.Key)
		if image.BuiltElsewhere() && image.Digest != "" && was.Tag == image.RecordedTag() && !history.SameImage(was.Digest, image.Digest) {
			return fmt.Sprintf("images.%s: %s names %.19s now, and sha256:%.12s in revision %d", image.Key, image.From, image.Digest, was.Digest, h.Release.Revision)
		}
	}
	return ""
}

// doubtElsewhere is why nobody vouches for the image that a tag of somebody else's names now. Whoever names it by its digest, or says that its tag
// may move, does.
func doubtElsewhere(i ImageFacts) string {
	was := i.Last.Record.Image(i.Key).Digest
	if i.Fixed() || i.Follow || i.Last.Number == 0 || history.SameImage(was, i.Digest) {
		return ""
	}
	return fmt.Sprintf("%s names %s now, and sha256:%.12s when revision %d was deployed: it was built anew there, or somebody replaced it; find out which: ALLOW_IMAGE=%s deploys it, "+
		"a digest in hubops.yaml (%s@sha256:…) holds one, and images.%s.follow: true takes what the tag names each time", i.name(), i.Digest, was, i.Last.Number, i.Digest, i.Name, i.Key)
}
