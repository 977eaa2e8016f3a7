package sandbox

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ui"
)

// What is up holds somebody's claims: only one whose processes have ended may be started anew.
func TestSandboxThatIsSlowIsWaitedFor(t *testing.T) {
	s := &Sandbox{Dir: t.TempDir(), Console: ui.New(io.Discard, io.Discard, false)}
	state, late, asked := &State{Nodes: Real}, errors.New("no answer"), 0
	check := func() error {
		if asked++; asked < 3 {
			return late
		}
		return nil
	}
	if err := s.patiently(t.Context(), state, time.Minute, check); !errors.Is(err, ErrEnded) || !errors.Is(err, late) || asked != 1 {
		t.Errorf("nothing runs: got %v, asked %d times", err, asked)
	}
	starts(t, "imageregistry", s.Dir, "")
	starts(t, "realnode", s.Dir, "")
	if err := s.patiently(t.Context(), state, time.Minute, check); err != nil || asked != 3 {
		t.Errorf("got %v, asked %d times", err, asked)
	}
	err := s.patiently(t.Context(), state, 10*time.Millisecond, func() error { return late })
	if errors.Is(err, ErrEnded) || exit.Code(err) != exit.Setup || !errors.Is(err, late) || !strings.Contains(exit.Remedy(err), "sandbox:down") {
		t.Errorf("it never answers: got %v", err)
	}
}

// A real node starts its control plane again by itself; nobody does that for played nodes.
func TestSandboxRunsIfWhatMustAnswerRuns(t *testing.T) {
	for programs, want := range map[string]string{
		"imageregistry etcd kube-apiserver kwok": Played, "imageregistry realnode": Real,
		"imageregistry etcd": "", "etcd kube-apiserver": "", "realnode kubelet": "", "imageregistry": "", "": "",
	} {
		found := map[int]string{}
		for i, program := range strings.Fields(programs) {
			found[i] = program
		}
		for _, nodes := range []string{Played, Real} {
			if got := (&State{Nodes: nodes}).runs(found); got != (nodes == want) {
				t.Errorf("%s, with %q: got %v", nodes, programs, got)
			}
		}
	}
}
