package kube

import (
	"slices"
	"testing"
)

func TestWhatADeployNeedsAndMayNotDo(t *testing.T) {
	everything := rule{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}
	if got := missingIn([]rule{everything}); len(got) != 0 {
		t.Errorf("an administrator may not %q", got)
	}
	reader := rule{Verbs: []string{"get", "list"}, APIGroups: []string{"*"}, Resources: []string{"*"}}
	got := missingIn([]rule{reader})
	if !slices.Contains(got, "create,update,patch,delete secrets") || !slices.Contains(got, "create namespaces") || slices.Contains(got, "get,list pods") {
		t.Errorf("a reader may not %q", got)
	}
	one := everything
	one.ResourceNames = []string{"only-this"}
	if got := missingIn([]rule{one}); !slices.Contains(got, "get,list pods") {
		t.Errorf("who may touch one object may do all: %q", got)
	}
}
