package revision

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/session/sessiontest"
	"hub-ops/magefiles/internal/survey"
)

var course = layout.Address{Hub: "course", Namespace: "courses", Release: "course-prod"}

// kept is the Secret of one revision, as the API server has it.
type kept struct {
	labels  map[string]string
	data    []byte
	version int // of the resource
}

// keeper is an API server that holds the Secrets of a release.
type keeper struct {
	mu      sync.Mutex
	secrets map[string]*kept
}

// packed is what helm keeps of a revision: JSON, packed by gzip, in base64.
func packed(t *testing.T, status, manifest string) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"info": map[string]any{"status": status, "description": "Upgrade complete"}, "manifest": manifest,
		"config": map[string]any{"token": "a-secret-of-the-revision", "title": "Course"}, "own": "kept as it is",
	})
	if err != nil {
		t.Fatal(err)
	}
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	if _, err := writer.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(base64.StdEncoding.EncodeToString(buffer.Bytes()))
}

// newStore is a store of revisions with these statuses, the first has number 1. Each is made by hub-ops.
func newStore(t *testing.T, statuses ...string) (*Store, *keeper) {
	t.Helper()
	k := &keeper{secrets: map[string]*kept{}}
	for i, status := range statuses {
		number := strconv.Itoa(i + 1)
		labels := map[string]string{"owner": "helm", "name": "course-prod", "version": number, "status": status, history.RevisionLabel: number}
		k.secrets[history.SecretName("course-prod", i+1)] = &kept{labels: labels, data: packed(t, status, "kind: ConfigMap\napiVersion: v1\nmetadata: {name: settings}\n"), version: 1}
	}
	repository := sessiontest.Checkout(t, gittest.New(t, "hub-charts/course/Chart.yaml", "apiVersion: v2\nname: course\nversion: 0.1.0\n", "hub-charts/course/values.yaml", "title: Course\n"), "{}\n", nil)
	s, _ := sessiontest.Open(t, repository, nil)
	return New(s, survey.New(s, connect.New(s)), &kube.Client{Server: apitest.Serve(t, k.serve)}), k
}

func (k *keeper) serve(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	const all = "/api/v1/namespaces/courses/secrets"
	secret := k.secrets[strings.TrimPrefix(r.URL.Path, all+"/")]
	switch {
	case r.URL.Path == all:
		var items []any
		for name, one := range k.secrets {
			items = append(items, map[string]any{"metadata": map[string]any{"name": name, "namespace": "courses", "labels": one.labels}})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"items": items})
	case secret == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodPatch:
		secret.patch(w, r)
	default:
		_ = json.NewEncoder(w).Encode(map[string]any{"metadata": map[string]any{"uid": "u", "resourceVersion": strconv.Itoa(secret.version)}, "data": map[string][]byte{"release": secret.data}})
	}
}

// patch is what an API server does with a merge patch: one of another version than there is fails.
func (s *kept) patch(w http.ResponseWriter, r *http.Request) {
	var patch struct {
		Metadata struct {
			Version string            `json:"resourceVersion"`
			Labels  map[string]string `json:"labels"`
		} `json:"metadata"`
		Data struct {
			Release []byte `json:"release"`
		} `json:"data"`
	}
	if err := json.NewDecoder(r.Body).Decode(&patch); err != nil || patch.Metadata.Version != "" && patch.Metadata.Version != strconv.Itoa(s.version) {
		w.WriteHeader(http.StatusConflict)
		return
	}
	s.version++
	maps.Copy(s.labels, patch.Metadata.Labels)
	if patch.Data.Release != nil {
		s.data = patch.Data.Release
	}
}

// statuses are those of the labels and, after a slash, of what is kept, one for each revision.
func (k *keeper) statuses(t *testing.T) string {
	t.Helper()
	var all []string
	for number := 1; number <= len(k.secrets); number++ {
		secret := k.secrets[history.SecretName("course-prod", number)]
		stored, err := history.Decode(secret.data)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := stored.Encode()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, secret.labels["status"]+"/"+inside(t, whole, "status"))
		if inside(t, whole, "own") != "kept as it is" {
			t.Errorf("revision %d has lost a field of helm's", number)
		}
	}
	return strings.Join(all, ", ")
}

// inside finds a text in what is kept.
func inside(t *testing.T, data []byte, key string) string {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(string(data))
	if err != nil {
		t.Fatal(err)
	}
	reader, err := gzip.NewReader(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	var text struct {
		Info map[string]string `json:"info"`
		Own  string            `json:"own"`
	}
	if err := json.NewDecoder(reader).Decode(&text); err != nil {
		t.Fatal(err)
	}
	if key == "own" {
		return text.Own
	}
	return text.Info[key]
}

// What helm has recorded as deployed and whose pods failed is failed, and the revision before is the deployed one again.
func TestARevisionThatIsNotReadyIsRecordedAsFailed(t *testing.T) {
	for name, test := range map[string]struct {
		statuses []string
		before   int
		want     string
	}{
		"an upgrade":                      {[]string{"superseded", "deployed"}, 1, "deployed/deployed, failed/failed"},
		"over one that failed":            {[]string{"superseded", "failed", "deployed"}, 2, "deployed/deployed, failed/failed, failed/failed"},
		"the first":                       {[]string{"deployed"}, 0, "failed/failed"},
		"helm has made no other":          {[]string{"superseded", "deployed"}, 2, "superseded/superseded, deployed/deployed"},
		"helm itself has found it":        {[]string{"deployed", "failed"}, 1, "deployed/deployed, failed/failed"},
		"it is under way":                 {[]string{"deployed", "pending-upgrade"}, 1, "deployed/deployed, pending-upgrade/pending-upgrade"},
		"nothing before it was ever well": {[]string{"failed", "deployed"}, 1, "failed/failed, failed/failed"},
	} {
		store, k := newStore(t, test.statuses...)
		store.RecordUnready(t.Context(), course, test.before)
		if got := k.statuses(t); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// A rollback that was ended is failed and no longer under way, so that the next run need not wait for it.
func TestAPendingRevisionIsRecordedAsFailed(t *testing.T) {
	for status, want := range map[string]string{"pending-rollback": "failed/failed", "uninstalling": "failed/failed", "deployed": "deployed/deployed", "failed": "failed/failed"} {
		store, k := newStore(t, status)
		if err := store.RecordFailure(t.Context(), course); err != nil {
			t.Fatal(err)
		}
		if got := k.statuses(t); got != want {
			t.Errorf("%s: got %s", status, got)
		}
	}
	store, _ := newStore(t)
	if err := store.RecordFailure(t.Context(), course); err != nil {
		t.Errorf("without a release: %v", err)
	}
}

// helm copies the record of the revision that it goes back to. It counts for the new one if it was that revision's own.
func TestARollbackKeepsItsRecord(t *testing.T) {
	for name, test := range map[string]struct {
		own  string // what the earlier revision says which it is
		want string
	}{
		"its own":   {"1", "3"},
		"of a copy": {"0", "1"},
	} {
		store, k := newStore(t, "superseded", "superseded", "deployed")
		k.secrets[history.SecretName("course-prod", 1)].labels[history.RevisionLabel] = test.own
		newest := k.secrets[history.SecretName("course-prod", 3)]
		newest.labels[history.RevisionLabel] = "1"
		if err := store.KeepRecord(t.Context(), course, 1); err != nil {
			t.Fatal(err)
		}
		if got := newest.labels[history.RevisionLabel]; got != test.want {
			t.Errorf("%s: revision 3 says that it is %s, want %s", name, got, test.want)
		}
		if err := store.KeepRecord(t.Context(), course, 9); err != nil {
			t.Errorf("from one that is gone: %v", err)
		}
	}
}

// What is written back is what was read: somebody who has changed it meanwhile is not written over.
func TestARevisionThatHasChangedIsNotWrittenOver(t *testing.T) {
	store, k := newStore(t, "deployed")
	read, stored, err := store.Open(t.Context(), course, 1)
	if err != nil {
		t.Fatal(err)
	}
	k.secrets[history.SecretName("course-prod", 1)].version++
	if err := store.Save(t.Context(), course, 1, read, stored, "failed"); err == nil || exit.Code(err) != exit.Helm {
		t.Errorf("got %v", err)
	}
	if got := k.statuses(t); got != "deployed/deployed" {
		t.Errorf("got %s", got)
	}
}

func TestWhatCannotBeReadNamesItsSecret(t *testing.T) {
	store, k := newStore(t, "deployed")
	k.secrets[history.SecretName("course-prod", 1)].data = []byte("no base64 of anything!")
	_, err := store.Read(t.Context(), course, 1)
	want := "what helm keeps of revision 1 of hub course (secret sh.helm.release.v1.course-prod.v1) cannot be read: "
	if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(exit.Remedy(err), "--namespace courses delete secret sh.helm.release.v1.course-prod.v1") || exit.Code(err) != exit.Helm {
		t.Errorf("got %v", err)
	}
	if _, err := store.Read(t.Context(), course, 7); err == nil || !strings.HasPrefix(err.Error(), "reading revision 7 of hub course: ") {
		t.Errorf("one that is not there: %v", err)
	}
}

// Values that were given to a revision are masked, but for those that the repository shows to everybody.
func TestTheValuesOfARevisionAreMasked(t *testing.T) {
	store, _ := newStore(t, "deployed")
	objects, err := store.Objects(t.Context(), course, 1)
	if err != nil || len(objects) != 1 || objects[0].Kind != "ConfigMap" || objects[0].Namespace != "courses" {
		t.Fatalf("got %+v, %v", objects, err)
	}
	if got := store.session.Run.Redact.Mask("it says a-secret-of-the-revision in Course"); strings.Contains(got, "a-secret") {
		t.Errorf("got %s", got)
	}
	if none, err := store.Objects(t.Context(), course, 0); err != nil || none != nil {
		t.Errorf("before the first: %v, %v", none, err)
	}
	if err := store.MaskNewest(t.Context(), course); err != nil {
		t.Error(err)
	}
	fresh, _ := newStore(t)
	if err := fresh.MaskNewest(t.Context(), course); err != nil {
		t.Errorf("without a release: %v", err)
	}
}
