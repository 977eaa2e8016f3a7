package bump

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// namesNotes matches the name of a link that leads to what is new.
var namesNotes = regexp.MustCompile(`(?i)release notes|change ?log|what's new`)

// Notes returns the link to what is new that a chart itself names: a link of that name among its annotations (artifacthub.io/docs/topics/annotations),
// or else the first of its sources, or its home page. It is "" if none of them is an address of the web.
func Notes(annotations map[string]string, sources []string, home string) string {
	var links []struct{ Name, URL string }
	_ = yaml.Unmarshal([]byte(annotations["artifacthub.io/links"]), &links) // what cannot be read names nothing
	var candidates []string
	for _, link := range links {
		if namesNotes.MatchString(link.Name) {
			candidates = append(candidates, link.URL)
		}
	}
	for _, link := range append(append(candidates, sources...), home) {
		if isWeb(link) {
			return link
		}
	}
	return ""
}

// isWeb reports whether a text is an address that can be shown: somebody else wrote it.
func isWeb(link string) bool {
	const longest = 300
	address, err := url.Parse(link)
	return err == nil && len(link) <= longest && (address.Scheme == "https" || address.Scheme == "http") && address.Host != "" && address.User == nil &&
		!strings.ContainsFunc(link, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}
