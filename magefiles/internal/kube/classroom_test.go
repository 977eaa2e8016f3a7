package kube

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/layout"
)

func TestPlaceholdersOfAHub(t *testing.T) {
	var patches []string
	client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			body, _ := io.ReadAll(r.Body)
			patches = append(patches, r.URL.Path+" "+string(body))
			_, _ = io.WriteString(w, "{}")
			return
		}
		_, _ = io.WriteString(w, `{"items": [
			{"metadata": {"name": "user-placeholder", "namespace": "botany", "labels": {"component": "user-placeholder"}, "annotations": {"meta.helm.sh/release-name": "zoology"}}},
			{"metadata": {"name": "user-placeholder", "namespace": "botany", "uid": "u", "resourceVersion": "7", "labels": {"component": "user-placeholder"}, "annotations": {"meta.helm.sh/release-name": "botany",
			  "hub-ops.classroom-count": "20", "hub-ops.classroom-before": "2", "hub-ops.classroom-until": "2026-03-02T11:30:00Z"}}, "spec": {"replicas": 20}}]}`)
	})}
	at := layout.Plain("botany")
	room, found, err := client.Room(t.Context(), at)
	if err != nil || !found || !room.Kept || room.Count != 20 || room.Before != 2 || room.Replicas != 20 || room.Until.Unix() != 1772451000 {
		t.Fatalf("%+v, %v, %v", room, found, err)
	}
	if _, found, err := client.Room(t.Context(), layout.Plain("physics")); err != nil || found {
		t.Errorf("another hub's are found: %v", err)
	}
	if rooms, err := client.Rooms(t.Context()); err != nil || len(rooms) != 1 {
		t.Errorf("%+v, %v", rooms, err)
	}
	if err := client.KeepRoom(t.Context(), at, room, 30, 2, time.Unix(0, 0)); err != nil {
		t.Error(err)
	}
	if err := client.EndRoom(t.Context(), at, room, 2); err != nil {
		t.Error(err)
	}
	for i, want := range []string{
		`/apis/apps/v1/namespaces/botany/statefulsets/user-placeholder {"metadata":{"annotations":{"hub-ops.classroom-before":"2","hub-ops.classroom-count":"30","hub-ops.classroom-until":"1970-01-01T00:00:00Z"},"labels":{"hub-ops.classroom":"kept"},"resourceVersion":"7","uid":"u"},"spec":{"replicas":30}}`,
		`{"metadata":{"annotations":{"hub-ops.classroom-before":null,"hub-ops.classroom-count":null,"hub-ops.classroom-until":null},"labels":{"hub-ops.classroom":null},"resourceVersion":"7","uid":"u"},"spec":{"replicas":2}}`,
	} {
		if !strings.HasSuffix(patches[i], want) {
			t.Errorf("%s\nwant %s", patches[i], want)
		}
	}
}

// A pod that came makes a new version of the StatefulSet; a person who has set another number is another matter.
func TestPlaceholdersThatChangedMeanwhile(t *testing.T) {
	for name, test := range map[string]struct {
		replicas string // when it is read again
		want     int    // requests to set them
		fails    bool
	}{
		"a pod came":          {"20", 2, false},
		"somebody set others": {"5", 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			version, tries := "7", 0
			client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				replicas := test.replicas
				if version == "7" {
					replicas = "20"
				}
				if r.Method == http.MethodPatch {
					body, _ := io.ReadAll(r.Body)
					if tries++; strings.Contains(string(body), `"resourceVersion":"7"`) {
						version = "8"
						w.WriteHeader(http.StatusConflict)
						_, _ = io.WriteString(w, `{"kind": "Status", "code": 409, "message": "the object has been modified"}`)
						return
					}
				}
				_, _ = io.WriteString(w, `{"items": [{"metadata": {"name": "p", "namespace": "botany", "uid": "u", "resourceVersion": "`+version+
					`", "labels": {"component": "user-placeholder"}, "annotations": {"meta.helm.sh/release-name": "botany"}}, "spec": {"replicas": `+replicas+`}}]}`)
			})}
			at := layout.Plain("botany")
			room, _, err := client.Room(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			if err := client.KeepRoom(t.Context(), at, room, 30, 2, time.Unix(0, 0)); (err != nil) != test.fails || tries != test.want {
				t.Errorf("after %d requests: %v", tries, err)
			}
		})
	}
}

func TestPlaceholdersThatCannotBeListed(t *testing.T) {
	client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })}
	if rooms, err := client.Rooms(t.Context()); err == nil {
		t.Errorf("%+v", rooms)
	}
}
