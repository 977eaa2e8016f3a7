package cosign

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// Subject is what a signature says of an image beside its digest: without that, an image that is signed would pass for any hub and under
// any tag. The parts are annotations, so that "cosign verify -a hub=course -a tag=t0123456789ab …" checks them too.
type Subject struct {
	Hub        string
	Repository string
	Tag        string // "" in what is wanted: any
	Commit     string // that the image was built from. Others have the same content and so the same tag: it is shown, and need not be the same
}

// The annotations, as cosign has them in the statement that it signs.
const (
	aboutHub        = "hub"
	aboutRepository = "repository"
	aboutTag        = "tag"
	aboutCommit     = "commit"
)

var commitPattern = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// arguments are those that annotate a signature.
func (s Subject) arguments() []string {
	var args []string
	for _, one := range [][2]string{{aboutHub, s.Hub}, {aboutRepository, s.Repository}, {aboutTag, s.Tag}, {aboutCommit, s.Commit}} {
		args = append(args, "--annotations", one[0]+"="+one[1])
	}
	return args
}

// whole reports whether a signature says all that one of hub-ops says.
func (s Subject) whole() bool {
	return s.Hub != "" && s.Repository != "" && s.Tag != "" && commitPattern.MatchString(s.Commit)
}

// silent reports whether a signature says none of it, as those of earlier versions do.
func (s Subject) silent() bool { return s == Subject{} }

// fits reports whether a signature is about what is wanted.
func (s Subject) fits(want Subject) bool {
	return s.whole() && s.Hub == want.Hub && s.Repository == want.Repository && (want.Tag == "" || s.Tag == want.Tag)
}

// places reports whether a signature is about an image of that repository and, if one is wanted, that tag, whoever's hub it names: that of who
// builds it. Docker Hub has several names.
func (s Subject) places(want Subject) bool {
	signed, err := name.NewRepository(s.Repository)
	if err != nil {
		return false
	}
	wanted, err := name.NewRepository(want.Repository)
	return err == nil && signed.Name() == wanted.Name() && (want.Tag == "" || s.Tag == want.Tag)
}

// String says what a signature is about, for people.
func (s Subject) String() string {
	text := s.Repository
	if s.Tag != "" {
		text += ":" + s.Tag
	}
	if s.Hub != "" {
		text = "hub " + s.Hub + ", " + text
	}
	if s.Commit != "" {
		text += fmt.Sprintf(", commit %.12s", s.Commit)
	}
	return text
}

// OtherSubject is an image that the key has signed as something else than what is wanted.
type OtherSubject struct{ Signed, Wanted Subject }

func (o *OtherSubject) Error() string {
	return fmt.Sprintf("it is signed as the image of %s, and not as that of %s", o.Signed, o.Wanted)
}

// statesImage are the types of statements that are signatures of an image; what "cosign attest" signs is another statement about it.
var statesImage = []string{"https://sigstore.dev/cosign/sign/v1", "cosign container image signature"}

// choose finds, in what cosign prints of the signatures that it has verified, one that fits what is wanted.
func choose(verified []byte, digest string, want Subject, fits func(signed, want Subject) bool) (Subject, error) {
	said, err := subjectsIn(verified, digest)
	if err != nil {
		return Subject{}, err
	}
	if at := slices.IndexFunc(said, func(s Subject) bool { return fits(s, want) }); at >= 0 {
		return said[at], nil
	}
	if at := slices.IndexFunc(said, func(s Subject) bool { return !s.silent() }); at >= 0 && !slices.ContainsFunc(said, Subject.silent) {
		return Subject{}, &OtherSubject{said[at], want}
	}
	if len(said) > 0 {
		return Subject{}, ErrUnbound
	}
	return Subject{}, ErrUnsigned
}

// subjectsIn reads what the verified signatures of a digest say: sigstore/cosign, specs/SIGNATURE_SPEC.md, "Simple Signing".
func subjectsIn(verified []byte, digest string) ([]Subject, error) {
	var statements []struct {
		Critical struct {
			Image struct {
				Digest string `json:"docker-manifest-digest"`
			} `json:"image"`
			Type string `json:"type"`
		} `json:"critical"`
		Optional map[string]any `json:"optional"`
	}
	if text := strings.TrimSpace(string(verified)); text != "" {
		if err := json.Unmarshal([]byte(text), &statements); err != nil {
			return nil, fmt.Errorf("what cosign says of the signatures cannot be read: %w", err)
		}
	}
	var said []Subject
	for _, one := range statements {
		if one.Critical.Image.Digest != digest || !slices.Contains(statesImage, one.Critical.Type) {
			continue
		}
		text := func(key string) string { value, _ := one.Optional[key].(string); return value }
		said = append(said, Subject{Hub: text(aboutHub), Repository: text(aboutRepository), Tag: text(aboutTag), Commit: text(aboutCommit)})
	}
	return said, nil
}
