package adopt

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// standardPath is the value that gets a hub's image without settings.
const standardPath = "jupyterhub.singleuser.image"

func pathOfImage(found string) string { return cmp.Or(found, standardPath) }

// findImages finds out in which repositories images are kept, from the values of the hubs.
func (f *Found) findImages(t *tree) {
	var repositories, hubs []string
	for _, hub := range f.Hubs {
		located, err := f.Layout.Locate(hub.Names)
		if err != nil || located.Image == "" || !t.has(path.Join(located.Image, "Dockerfile")) {
			continue
		}
		hubs = append(hubs, hub.Name())
		for _, file := range f.valueFiles(located) {
			if image := imageIn(t.mapping(file)); image != "" {
				repository, _ := generalised(image, located.ImageName)
				repository, _ = generalised(repository, hub.Hub)
				repositories = append(repositories, repository)
			}
		}
	}
	if len(hubs) == 0 {
		if f.Layout.Image != layout.Default().Image {
			f.Layout.Image = ""
		}
		f.Image.Repository = ""
		return
	}
	if f.Image.Repository == "" {
		f.Image.Repository = withHub(repositories)
	}
	switch {
	case f.Image.Repository == "":
		f.Image.Unknown = true
		f.decide("image.repository: where are the images of hubs (%s) kept? Write it with {hub} for the name of the image: one repository holds for all", cut(hubs))
	case !strings.Contains(f.Image.Repository, "{hub}"):
		f.decide("image.repository: hubs have images of their own, so {hub} was added to %s", f.Image.Repository)
		f.Image.Repository += "-{hub}"
	}
}

// withHub returns the repository that is named most often, of those that hold {hub} first.
func withHub(repositories []string) string {
	with := slices.DeleteFunc(slices.Clone(repositories), func(name string) bool { return !strings.Contains(name, "{hub}") })
	return cmp.Or(mostFrequent(with), "")
}

// valueFiles lists the files of values of a hub, the chart's own first.
func (f *Found) valueFiles(located layout.Located) []string {
	var files []string
	if located.ChartDir != "" {
		files = append(files, path.Join(located.ChartDir, "values.yaml"))
	}
	for _, file := range located.Values {
		files = append(files, file.Path)
	}
	return files
}

// imageIn finds the image of users' servers in values, at any depth: singleuser.image.name.
func imageIn(values map[string]any) string {
	if name := textAt(values, "singleuser", "image", "name"); name != "" {
		return name
	}
	for _, key := range slices.Sorted(keysOf(values)) {
		if inner, is := values[key].(map[string]any); is {
			if name := imageIn(inner); name != "" {
				return name
			}
		}
	}
	return ""
}
