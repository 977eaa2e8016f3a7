package hub

import (
	"strings"

	"hub-ops/magefiles/internal/valuepath"
)

// Targets are the paths of a chart's values that receive an image.
type Targets struct {
	Names []string // its repository
	Tags  []string // its tag, with its digest
	Whole []string // both, as one text
}

// Placing says what goes where: for a digest of it. The tag is left out.
func (t Targets) Placing(repository string) []string {
	placing := []string{repository, strings.Join(t.Names, ","), strings.Join(t.Tags, ",")}
	if len(t.Whole) > 0 {
		placing = append(placing, strings.Join(t.Whole, ","))
	}
	return placing
}

// All lists the paths.
func (t Targets) All() []string {
	return append(append(append([]string(nil), t.Names...), t.Tags...), t.Whole...)
}

// Values lists the paths of all values that receive it, without filters: for all elements of a list.
func (t Targets) Values() []string {
	all := t.All()
	for i, text := range all {
		if path, err := valuepath.Parse(text); err == nil {
			all[i] = path.Keys()
		}
	}
	return all
}

// Lists lists the paths of the lists that an element of receives it.
func (t Targets) Lists() []string {
	var lists []string
	for _, text := range t.All() {
		if path, err := valuepath.Parse(text); err == nil && path.InList() {
			lists = append(lists, path.Plain())
		}
	}
	return lists
}

// Targets returns where an image of the hub goes in the values of its chart. main is where that of layout.image goes.
func (h Hub) Targets(image Image, main Targets) Targets {
	if image.Key != "" {
		main = image.Into
	}
	return Targets{h.ImagePaths(main.Names), h.ImagePaths(main.Tags), h.ImagePaths(main.Whole)}
}
