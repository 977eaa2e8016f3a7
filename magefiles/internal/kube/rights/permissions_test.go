package rights

import (
	"slices"
	"testing"
)

func TestWhatADeployNeedsAndMayNotDo(t *testing.T) {
	everything := rule{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}
	if got := inWords(missingIn([]rule{everything})); len(got) != 0 {
		t.Errorf("an administrator may not %q", got)
	}
	reader := rule{Verbs: []string{"get", "list"}, APIGroups: []string{"*"}, Resources: []string{"*"}}
	got := inWords(missingIn([]rule{reader}))
	if !slices.Contains(got, "create,update,patch,delete secrets") || !slices.Contains(got, "create namespaces") || slices.Contains(got, "get,list pods") {
		t.Errorf("a reader may not %q", got)
	}
	one := everything
	one.ResourceNames = []string{"only-this"}
	if got := inWords(missingIn([]rule{one})); !slices.Contains(got, "get,list pods") {
		t.Errorf("who may touch one object may do all: %q", got)
	}
}

func TestAnswersAreReadHoweverKubectlPrintsThem(t *testing.T) {
	for text, want := range map[string][]bool{
		`{"kind": "SelfSubjectAccessReview", "status": {"allowed": true}}` + "\n" + `{"status": {"allowed": false, "reason": "no"}}`: {true, false},
		`{"kind": "List", "items": [{"status": {"allowed": false}}, {"status": {"allowed": true}}]}`:                                 {false, true},
		"": nil,
	} {
		if got, err := readAnswers([]byte(text)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if _, err := readAnswers([]byte("Error: no")); err == nil {
		t.Error("what is no answer is read")
	}
}
