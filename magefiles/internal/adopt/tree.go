package adopt

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// tree is a repository whose files are read once.
type tree struct {
	Repository
	read   map[string]map[string]any
	charts []localChart
}

// largest is the size in bytes beyond which a file is not looked into.
const largest = 1 << 20

// notInPatterns are characters that no pattern of a layout can hold.
const notInPatterns = `*?[\{}`

// grow reads what every form needs. Files that no pattern could name are left out: they are templates, as {{cookiecutter.hub}}/x.yaml. So are
// those whose names would be several lines in the files that are written.
func grow(r Repository) *tree {
	r.Names = slices.DeleteFunc(slices.Clone(r.Names), func(name string) bool {
		return strings.ContainsAny(name, notInPatterns) || strings.ContainsFunc(name, unicode.IsControl) || !utf8.ValidString(name) || path.IsAbs(name) || strings.HasPrefix(name, "../") || path.Clean(name) != name
	})
	t := &tree{Repository: r, read: map[string]map[string]any{}}
	t.charts = t.findCharts()
	return t
}

// mapping returns the content of a YAML file; nil if it is none, is encrypted, or holds no keys.
func (t *tree) mapping(name string) map[string]any {
	if known, read := t.read[name]; read {
		return known
	}
	var document yaml.Node
	var content map[string]any
	if text := t.text(name); text != "" && yaml.Unmarshal([]byte(text), &document) == nil {
		left := mostNodes
		content, _ = plainValue(&document, &left).(map[string]any)
	}
	t.read[name] = content
	return content
}

// mostNodes is how much of a file is looked into, with what its aliases stand for.
const mostNodes = 100_000

// plainValue returns what a node holds. A key that stands twice is no error, as it is none to helm: the last one wins. Merges are left
// out.
func plainValue(node *yaml.Node, left *int) any {
	if *left--; *left < 0 {
		return nil
	}
	switch node.Kind {
	case yaml.DocumentNode:
		return plainValue(node.Content[0], left)
	case yaml.AliasNode:
		return plainValue(node.Alias, left)
	case yaml.SequenceNode:
		var list []any
		for _, item := range node.Content {
			list = append(list, plainValue(item, left))
		}
		return list
	case yaml.MappingNode:
		mapping := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			mapping[node.Content[i].Value] = plainValue(node.Content[i+1], left)
		}
		return mapping
	case yaml.ScalarNode:
		if node.Tag == "!!null" {
			return nil
		}
		return node.Value
	}
	return nil
}

// text returns the content of a file; "" if it is missing, large, or no text.
func (t *tree) text(name string) string {
	if !t.has(name) {
		return ""
	}
	content := t.Read(name)
	if len(content) > largest || slices.Contains(content, 0) {
		return ""
	}
	return string(content)
}

// has reports whether there is a file of that name.
func (t *tree) has(name string) bool {
	_, found := slices.BinarySearch(t.Names, name)
	return found
}

// below lists the files in a directory and below it.
func (t *tree) below(dir string) []string {
	if dir == "." {
		return t.Names
	}
	from, _ := slices.BinarySearch(t.Names, dir+"/")
	to := from
	for to < len(t.Names) && strings.HasPrefix(t.Names[to], dir+"/") {
		to++
	}
	return t.Names[from:to]
}

// isYAML reports whether a name is that of a YAML file.
func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// under reports whether one of the directories of a path has one of the names.
func under(name string, dirs ...string) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if slices.Contains(dirs, part) {
			return true
		}
	}
	return false
}

// programs lists the files that can deploy something: those of CI systems, scripts, Makefiles.
func (t *tree) programs() []string {
	var found []string
	for _, name := range t.Names {
		switch base := path.Base(name); {
		case under(name, "docs", "doc", "vendor", "node_modules", "tests"):
		case strings.HasPrefix(name, ".github/workflows/") && isYAML(name), slices.Contains(systemFiles, name),
			slices.Contains([]string{".py", ".sh", ".bash"}, path.Ext(base)), base == "Makefile":
			found = append(found, name)
		}
	}
	return found
}

// value returns what lies at a path of keys.
func value(from map[string]any, keys ...string) any {
	var at any = from
	for _, key := range keys {
		mapping, _ := at.(map[string]any)
		at = mapping[key]
	}
	return at
}

// textAt returns the text at a path of keys.
func textAt(from map[string]any, keys ...string) string {
	text, _ := value(from, keys...).(string)
	return text
}

// texts returns the texts of a list at a path of keys.
func texts(from map[string]any, keys ...string) []string {
	list, _ := value(from, keys...).([]any)
	var found []string
	for _, one := range list {
		if text, is := one.(string); is {
			found = append(found, text)
		}
	}
	return found
}

// mappings returns the mappings of a list at a path of keys.
func mappings(from map[string]any, keys ...string) []map[string]any {
	list, _ := value(from, keys...).([]any)
	var found []map[string]any
	for _, one := range list {
		if mapping, is := one.(map[string]any); is {
			found = append(found, mapping)
		}
	}
	return found
}

// mostFrequent returns the text that occurs most often, of several the shortest; "" of none.
func mostFrequent(all []string) string {
	counts := map[string]int{}
	for _, one := range all {
		counts[one]++
	}
	best := ""
	for _, one := range slices.Sorted(maps.Keys(counts)) {
		if one != "" && (best == "" || counts[one] > counts[best] || counts[one] == counts[best] && len(one) < len(best)) {
			best = one
		}
	}
	return best
}

// canBeName matches the names of hubs: a part of a namespace's.
var canBeName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// generalised puts {hub} where the name of a hub stands by itself in a path, as a whole name or between . - and _; ok if it does.
func generalised(name, hub string) (pattern string, ok bool) {
	if hub == "" {
		return name, false
	}
	isEdge := func(b byte) bool { return strings.IndexByte("/.-_", b) >= 0 }
	var made strings.Builder
	rest, last := name, byte('/')
	for {
		at := strings.Index(rest, hub)
		if at < 0 {
			break
		}
		before := last
		if at > 0 {
			before = rest[at-1]
		}
		end := at + len(hub)
		if isEdge(before) && (end == len(rest) || isEdge(rest[end])) {
			made.WriteString(rest[:at] + "{hub}")
			ok = true
		} else {
			made.WriteString(rest[:end])
		}
		last, rest = hub[len(hub)-1], rest[end:]
	}
	return made.String() + rest, ok
}
