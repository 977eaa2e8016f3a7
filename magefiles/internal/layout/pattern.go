package layout

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// placeholder matches one, and what is like one.
var placeholder = regexp.MustCompile(`\{[^{}/]*\}`)

var placeholders = []string{"hub", "env", "cluster"}

// optional is at the end of a pattern whose file may be missing.
const optional = "?"

// Check returns what is wrong with a pattern of a file or directory.
func Check(pattern string) error {
	if !utf8.ValidString(pattern) {
		return fmt.Errorf("%q: it is not UTF-8", pattern)
	}
	if strings.ContainsFunc(pattern, unicode.IsControl) {
		return fmt.Errorf("%q: it holds a line break, or the like", pattern)
	}
	pattern = strings.TrimSuffix(pattern, optional)
	for _, found := range placeholder.FindAllString(pattern, -1) {
		if !slices.Contains(placeholders, found[1:len(found)-1]) {
			return fmt.Errorf("%q: %s is no placeholder; there are {hub}, {env} and {cluster}", pattern, found)
		}
	}
	switch rest := placeholder.ReplaceAllString(pattern, "x"); {
	case strings.ContainsAny(rest, "{}"):
		return fmt.Errorf("%q: a brace is left open", pattern)
	case strings.ContainsAny(rest, `*?[\`):
		return fmt.Errorf("%q: it can hold {hub}, {env} and {cluster}, and no other pattern", pattern)
	case rest == "":
		return errors.New("it is empty")
	case path.IsAbs(rest) || path.Clean(rest) == ".." || strings.HasPrefix(path.Clean(rest), "../"):
		return fmt.Errorf("%q: it leads out of the repository", pattern)
	case path.Clean(rest) != strings.TrimSuffix(rest, "/"):
		return fmt.Errorf("%q: write it as %q", pattern, path.Clean(pattern))
	}
	return nil
}

// CheckHubs is Check for the pattern of hubs, which must say which hub it is.
func CheckHubs(pattern string) error {
	switch err := Check(pattern); {
	case err != nil:
		return err
	case strings.HasSuffix(pattern, optional):
		return fmt.Errorf("%q: what makes a hub cannot be missing", pattern)
	case !Has(pattern, "hub"):
		return fmt.Errorf("%q: it must hold {hub}", pattern)
	}
	return nil
}

// Has reports whether a pattern holds the placeholder: "hub", "env" or "cluster".
func Has(pattern, name string) bool { return strings.Contains(pattern, "{"+name+"}") }

// fill puts the names of a hub into a pattern.
func fill(pattern string, n Names) (string, error) {
	var unknown error
	filled := placeholder.ReplaceAllStringFunc(strings.TrimSuffix(pattern, optional), func(found string) string {
		name := n.of(found[1 : len(found)-1])
		if name == "" && unknown == nil {
			unknown = fmt.Errorf("%q: hub %s has no %s", pattern, n.Hub, map[string]string{"{env}": "environment: layout.environments names none", "{cluster}": "cluster: layout.hubs does not hold {cluster}, and layout.cluster names none"}[found])
		}
		return name
	})
	if filled != "" {
		filled = path.Clean(filled)
	}
	return filled, unknown
}

// fillAll is fill for files.
func fillAll(patterns []string, n Names) ([]File, error) {
	var files []File
	for _, pattern := range patterns {
		name, err := fill(pattern, n)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Path: name, Optional: strings.HasSuffix(pattern, optional)})
	}
	return files, nil
}

// matcher is a pattern that is looked for among paths.
type matcher struct {
	prefix  string // what each path begins with
	parts   []part
	pattern string
}

// part is a text, and the placeholder behind it, which the last part does not have.
type part struct {
	text, placeholder string
	ends              string // what the name that it stands for cannot hold
}

// compile makes the matcher of a pattern. A placeholder that is a whole name fits any; within a name, as in {hub}.values.yaml, it ends
// at a dot, so that it does not fit enc-course.secret.values.yaml.
func compile(pattern string) matcher {
	pattern = strings.TrimSuffix(strings.TrimSuffix(pattern, optional), "/")
	m := matcher{pattern: pattern}
	rest := pattern
	for {
		at := placeholder.FindStringIndex(rest)
		if at == nil {
			m.parts = append(m.parts, part{text: rest})
			break
		}
		before, found, after := rest[:at[0]], rest[at[0]+1:at[1]-1], rest[at[1]:]
		ends := "/."
		if whole := (before == "" && len(m.parts) == 0 || strings.HasSuffix(before, "/")) && (after == "" || after[0] == '/'); whole {
			ends = "/"
		}
		m.parts, rest = append(m.parts, part{before, found, ends}), after
	}
	m.prefix = m.parts[0].text
	return m
}

// match returns what the placeholders stand for in a path. One that is there twice stands for one name.
func (m matcher) match(name string) (n Names, fits bool) { return match(m.parts, name, Names{}) }

// match is that of the parts that are left, in the rest of a path. A name is as long as it can be.
func match(parts []part, rest string, n Names) (Names, bool) {
	rest, fits := strings.CutPrefix(rest, parts[0].text)
	if !fits || parts[0].placeholder == "" {
		return n, fits && rest == ""
	}
	if known := n.of(parts[0].placeholder); known != "" {
		rest, fits = strings.CutPrefix(rest, known)
		if !fits {
			return n, false
		}
		return match(parts[1:], rest, n)
	}
	longest := len(rest)
	if at := strings.IndexAny(rest, parts[0].ends); at >= 0 {
		longest = at
	}
	for length := longest; length > 0; length-- {
		if found, fits := match(parts[1:], rest[length:], n.with(parts[0].placeholder, rest[:length])); fits {
			return found, true
		}
	}
	return n, false
}

// imageName names the image in a directory: by the placeholders in its pattern or, if {hub} is not one of them, by the directory.
func imageName(pattern, dir string, n Names) string {
	if dir == "" {
		return ""
	}
	own := Names{Hub: path.Base(dir)}
	if Has(pattern, "hub") {
		own.Hub = n.Hub
	}
	if Has(pattern, "env") {
		own.Env = n.Env
	}
	if Has(pattern, "cluster") {
		own.Cluster = n.Cluster
	}
	return own.Name()
}

// keyedName names an image that is not that of layout.image: by the placeholders of its directory, which hubs that share it have in common,
// and by its key.
func keyedName(image Image, n Names) string {
	if !Has(image.Dir, "hub") && !Has(image.Dir, "env") && !Has(image.Dir, "cluster") {
		return image.Key
	}
	own := Names{}
	if Has(image.Dir, "hub") {
		own.Hub = n.Hub
	}
	if Has(image.Dir, "env") {
		own.Env = n.Env
	}
	if Has(image.Dir, "cluster") {
		own.Cluster = n.Cluster
	}
	return own.Name() + "-" + image.Key
}
