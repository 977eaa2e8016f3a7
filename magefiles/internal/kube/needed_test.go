package kube

import (
	"strings"
	"testing"
)

func TestRecords(t *testing.T) {
	const row = "hub-a sh.helm.release.v1.hub-a.v12 helm.sh/release.v1 1 5d "
	for labels, want := range map[string]Record{
		"hub-ops.image-tag=t0123456789ab,name=hub-a,owner=helm,status=superseded,version=12": {Recorded: true, Image: "t0123456789ab"},
		"hub-ops.image-tag=none,name=hub-a,owner=helm,status=superseded,version=12":          {Recorded: true, Image: "none"},
		"name=hub-a,owner=helm,status=superseded,version=12":                                 {},
	} {
		want.Name, want.Revision = "hub-a", 12
		records, err := recordsOf([][]string{strings.Fields(row + labels)})
		if err != nil || len(records) != 1 || records[0] != want {
			t.Errorf("%s: %+v, %v", labels, records, err)
		}
	}
	for _, line := range []string{row + "owner=helm,version=12", row + "owner=helm,name=hub-a", row + "<none>", "hub-a", row + "a b"} {
		if _, err := recordsOf([][]string{strings.Fields(line)}); err == nil || !strings.Contains(err.Error(), "a release record of the cluster cannot be read") {
			t.Errorf("%s: %v", line, err)
		}
	}
}
