package hublogs

import (
	"encoding/json"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

func pods(t *testing.T) (all []*diagnosis.Object) {
	t.Helper()
	const text = `[
	{"metadata": {"name": "proxy-1", "labels": {"component": "proxy", "release": "botany"}}, "status": {"containerStatuses": [{"name": "chp", "state": {"running": {}}}]}},
	{"metadata": {"name": "hub-1", "labels": {"component": "hub", "release": "botany"}}, "status": {"containerStatuses": [{"name": "hub", "restartCount": 2, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}},
	{"metadata": {"name": "hub-2", "labels": {"component": "hub", "release": "zoology"}}, "status": {"containerStatuses": [{"name": "hub", "state": {"running": {}}}]}},
	{"metadata": {"name": "image-puller", "labels": {"component": "puller"}}, "status": {"containerStatuses": [{"name": "pause", "state": {"waiting": {}}}]}},
	{"metadata": {"name": "jupyter-ann", "labels": {"component": "singleuser-server", "hub.jupyter.org/username": "ann-40x"}, "annotations": {"hub.jupyter.org/username": "ann@x"}},
	 "status": {"initContainerStatuses": [{"name": "block", "state": {"terminated": {}}}], "containerStatuses": [{"name": "notebook", "restartCount": 1, "state": {"running": {}}}]}}]`
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhoseLogsAreShown(t *testing.T) {
	for _, test := range []struct {
		wanted Wanted
		want   string
	}{
		{Wanted{}, "hub-1/hub, before it was started again; proxy-1/chp"},
		{Wanted{Component: "proxy"}, "proxy-1/chp"},
		{Wanted{User: "ann@x"}, "jupyter-ann/block; jupyter-ann/notebook, before it was started again; jupyter-ann/notebook"},
		{Wanted{User: "ann-40x"}, "jupyter-ann/block; jupyter-ann/notebook, before it was started again; jupyter-ann/notebook"},
	} {
		test.wanted.At = layout.Plain("botany")
		streams, err := Choose(pods(t), test.wanted)
		var names []string
		for _, stream := range streams {
			names = append(names, stream.Name())
		}
		if got := strings.Join(names, "; "); err != nil || got != test.want {
			t.Errorf("%+v: %s, %v", test.wanted, got, err)
		}
	}
}

func TestLogsThatThereAreNot(t *testing.T) {
	for want, test := range map[string]struct {
		wanted Wanted
		code   int
	}{
		"user bob of hub botany has no server": {Wanted{User: "bob"}, exit.BadInput},
		"hub botany has no pod of component autohttps; COMPONENT=<one of hub, proxy, puller, singleuser-server>": {Wanted{Component: "autohttps"}, exit.BadInput},
		"no container of image-puller has begun": {Wanted{Component: "puller"}, exit.Rollout},
	} {
		test.wanted.At = layout.Plain("botany")
		if _, err := Choose(pods(t), test.wanted); exit.Code(err) != test.code || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := Choose(nil, Wanted{At: layout.Plain("botany")}); !strings.Contains(err.Error(), "hub botany runs nothing in namespace botany; deploy it first") {
		t.Error(err)
	}
}
