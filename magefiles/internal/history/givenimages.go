package history

import (
	"regexp"
	"strconv"
	"strings"
)

// pinnedTag matches what a value for a tag can be: a tag, which a digest may follow.
var pinnedTag = regexp.MustCompile(`^(\w[\w.-]*)(?:@(` + digestPattern + `))?$`)

// GivenImages finds the images that were given to a revision by a name and a tag at these value paths, whatever tool has made it: their tags need
// not be of a form that is known here, and name and tag need not stand together in what was rendered. Either may be the chart's own, and not
// both: those are no image of the hub's, but what the chart has for all.
func (s Stored) GivenImages(namePaths, tagPaths []string) []HeldImage {
	var found []HeldImage
	for _, path := range tagPaths {
		name, nameGiven := s.wordAt(beside(path, namePaths))
		tag, tagGiven := s.wordAt(path)
		match := pinnedTag.FindStringSubmatch(tag)
		if name == "" || match == nil || !nameGiven && !tagGiven {
			continue
		}
		found = append(found, HeldImage{name, match[1], match[2]})
	}
	return found
}

// beside returns the path of the name that belongs to the tag at a path: the one in the same mapping, or else the first.
func beside(path string, namePaths []string) string {
	for _, name := range namePaths {
		if path[:strings.LastIndexByte(path, '.')+1] == name[:strings.LastIndexByte(name, '.')+1] {
			return name
		}
	}
	if len(namePaths) == 0 {
		return ""
	}
	return namePaths[0]
}

// wordAt is Text for a value that may be a number: a tag of digits is one in YAML.
func (s Stored) wordAt(path string) (word string, given bool) {
	if word = numberAt(s.Config, path); word != "" {
		return word, true
	}
	if word, given = s.Text(path); word == "" {
		word = numberAt(s.Chart.Values, path)
	}
	return word, given
}

func numberAt(values map[string]any, path string) string {
	key, rest, deeper := strings.Cut(path, ".")
	if deeper {
		inner, _ := values[key].(map[string]any)
		return numberAt(inner, rest)
	}
	if number, is := values[key].(float64); is {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return ""
}
