package history

import (
	"strings"
	"testing"
)

func TestWhoseAReleaseIs(t *testing.T) {
	here := Marks([]string{"us/hubs", "ann/hubs"})
	made := func(repository string) Revision {
		return Revision{Number: 1, Status: "deployed", Record: Record{Commit: "abc", Run: "travis-12", Repository: repository}}
	}
	byHand := Revision{Number: 2, Status: "deployed"}
	for name, test := range map[string]struct {
		revisions []Revision
		here      Repositories
		want      string
	}{
		"none":                         {nil, here, ""},
		"ours":                         {[]Revision{made("us_hubs")}, here, ""},
		"another remote of this clone": {[]Revision{made("ann_hubs")}, here, ""},
		"an earlier version's":         {[]Revision{made("")}, here, ""},
		"of a clone without a remote":  {[]Revision{made(None)}, here, ""},
		"both without a remote":        {[]Revision{made(None)}, nil, ""},
		"by hand":                      {[]Revision{byHand}, here, "hub-ops did not make it (revision 2, deployed)"},
		"ours, then by hand":           {[]Revision{made("us_hubs"), byHand}, here, ""},
		"another repository's":         {[]Revision{made("them_hubs")}, here, "it was deployed from another repository, them_hubs (revision 1, by travis-12)"},
		"another's, then by hand":      {[]Revision{made("them_hubs"), byHand}, here, "it was deployed from another repository, them_hubs (revision 1, by travis-12)"},
		"of another hub of ours":       {[]Revision{{Number: 1, Record: Record{Commit: "abc", Run: "travis-12", Repository: "us_hubs", Hub: "other"}}}, here, "it is that of hub other (revision 1, by travis-12)"},
		"this clone has no remote":     {[]Revision{made("us_hubs")}, nil, "it was deployed from another repository, us_hubs (revision 1, by travis-12)"},
	} {
		if got := (Release{Name: "course", Revisions: test.revisions}).Foreign(test.here, "course"); got != test.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestMarksAreLabelsAndTellRepositoriesApart(t *testing.T) {
	long := "group/" + strings.Repeat("a", 80)
	marks := Marks([]string{"us/hubs", "us/other", long + "/x", long + "/y"})
	seen := map[string]bool{}
	for _, one := range marks {
		if seen[one] || labelValue(one) != one || one == "" {
			t.Errorf("%q", one)
		}
		seen[one] = true
	}
	if marks.Mark() != "us_hubs" || Repositories(nil).Mark() != None || Repositories(nil).Own("") {
		t.Errorf("got %q", marks)
	}
}
