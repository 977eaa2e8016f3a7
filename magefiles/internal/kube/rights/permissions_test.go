package rights

import (
	"slices"
	"testing"
)

func TestWhatADeployNeedsAndMayNotDo(t *testing.T) {
	everything := rule{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}
	if got := inWords(missingIn(Uses{}.wanted(""), []rule{everything})); len(got) != 0 {
		t.Errorf("an administrator may not %q", got)
	}
	reader := rule{Verbs: []string{"get", "list"}, APIGroups: []string{"*"}, Resources: []string{"*"}}
	got := inWords(missingIn(Uses{}.wanted(""), []rule{reader}))
	if !slices.Contains(got, "create,update,patch,delete,watch secrets") || !slices.Contains(got, "create namespaces") || slices.Contains(got, "get,list,watch pods") {
		t.Errorf("a reader may not %q", got)
	}
	if !slices.Contains(got, "create,update,patch,delete,watch services") || slices.Contains(got, "create pods/portforward") {
		t.Errorf("a reader may not %q", got)
	}
	got = inWords(missingIn(Uses{Health: true, Spawn: true}.wanted(""), []rule{reader}))
	if !slices.Contains(got, "create pods/portforward") || !slices.Contains(got, "delete pods") || !slices.Contains(got, "create,update leases") {
		t.Errorf("a reader may not %q, where users' servers are started", got)
	}
	got = inWords(missingIn(Uses{Health: true, Spawn: true}.wanted("hub-course"), nil))
	if slices.Contains(got, "create namespaces") || slices.Contains(got, "create pods/portforward") || slices.Contains(got, "get,create,update leases") || !slices.Contains(got, "get pods/log") {
		t.Errorf("the account of a hub may not %q", got)
	}
	one := everything
	one.ResourceNames = []string{"only-this"}
	if got := inWords(missingIn(Uses{}.wanted(""), []rule{one})); !slices.Contains(got, "get,list,watch pods") {
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
