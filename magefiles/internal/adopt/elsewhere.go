package adopt

import (
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// elsewhereKey is what the image of users' servers is called in the section images, where it is built elsewhere.
const elsewhereKey = "user"

// namedImage is an image that a hubploy.yaml names, and the value that hubploy writes its name and its tag below.
type namedImage struct{ name, path string }

// tagged reports whether its name has a tag: only then does hubploy set it.
func (i namedImage) tagged() bool {
	return strings.LastIndexByte(i.name, ':') > strings.LastIndexByte(i.name, '/') && layout.CheckFrom(i.name) == nil
}

// namedImages lists the images of a hubploy.yaml.
func namedImages(settings map[string]any) []namedImage {
	var found []namedImage
	if name := textAt(settings, "images", "image_name"); name != "" {
		return append(found, namedImage{name, pathOfImage(textAt(settings, "images", "image_config_path"))})
	}
	for _, image := range mappings(settings, "images", "images") {
		if name := textAt(image, "name"); name != "" {
			found = append(found, namedImage{name, pathOfImage(textAt(image, "helm_substitution_path"))})
		}
	}
	return found
}

// setElsewhere says which images of users' servers are built elsewhere, by hubs of hubploy's deployments. hubploy sets one after the other, so
// the last one that goes to a value stays. What goes elsewhere than most of them do is left to a person.
func (f *Found) setElsewhere(t *tree, of map[string][]namedImage, hubs, environments []string) {
	var paths, built []string
	for _, images := range of {
		paths = append(paths, images[len(images)-1].path)
	}
	f.Elsewhere.Path = mostFrequent(paths)
	present := slices.DeleteFunc(slices.Clone(hubs), func(hub string) bool { return !slices.Contains(f.namesIn(t), hub) })
	from := map[string]string{} // by the hubs in an environment
	for _, hub := range present {
		for _, image := range of[hub] {
			if image.path == f.Elsewhere.Path {
				from[hub] = image.name
			} else {
				f.decide("hubploy.yaml of %s sets the image %s at %s: name it in hubops.yaml, images", hub, image.name, image.path)
			}
		}
		if len(of[hub]) > 1 {
			f.decide("hubploy.yaml of %s names %d images for one value, and hubploy sets the last: is %s the one that its users are to have?", hub, len(of[hub]), from[hub])
		}
		if from[hub] != "" {
			built = append(built, hub)
		}
	}
	if len(built) == 0 {
		f.Elsewhere = Elsewhere{}
		return
	}
	same := !slices.ContainsFunc(built, func(hub string) bool { return from[hub] != from[built[0]] })
	if same {
		f.Elsewhere.From = from[built[0]]
	}
	for _, hub := range built {
		for _, name := range namesOf(hub, hubs, environments) {
			if len(built) < len(present) {
				f.Elsewhere.Hubs = append(f.Elsewhere.Hubs, name)
			}
			if !same {
				f.own(name).From = from[hub]
			}
		}
	}
	f.decide("images.%s: images are built elsewhere, as hubploy.yaml says (%s): what writes new tags there has to write them here, and who plans "+
		"and deploys needs a login for their registry", elsewhereKey, cut(built))
}

// own is what differs for some hubs, which is nothing at first.
func (f *Found) own(hubs string) *Own {
	at := slices.IndexFunc(f.Own, func(o Own) bool { return o.Hubs == hubs })
	if at < 0 {
		f.Own = append(f.Own, Own{Hubs: hubs})
		at = len(f.Own) - 1
	}
	return &f.Own[at]
}

// elsewhereText is the section images.
func (f *Found) elsewhereText() string {
	if f.Elsewhere.Path == "" {
		return ""
	}
	parts := []string{fmt.Sprintf("values: [{name: %s, tag: %s}]", flow(f.Elsewhere.Path+".name"), flow(f.Elsewhere.Path+".tag"))}
	why := "Which one, hubs say below."
	if f.Elsewhere.From != "" {
		parts, why = append(parts, "from: "+flow(f.Elsewhere.From)), "A deploy pins its digest."
	}
	if len(f.Elsewhere.Hubs) > 0 {
		parts = append(parts, "hubs: "+list(f.Elsewhere.Hubs))
	}
	return "\n# Images that are built elsewhere, and the values that receive name and tag. " + why + "\nimages:\n  " + elsewhereKey + ": {" + strings.Join(parts, ", ") + "}\n"
}
