package origin

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/session/sessiontest"
)

// A branch that may write its own hubops.yaml calls no image of its own what the image of another branch's hub is called.
func TestWhatAnImageIsCalledTheDefaultBranchSays(t *testing.T) {
	const (
		owners = "branches: {main: ['*'], staging: [staginghub, 'test-*'], third: [thirdhub, 'by-name']}\n"
		shared = owners + "images: {r: {directory: images/r}, t: {directory: 'images/{hub}'}}\n"
		evil   = owners + "images: {course: {directory: images/evil, hubs: [staginghub]}}\n"
		envs   = "layout: {hubs: 'e/{hub}.yaml', environments: {main: prod, staging: staging}, image: 'i/{hub}'}\n"
		apart  = owners + "layout: {hubs: 'hub-charts/{cluster}/{hub}'}\n"
	)
	all := func(main, staging, third string) map[string]string {
		return map[string]string{"main": main, "staging": staging, "third": third}
	}
	staginghub, prefix := layout.Names{Hub: "staginghub"}, "the image "
	for name, test := range map[string]struct {
		hub    layout.Names
		image  string
		origin map[string]string
		want   string // in the error; "" for none
	}{
		"the hub's own":                       {staginghub, "staginghub", all(owners, owners, owners), ""},
		"another's hub":                       {staginghub, "course", all(owners, evil, owners), prefix + "course of hub staginghub has the name of hub course of branch main"},
		"another's hub, alone":                {staginghub, "course", map[string]string{"main": owners, "staging": evil}, "hub course of branch main"},
		"another's by name":                   {staginghub, "by-name", all(owners, evil, owners), "a hub of branch third"},
		"another's hub that main has not":     {staginghub, "thirdhub", all(owners, evil, owners), "a hub of branch third"},
		"another's image":                     {staginghub, "r", all(strings.Replace(shared, "images/r", "images/r, hubs: [course]", 1), evil, owners), "of branch main, or of its image"},
		"an image that a third branch has":    {staginghub, "thirdhub-t", all(owners, evil, shared), "hub thirdhub of branch third, or of its image"},
		"what a third says of another's hubs": {staginghub, "course-t", all(owners, evil, shared), ""},
		"shared by main's word":               {staginghub, "r", all(shared, evil, owners), ""},
		"nobody's":                            {staginghub, "new", all(owners, evil, owners), ""},
		"of both environments":                {layout.Names{Hub: "e", Env: "staging"}, "e", all(envs, envs, envs), ""},
		"of another in environments":          {layout.Names{Hub: "f", Env: "staging"}, "e", all(envs, envs, envs), "hub e-prod of branch main"},
		"by another layout":                   {layout.Names{Hub: "course", Cluster: "test"}, "course", all(owners, apart, owners), "hub course of branch main"},
	} {
		t.Run(name, func(t *testing.T) {
			repository := gittest.New(t, "hub-charts/course/Chart.yaml", "x", "hub-charts/staginghub/Chart.yaml", "x", "hub-charts/thirdhub/Chart.yaml", "x", "e/e.yaml", "x", "e/f.yaml", "x")
			o := opened(t, sessiontest.Checkout(t, repository, test.origin["staging"], test.origin), append(onTravis[:4:4], "TRAVIS_BRANCH=staging"))
			err := o.CheckImage(t.Context(), test.hub, test.image, "hubops.yaml:3")
			if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
