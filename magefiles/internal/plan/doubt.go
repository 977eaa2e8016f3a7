package plan

import (
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/history"
)

// Doubt returns why nobody vouches for the image that the registry has under a tag; "" if somebody does: this run, because it has pushed
// the image; the record of what was deployed under that tag; an operator, by ALLOW_IMAGE; or a signature, which the deploy verifies. What was
// never deployed under its tag is taken as it is: without signatures nothing is known of it.
func Doubt(facts Facts, i ImageFacts) string {
	last := i.Last
	was := last.Record.Image(i.Key).Digest
	switch {
	case i.Base || i.Digest == "" || facts.Verifies && !i.Unsigned || slices.Contains(facts.AllowImages, i.Digest):
		return ""
	case i.BuiltElsewhere():
		return doubtElsewhere(i)
	case i.Pushed != "":
		if i.Pushed == i.Digest {
			return ""
		}
		return fmt.Sprintf("%s names %s in the registry, and this run has pushed %.19s under it: another run replaced it, or somebody else; ALLOW_IMAGE=%s deploys it", i.Tag, i.Digest, i.Pushed, i.Digest)
	case last.Number == 0 || history.SameImage(was, i.Digest):
		return ""
	}
	return fmt.Sprintf("%s names %s in the registry, and sha256:%.12s when revision %d was deployed: it was built anew, or somebody else replaced it; find out who, ALLOW_IMAGE=%s deploys it",
		i.Tag, i.Digest, was, last.Number, i.Digest)
}
