package cosign

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

var course = Subject{Hub: "course", Repository: "registry.example.org/user-course", Tag: "t0123456789ab", Commit: strings.Repeat("4f", 20)}

// statement is what cosign prints of a signature.
func statement(digest, kind, optional string) string {
	return fmt.Sprintf(`{"critical":{"identity":{"docker-reference":"x"},"image":{"docker-manifest-digest":%q},"type":%q},"optional":%s}`, digest, kind, optional)
}

func annotations(s Subject) string {
	return fmt.Sprintf(`{"hub":%q,"repository":%q,"tag":%q,"commit":%q}`, s.Hub, s.Repository, s.Tag, s.Commit)
}

// Each part of what a signature says is looked at: whatever is changed in it, it is about something else.
func TestASignatureIsAboutOneImage(t *testing.T) {
	const sign = "https://sigstore.dev/cosign/sign/v1"
	signed := func(change func(*Subject)) string {
		s := course
		change(&s)
		return statement(digest, sign, annotations(s))
	}
	other := errors.New("an OtherSubject")
	for name, test := range map[string]struct {
		verified []string
		want     error
	}{
		"as it should be":            {[]string{signed(func(*Subject) {})}, nil},
		"of another commit":          {[]string{signed(func(s *Subject) { s.Commit = strings.Repeat("0a", 32) })}, nil},
		"of another hub":             {[]string{signed(func(s *Subject) { s.Hub = "exam" })}, other},
		"of another repository":      {[]string{signed(func(s *Subject) { s.Repository = "registry.example.org/user-exam" })}, other},
		"of another tag":             {[]string{signed(func(s *Subject) { s.Tag = "tffffffffffff" })}, other},
		"of no commit":               {[]string{signed(func(s *Subject) { s.Commit = "HEAD" })}, other},
		"of no hub":                  {[]string{signed(func(s *Subject) { s.Hub = "" })}, other},
		"of no tag":                  {[]string{signed(func(s *Subject) { s.Tag = "" })}, other},
		"of no repository":           {[]string{signed(func(s *Subject) { s.Repository = "" })}, other},
		"of an earlier version":      {[]string{statement(digest, sign, "null")}, ErrUnbound},
		"with annotations of others": {[]string{statement(digest, "cosign container image signature", `{"build":"7"}`)}, ErrUnbound},
		"no text":                    {[]string{statement(digest, sign, `{"hub":["course"],"tag":7}`)}, ErrUnbound},
		"two":                        {[]string{signed(func(s *Subject) { s.Tag = "tffffffffffff" }), signed(func(*Subject) {})}, nil},
		"two, one of them old":       {[]string{signed(func(s *Subject) { s.Tag = "tffffffffffff" }), statement(digest, sign, "{}")}, ErrUnbound},
		"two halves":                 {[]string{signed(func(s *Subject) { s.Tag = "" }), signed(func(s *Subject) { s.Hub = "" })}, other},
		"of another digest":          {[]string{statement("sha256:00", sign, annotations(course))}, ErrUnsigned},
		"attested and not signed":    {[]string{statement(digest, "https://slsa.dev/provenance/v1", annotations(course))}, ErrUnsigned},
		"none":                       {nil, ErrUnsigned},
	} {
		got, err := choose([]byte("\n["+strings.Join(test.verified, ",")+"]\n"), digest, course, Subject.fits)
		if elsewhere := (*OtherSubject)(nil); errors.As(err, &elsewhere) {
			err = other
		}
		if !errors.Is(err, test.want) || err == nil && (got.Tag != course.Tag || got.Commit == "") {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if _, err := choose([]byte("[{"), digest, course, Subject.fits); err == nil {
		t.Error("half an answer counts")
	}
	anyTag := course
	anyTag.Tag = ""
	if got, err := choose([]byte("["+signed(func(*Subject) {})+"]"), digest, anyTag, Subject.fits); err != nil || got != course {
		t.Errorf("for any tag: %v, %v", got, err)
	}
}

// An image that is built elsewhere and signed by the own key must be the one of that name: the key signs other hubs' images too.
func TestAnOwnSignatureElsewhereIsAboutThatPlace(t *testing.T) {
	const sign = "https://sigstore.dev/cosign/sign/v1"
	for name, test := range map[string]struct {
		said, repository, tag string
		good                  bool
	}{
		"as it should be":           {annotations(course), course.Repository, course.Tag, true},
		"by hand, of no hub":        {`{"repository":"quay.io/us/x","tag":"1"}`, "quay.io/us/x", "1", true},
		"named by its digest":       {`{"repository":"quay.io/us/x","tag":"1"}`, "quay.io/us/x", "", true},
		"of Docker Hub":             {`{"repository":"us/x","tag":"1"}`, "index.docker.io/us/x", "1", true},
		"another hub's, laid there": {annotations(course), "quay.io/us/x", "1", false},
		"of another tag":            {`{"repository":"quay.io/us/x","tag":"2"}`, "quay.io/us/x", "1", false},
		"of no tag":                 {`{"repository":"quay.io/us/x"}`, "quay.io/us/x", "1", false},
		"of no repository":          {`{"hub":"x","tag":"1"}`, "quay.io/us/x", "1", false},
		"that says nothing":         {"null", "quay.io/us/x", "1", false},
		"that says nothing of it":   {"null", "quay.io/us/x", "", false},
	} {
		want := Subject{Hub: "bio", Repository: test.repository, Tag: test.tag}
		_, err := choose([]byte("["+statement(digest, sign, test.said)+"]"), digest, want, Subject.places)
		if (err == nil) != test.good || !test.good && !Unsigned(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
