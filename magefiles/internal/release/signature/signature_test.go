package signature

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/session/sessiontest"
	"hub-ops/magefiles/internal/survey"
)

const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// said is what cosign prints of a signature with these annotations.
func said(annotations string) string {
	return fmt.Sprintf(`[{"critical":{"image":{"docker-manifest-digest":%q},"type":"https://sigstore.dev/cosign/sign/v1"},"optional":%s}]`, digest, annotations)
}

// newChecker looks at signatures in a repository with one hub, with a program in place of cosign that prints a text, ends with a code, and notes
// by which key it was asked.
func newChecker(t *testing.T, prints string, code int) (*Checker, *cosign.Cosign, func() string) {
	t.Helper()
	repository := gittest.New(t, "hub-charts/course/Chart.yaml", "apiVersion: v2\nname: course\nversion: 0.1.0\n", "user-images/course/Dockerfile", "FROM x:1\n", "own.pub", "own\n", "theirs.pub", "theirs\n")
	repository = sessiontest.Checkout(t, repository, "image: {repository: 'r.example.org/user-{hub}'}\n", nil)
	s, _ := sessiontest.Open(t, repository, nil)
	dir := t.TempDir()
	program, asked := filepath.Join(dir, "cosign"), filepath.Join(dir, "asked")
	script := fmt.Sprintf("#!/bin/sh\nfor one; do case $one in *.pub) echo $one >>%s;; esac; done\ncat <<'END'\n%s\nEND\ntest %d = 0 || echo 'no matching signatures' >&2\nexit %d\n", asked, prints, code, code)
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil { // #nosec G306 -- a program
		t.Fatal(err)
	}
	key, err := cosign.NewKey("own.pub", repository.Dir, "COSIGN_PUBLIC_KEY")
	if err != nil {
		t.Fatal(err)
	}
	images := registry.Registry{Template: "r.example.org/user-{hub}"}
	return New(s, survey.New(s, connect.New(s)), images), &cosign.Cosign{Run: s.Run, Path: program, Private: dir, Public: key}, func() string {
		text, _ := os.ReadFile(asked) // #nosec G304 -- of the test
		return filepath.Base(strings.TrimSpace(string(text)))
	}
}

func annotations(hub, repository, tag string) string {
	return fmt.Sprintf(`{"hub":%q,"repository":%q,"tag":%q,"commit":%q}`, hub, repository, tag, strings.Repeat("4f", 20))
}

// An image counts as signed for this hub, repository and tag; one without any word, where a revision of the hub records it.
func TestAnImageIsSignedForTheHubThatRunsIt(t *testing.T) {
	const repository, tag = "r.example.org/user-course", "t0123456789ab"
	image := history.HeldImage{Name: repository, Tag: tag, Digest: digest}
	recorded := history.Revision{Number: 3, Record: history.Record{ImageTag: tag, ImageDigest: history.Image(digest)}}
	other := recorded
	other.Record.ImageTag = "tffffffffffff"
	for name, test := range map[string]struct {
		prints   string
		code     int
		recorded history.Revision
		want     string // of the error
	}{
		"as it should be":              {said(annotations("course", repository, tag)), 0, history.Revision{}, ""},
		"another hub's":                {said(annotations("exam", repository, tag)), 0, recorded, "it is signed as the image of hub exam"},
		"of another tag":               {said(annotations("course", repository, "t1")), 0, recorded, "it is signed as the image of hub course"},
		"of nothing, and recorded":     {said("null"), 0, recorded, ""},
		"of nothing, and not recorded": {said("null"), 0, history.Revision{}, "and no revision of the hub had it as " + tag},
		"of nothing, by another tag":   {said("null"), 0, other, "and no revision of the hub had it as " + tag},
		"not signed":                   {"", 10, recorded, "it is not signed"},
		"by another key":               {"", 1, recorded, "no signature of it is by that key"},
	} {
		checker, signer, asked := newChecker(t, test.prints, test.code)
		err := checker.Check(t.Context(), signer, "course", image, test.recorded)
		if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || !cosign.Unsigned(err)) || asked() != "own.pub" {
			t.Errorf("%s: got %v, by %q", name, err, asked())
		}
	}
	checker, _, asked := newChecker(t, "", 1)
	if err := checker.Check(t.Context(), nil, "course", image, recorded); err != nil || asked() != "." {
		t.Errorf("without a key: %v, asked %q", err, asked())
	}
}

// The name in a signature is that of the image, which need not be the hub's, and which is kept where the repository is called otherwise by now.
func TestWhatTheImageOfASignatureIsCalled(t *testing.T) {
	checker, _, _ := newChecker(t, "", 0)
	for repository, want := range map[string]string{"r.example.org/user-course": "course", "r.example.org/user-shared": "shared", "old.example.org/course": "course"} {
		if got := checker.imageIn(t.Context(), "course", repository); got != want {
			t.Errorf("%s: got %s, want %s", repository, got, want)
		}
	}
}

// An image that is built elsewhere is signed by the key that is named for it, whatever that says; or by the own one, as the image of that place.
func TestAnImageOfElsewhereIsSignedByWhoCounts(t *testing.T) {
	image := history.HeldImage{Name: "quay.io/them/course", Tag: "1", Digest: digest}
	byDigest := image
	byDigest.Tag = "sha256-e3b0c44298fc"
	anothers := said(annotations("exam", "r.example.org/user-exam", "t0123456789ab"))
	here := said(`{"repository":"quay.io/them/course","tag":"1"}`)
	for name, test := range map[string]struct {
		said   layout.Elsewhere
		image  history.HeldImage
		prints string
		want   string // of the error
		key    string // that was asked for
	}{
		"the own key":                  {layout.Elsewhere{}, image, here, "", "own.pub"},
		"the own key, by its digest":   {layout.Elsewhere{}, byDigest, here, "", "own.pub"},
		"the own key, for another hub": {layout.Elsewhere{}, image, anothers, "it is signed as the image of hub exam, r.example.org/user-exam:t0123456789ab, commit 4f4f4f4f4f4f, and not as that of hub course, quay.io/them/course:1", "own.pub"},
		"the own key, for nothing":     {layout.Elsewhere{}, image, said("null"), "does not say of which repository and tag the image is", "own.pub"},
		"the own key by its name":      {layout.Elsewhere{SignedBy: "own.pub"}, image, anothers, "it is signed as the image of hub exam", "own.pub"},
		"another's":                    {layout.Elsewhere{SignedBy: "theirs.pub"}, image, said("null"), "", "theirs.pub"},
		"another's, with its words":    {layout.Elsewhere{SignedBy: "theirs.pub"}, image, anothers, "", "theirs.pub"},
		"another's, of another digest": {layout.Elsewhere{SignedBy: "theirs.pub"}, image, strings.ReplaceAll(here, digest, "sha256:00"), "it is not signed", "theirs.pub"},
		"nobody's":                     {layout.Elsewhere{Unsigned: true}, image, "", "", "."},
		"by a key that is not there":   {layout.Elsewhere{SignedBy: "none.pub"}, image, "", "there is no file none.pub", "."},
	} {
		checker, signer, asked := newChecker(t, test.prints, 0)
		err := checker.CheckElsewhere(t.Context(), signer, "course", test.said, test.image)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) || asked() != test.key {
			t.Errorf("%s: got %v, by %q", name, err, asked())
		}
	}
	alone, signer, _ := newChecker(t, said("null"), 0)
	alone.registry.Template = ""
	if err := alone.CheckElsewhere(t.Context(), signer, "course", layout.Elsewhere{SignedBy: "own.pub"}, image); err != nil {
		t.Errorf("theirs, in a repository that builds no images: %v", err)
	}
	if err := alone.CheckElsewhere(t.Context(), signer, "course", layout.Elsewhere{}, image); err == nil {
		t.Error("without a word of it")
	}
	checker, _, _ := newChecker(t, "", 1)
	if err := checker.CheckElsewhere(t.Context(), nil, "course", layout.Elsewhere{}, image); err != nil {
		t.Errorf("where nothing is signed: %v", err)
	}
}
