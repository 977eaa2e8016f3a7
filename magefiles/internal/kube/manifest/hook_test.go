package manifest

import (
	"slices"
	"strings"
	"testing"
)

const (
	migration = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nspec: {template: {spec: {containers: [{name: a}]}}}\n"
	token     = "apiVersion: v1\nkind: Secret\nmetadata: {name: token}\ndata: {token: aGlkZGVu}\n"
)

func release(t *testing.T, text string, hooks ...Hook) []Object {
	t.Helper()
	objects, err := Release(text, hooks, "course")
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func hookOf(text string, events ...string) Hook {
	return Hook{Path: "course/templates/hook.yaml", Manifest: text, Events: events}
}

// Each reader of a release gets hooks too, and what it does with them is decided here.
func TestHooksAreObjectsOfARelease(t *testing.T) {
	names := func(objects []Object) string {
		var all []string
		for _, o := range objects {
			all = append(all, o.String())
		}
		return strings.Join(all, ", ")
	}
	claim := "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: hub-db-dir}\n"
	plain := release(t, before)
	with := release(t, before, hookOf(migration, "pre-upgrade"), hookOf(token, "pre-install", "pre-upgrade"), hookOf(claim, "post-rollback"))
	if got := show(Diff(plain, with)); strings.Count(got, "new ") != 3 || !strings.Contains(got, "new Job/migrate (hook: pre-upgrade)\n") || strings.Contains(got, "aGlkZGVu") || !strings.Contains(got, "token: •••") {
		t.Errorf("the difference is\n%s", got)
	}
	if got := show(Diff(with, release(t, before, hookOf(strings.ReplaceAll(migration, "name: a", "name: b"), "pre-upgrade")))); !strings.Contains(got, "changed Job/migrate (hook: pre-upgrade)\n") || !strings.Contains(got, "gone Secret/token (hook: pre-install, pre-upgrade)") {
		t.Errorf("the difference is\n%s", got)
	}
	for what, got := range map[string]string{
		"part of the release":           names(Parts(with)[len(plain):]),
		"gone without hooks":            names(Gone(with, plain)),
		"newly made":                    names(Added(plain, with)),
		"a claim that an uninstall has": strings.Join(Claims(with)[1:], ", "),
		"for users":                     strings.TrimPrefix(Impact(plain, with), "nothing restarts; hub unchanged; proxy unchanged; running user servers stay"),
	} {
		if got != "" {
			t.Errorf("%s: %s", what, got)
		}
	}
	if got := Workloads(with, "course"); got["job/migrate"] || !got["deployment/hub"] {
		t.Errorf("workloads: %v", got)
	}
	if kept, err := KeepClaims(with); err != nil || strings.Contains(kept, "migrate") || strings.Contains(kept, "aGlkZGVu") {
		t.Errorf("hooks become parts of the release (%v):\n%s", err, kept)
	}
	if got := names(Gone(release(t, claim), release(t, "", hookOf(claim, "pre-upgrade")))); got != "PersistentVolumeClaim/hub-db-dir" {
		t.Errorf("helm deletes what has become a hook: got %q", got)
	}
	for action, want := range map[Action]string{
		Install: "Secret/token (hook: pre-install, pre-upgrade)", Upgrade: "Job/migrate (hook: pre-upgrade), Secret/token (hook: pre-install, pre-upgrade)",
		Rollback: "PersistentVolumeClaim/hub-db-dir (hook: post-rollback)", Delete: "",
	} {
		if got := names(Hooks(with, action)); got != want {
			t.Errorf("%s: got %q", action, got)
		}
	}
	if carried := release(t, before, hookOf(token, "test")); Carry(carried, "", "hidden") == NotCarried || with[len(with)-1].Source != "course/templates/hook.yaml" {
		t.Error("an image in a hook is not seen, or not where it is")
	}
	if got := names(release(t, "", Hook{Manifest: token})); got != "Secret/token (hook: none)" {
		t.Errorf("a hook without events is %s", got)
	}
}

func TestWhatADocumentIsAHookOf(t *testing.T) {
	for text, want := range map[string][]string{
		"kind: Job\nmetadata: {annotations: {helm.sh/hook: 'pre-install, post-upgrade'}}\n": {"pre-install", "post-upgrade"},
		"kind: Job\nmetadata: {name: a}\n":                                                  nil,
		"# nothing\n":                                                                       nil,
		"kind: List\nitems: [{kind: Job, metadata: {annotations: {helm.sh/hook: pre-install}}}]\n":               nil, // helm reads no item
		"kind: List\nmetadata: {annotations: {helm.sh/hook: test}}\nitems: [{kind: Job, metadata: {name: a}}]\n": {"test"},
		"kind: Job\nmetadata: {annotations: &a {helm.sh/hook: test}, labels: *a}\n":                              {"test"},
	} {
		hook, err := Document{Text: text}.Hook()
		if err != nil || !slices.Equal(hook.Events, want) {
			t.Errorf("%s: got %q, %v", text, hook.Events, err)
		}
	}
}

// helm knows an event and a policy however they are written: a hook that is read as another one would count as none that runs.
func TestSpellingsOfAHook(t *testing.T) {
	for _, test := range [][2]string{
		{"Pre-Upgrade", "pre-upgrade"},
		{" PRE-INSTALL ,post-Delete", "pre-install post-delete"},
		{"pre-upgrade,\\tpost-upgrade", "pre-upgrade post-upgrade"},
		{"test-success", "test"},
		{"Test", "test"},
	} {
		text, want := test[0], test[1]
		document := Document{Text: "kind: Job\nmetadata: {annotations: {helm.sh/hook: \"" + text + "\", helm.sh/hook-delete-policy: \" Hook-Succeeded, Before-Hook-Creation\"}}\n"}
		hook, err := document.Hook()
		if err != nil || strings.Join(hook.Events, " ") != want || strings.Join(hook.DeletePolicies, " ") != "hook-succeeded before-hook-creation" {
			t.Errorf("%q: got %q, %q, %v", text, hook.Events, hook.DeletePolicies, err)
		}
	}
}

// What Kubernetes would read as another document is never overlooked.
func TestNoDocumentHidesBehindAnother(t *testing.T) {
	for _, mark := range []string{"---", "--- # x", "---\t", "---\t# x", "--- {kind: C}\n---"} {
		objects, err := Parse("kind: A\nmetadata: {name: a}\n"+mark+"\nkind: B\nmetadata: {name: b}\n", "course")
		if err != nil || !slices.ContainsFunc(objects, func(o Object) bool { return o.Kind == "B" }) {
			t.Errorf("%q: got %v, %v", mark, objects, err)
		}
	}
	if objects, err := Parse("kind: A\n...\n---x: y\nkind: B\n", "course"); err == nil {
		t.Errorf("got %v", objects)
	}
	if _, err := Parse("kind: A\n...\nkind: B\n", "course"); err == nil || !strings.Contains(err.Error(), "it holds more than one document") {
		t.Errorf("got %v", err)
	}
}
