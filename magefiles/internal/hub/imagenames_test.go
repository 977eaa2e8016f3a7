package hub

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secretdir"
)

func TestTwoImagesOfOneNameAreRefused(t *testing.T) {
	const chartOf = "apiVersion: v2\nname: x\nversion: 0.1.0\n"
	root := tree(t, "hub-charts/course/Chart.yaml", chartOf, "hub-charts/staginghub/Chart.yaml", chartOf, "user-images/course/Dockerfile", "FROM scratch\n",
		"images/evil/Dockerfile", "FROM scratch\n", "images/r/Dockerfile", "FROM scratch\n", "images/next/Dockerfile", "FROM scratch\n", "user-images/x-course/Dockerfile", "FROM scratch\n")
	files := gittest.In(t, root).Snapshot()
	for name, test := range map[string]struct {
		images map[string][]layout.Image // by the hubs
		want   string
	}{
		"none":                      {nil, ""},
		"called like a hub's":       {map[string][]layout.Image{"staginghub": {{Key: "course", Dir: "images/evil"}}}, "images.course: the images in user-images/course (hub course) and images/evil (hub staginghub) are both called course"},
		"called like a hub's own":   {map[string][]layout.Image{"course": {{Key: "course", Dir: "images/evil"}}}, "images.course: the images in user-images/course (hub course) and images/evil (hub course)"},
		"two keys":                  {map[string][]layout.Image{"course": {{Key: "r", Dir: "user-images/x-{hub}"}}, "staginghub": {{Key: "course-r", Dir: "images/r"}}}, "images.course-r: the images in user-images/x-course"},
		"one, elsewhere built anew": {map[string][]layout.Image{"course": {{Key: "r", Dir: "images/r"}}, "staginghub": {{Key: "r", Dir: "images/next"}}}, ""},
		"a hub without an image":    {map[string][]layout.Image{"course": {{Key: "staginghub", Dir: "images/r"}}}, ""},
	} {
		settings := layout.Default()
		of := func(hub string) layout.Parts {
			parts := settings.Parts
			parts.Images = test.images[hub]
			return parts
		}
		_, err := Open(root, files, chart.New(files, nil, secretdir.Places{}), Layout{Settings: settings, Of: of})
		if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}
