package kube

import (
	"strings"
	"testing"
)

func TestRecords(t *testing.T) {
	for tag, want := range map[string]Record{
		"t0123456789ab": {Recorded: true, Image: "t0123456789ab"},
		"none":          {Recorded: true, Image: "none"},
		"":              {},
	} {
		want.Name, want.Revision = "hub-a", 12
		labels := map[string]string{"name": "hub-a", "owner": "helm", "status": "superseded", "version": "12"}
		if tag != "" {
			labels["hub-ops.image-tag"] = tag
		}
		records, err := recordsOf([]metadata{{Namespace: "hub-a", Labels: labels}})
		if err != nil || len(records) != 1 || records[0] != want {
			t.Errorf("%s: %+v, %v", labels, records, err)
		}
	}
	for _, labels := range []map[string]string{{"version": "12"}, {"name": "hub-a"}, nil, {"name": "hub-a", "version": "x"}} {
		_, err := recordsOf([]metadata{{Namespace: "n", Name: "odd", Labels: labels}})
		if err == nil || !strings.Contains(err.Error(), "cannot be read: secret odd of namespace n") {
			t.Errorf("%s: %v", labels, err)
		}
	}
}
