package newhub

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
)

// Held is a file of the hub that is copied, as Git holds it.
type Held struct {
	Path       string
	Content    []byte
	Link       bool
	Encrypted  bool
	Executable bool
}

// Copied returns the files of a new hub that is like another one: chart, values and image of that, with the names of the new one, and secret
// values of its own. held are the files of the other hub's own parts. notes say what of them a person must look at. Bad input is what cannot
// be copied without one hub having a secret, or the address, of the other.
func Copied(from, to []Site, held []Held, standards Standards, tokens Tokens) (files []File, notes []string, err error) {
	names := renaming(from, to)
	if err := checkGeneric(names, held); err != nil {
		return nil, nil, err
	}
	for _, one := range held {
		target := names.target(one.Path)
		if target == "" || slices.ContainsFunc(files, func(f File) bool { return f.Path == target }) {
			continue
		}
		if err := one.check(names); err != nil {
			return nil, nil, err
		}
		file := File{Path: target, Executable: one.Executable, Content: names.apply(one), Holds: "as " + one.Path}
		if !bytes.Equal(file.Content, one.Content) {
			file.Holds += ", with the new names"
		}
		files = append(files, file)
	}
	files, notes = names.apart(held, files)
	for _, site := range to {
		secrets, err := site.freshSecrets(standards, tokens, "")
		if err != nil {
			return nil, nil, err
		}
		for _, file := range secrets {
			if !slices.ContainsFunc(files, func(f File) bool { return f.Path == file.Path }) {
				files = append(files, file)
			}
		}
		if !site.Covered(files) {
			return nil, nil, exit.Input("%s makes a hub here, and hub %s has nothing like it", site.Marker, from[0].Hub).Try("copy another hub")
		}
	}
	return files, append(notes, names.left(files)...), nil
}

// check refuses what cannot be copied.
func (h Held) check(r renames) error {
	switch {
	case h.Link:
		return exit.Input("%s is a link: new:hub copies files", h.Path).Try("copy another hub, or write a file in its place")
	case h.Encrypted:
		return exit.Input("%s is encrypted: a copy would give the new hub what is secret of the other", h.Path).Try("copy another hub")
	case !r.isYAML(h.Path):
		return nil
	}
	for _, one := range scalarsOf(h.Content) {
		if config.LooksSecret(one.key()) && one.node.Value != "" && one.node.Tag == "!!str" {
			return exit.Input("%s:%d: %s is a credential in plain text, which the new hub would share", h.Path, one.node.Line, one.path).Try("move it to the secret values of that hub, and change it")
		}
	}
	return nil
}

// renames are what is called otherwise in the new hub.
type renames struct {
	from, to []Site
	pairs    [][2]string // names of the hub, its release and its namespace: the longest first
}

func renaming(from, to []Site) renames {
	r := renames{from: from, to: to}
	add := func(old, now string) {
		if pair := [2]string{old, now}; old != now && !slices.Contains(r.pairs, pair) {
			r.pairs = append(r.pairs, pair)
		}
	}
	for i := range from {
		add(from[i].Name(), to[i].Name())
		add(from[i].Address.Release, to[i].Address.Release)
		add(from[i].Address.Namespace, to[i].Address.Namespace)
		add(from[i].Hub, to[i].Hub)
	}
	slices.SortStableFunc(r.pairs, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	return r
}

// target is where the new hub has what the other has at a path; "" if it is none of that hub's own.
func (r renames) target(name string) string {
	for i := range r.from {
		for _, part := range [][2]string{{r.from[i].Chart, r.to[i].Chart}, {r.from[i].Image, r.to[i].Image}, {r.from[i].Marker, r.to[i].Marker}} {
			if rest, within := strings.CutPrefix(name, part[0]+"/"); within && part[0] != "" {
				return path.Join(part[1], rest)
			}
			if name == part[0] {
				return part[1]
			}
		}
		if at := slices.Index(r.from[i].Values, name); at >= 0 && at < len(r.to[i].Values) {
			return r.to[i].Values[at]
		}
	}
	return ""
}

// inImage reports whether a path is in the context of an image: what is in there, a build reads, and nobody knows by which names.
func (r renames) inImage(name string) bool {
	return slices.ContainsFunc(slices.Concat(r.from, r.to), func(s Site) bool { return s.Image != "" && strings.HasPrefix(name, s.Image+"/") })
}

// isYAML reports whether a file has values whose names are changed one by one: all of YAML that is no template.
func (r renames) isYAML(name string) bool {
	extension := path.Ext(name)
	return (extension == ".yaml" || extension == ".yml") && !r.inImage(name) && !strings.Contains(name, "/templates/")
}

// apply returns the content of a file with the new names.
func (r renames) apply(h Held) []byte {
	switch {
	case r.inImage(h.Path), bytes.ContainsRune(h.Content, 0), !utf8.Valid(h.Content):
		return h.Content
	case r.isYAML(h.Path):
		return edited(h.Content, func(one scalar) string {
			if strings.HasPrefix(one.path, "dependencies.") || one.path == "apiVersion" {
				return one.node.Value
			}
			return r.rename(one.node.Value)
		})
	}
	return []byte(r.rename(string(h.Content)))
}

// rename puts the new names into a text. What one pair has written no other reads.
func (r renames) rename(text string) string {
	for i, pair := range r.pairs {
		text = replaced(text, pair[0], mark(i))
	}
	for i, pair := range r.pairs {
		text = strings.ReplaceAll(text, mark(i), pair[1])
	}
	return text
}

// mark stands for a new name while others are looked for.
func mark(i int) string { return fmt.Sprintf("\x00%d\x00", i) }

// generic are words that the values of a JupyterHub have without meaning a hub.
var generic = []string{"hub", "lab", "tree", "user", "users", "api", "home", "jovyan", "notebook", "notebooks", "oauth", "oauth_callback", "http", "https", "example", "com", "org", "net", "edu", "course", "prod", "staging", "latest", "true", "false"}

// checkGeneric refuses to copy a hub whose name nobody can tell from other words: "hub" stands in each callback URL.
func checkGeneric(r renames, held []Held) error {
	known := slices.Clone(generic)
	for _, one := range held {
		if r.isYAML(one.Path) {
			for _, value := range scalarsOf(one.Content) {
				known = append(known, strings.Split(value.path, ".")...)
			}
		}
	}
	for _, pair := range r.pairs {
		if slices.Contains(known, pair[0]) {
			return exit.Input("the hub to copy is called %q, which is a word of the settings too: nobody can tell which is meant", pair[0]).Try("copy another hub, or none")
		}
	}
	return nil
}

// left says where the new files still name the other hub.
func (r renames) left(files []File) (notes []string) {
	for _, file := range files {
		number := 0
		for line := range strings.Lines(string(file.Content)) {
			number++
			if slices.ContainsFunc(r.from, func(s Site) bool { return strings.Contains(line, s.Hub) && !strings.Contains(r.to[0].Hub, s.Hub) }) && utf8.ValidString(line) && !file.Secret {
				notes = append(notes, fmt.Sprintf("%s:%d names the other hub still: %s", file.Path, number, strings.TrimSpace(line)))
			}
		}
	}
	return notes
}
