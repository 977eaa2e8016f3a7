package layout

import "testing"

func TestWhereAReleaseIs(t *testing.T) {
	course := Names{Hub: "course", Env: "prod", Cluster: "west"}
	for name, test := range map[string]struct {
		parts Parts
		names Names
		want  Address
	}{
		"by the hub's name":    {Parts{}, Names{Hub: "course"}, Plain("course")},
		"of an environment":    {Parts{}, Names{Hub: "course", Env: "prod"}, Plain("course-prod")},
		"of other names":       {Parts{Release: "{hub}", Namespace: "{env}-{hub}"}, course, Address{Hub: "west-course-prod", Cluster: "west", Release: "course", Namespace: "prod-course"}},
		"in a namespace alone": {Parts{Namespace: "jhub"}, Names{Hub: "course"}, Address{Hub: "course", Release: "course", Namespace: "jhub"}},
	} {
		if got, err := test.parts.Address(test.names); err != nil || got != test.want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if got, err := (Parts{Release: "{hub}-{env}"}).Address(Names{Hub: "course"}); err == nil {
		t.Errorf("without an environment: got %+v", got)
	}
	for pattern, good := range map[string]bool{"": true, "{hub}": true, "old": true, "{hub}-{env}": true, "{name}": false, "a/b": false, "{hub}?": false, "{hub": false, "*": false} {
		if err := CheckNaming(pattern); (err == nil) != good {
			t.Errorf("%q: %v", pattern, err)
		}
	}
}
