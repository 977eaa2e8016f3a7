package adopt

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/layout"
)

// Settings returns the text of hubops.yaml: what differs from the settings that need no file.
func (f *Found) Settings() string {
	var text strings.Builder
	fmt.Fprintf(&text, "# The settings of hub-ops for this repository: %s. 'mage adopt' wrote them; what is not here is as in\n", f.Form)
	text.WriteString("# docs/content/reference/variables.md there, and where hubs can lie is in docs/content/layouts.md.\n")
	if part := f.layoutText(); part != "" {
		text.WriteString("\n# Where the parts of hubs lie; ? is behind what may be missing.\nlayout:\n" + part)
	}
	if len(f.Charts) > 0 {
		text.WriteString("\n# Charts that lie elsewhere; each is a hub with the name of its directory.\ncharts: " + list(f.Charts) + "\n")
	}
	if len(f.Branches) > 0 && !f.usual {
		text.WriteString("\n# Which branch deploys which hubs. \"*\" is every hub that no other branch names.\nbranches:\n")
		for _, branch := range f.Branches {
			fmt.Fprintf(&text, "  %s: %s\n", scalar(branch.Name), list(branch.Hubs))
		}
	}
	text.WriteString(f.imageText())
	text.WriteString(f.elsewhereText())
	if len(f.KeyServices) > 0 {
		text.WriteString("\n# Who holds the keys of the secret files, as .sops.yaml says.\nsecrets:\n  key_services: " + list(f.KeyServices) + "\n")
	}
	if f.Cluster != (Cluster{}) {
		text.WriteString("\n# The cluster that all hubs are on.\ncluster: " + clusterText(f.Cluster) + "\n")
	}
	if len(f.Clusters) > 0 {
		keys := commonKey(f.Clusters)
		if keys != "" {
			text.WriteString("\n# The credentials of each cluster.\ncluster: {credentials: {file: " + quoted(keys) + "}}\n")
		}
		text.WriteString("\n# The clusters that hubs are on.\nclusters:\n")
		for _, cluster := range f.Clusters {
			if cluster.keyPattern() == keys {
				cluster.Key = ""
			}
			fmt.Fprintf(&text, "  %s: %s\n", scalar(cluster.Label), clusterText(cluster))
		}
	}
	text.WriteString(f.ownText())
	return text.String()
}

// commonKey is the pattern of the files of credentials that most clusters have, with {cluster} for the name of each; "" if one has none, which
// would then have those of the pattern.
func commonKey(clusters []Cluster) string {
	var patterns []string
	for _, c := range clusters {
		if c.Key == "" {
			return ""
		}
		patterns = append(patterns, c.keyPattern())
	}
	if common := mostFrequent(patterns); strings.Contains(common, "{cluster}") {
		return common
	}
	return ""
}

func (c Cluster) keyPattern() string {
	return strings.Replace(c.Key, "/"+c.Label+"/", "/{cluster}/", 1)
}

func clusterText(c Cluster) string {
	if c.Context != "" {
		return "{provider: none, context: " + flow(c.Context) + "}"
	}
	parts := []string{"provider: " + cmp.Or(c.Provider, "gke")}
	for _, one := range []struct{ key, value string }{{"project", c.Project}, {"zone", c.Zone}, {"group", c.Group}, {"account", c.Account}, {"name", c.Name}} {
		if one.value != "" {
			parts = append(parts, one.key+": "+flow(one.value))
		}
	}
	if c.Key != "" {
		parts = append(parts, "credentials: {file: "+flow(c.Key)+"}")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// layoutText is the section layout, without its first line.
func (f *Found) layoutText() string {
	standard, own := layout.Default(), f.Layout
	var lines []string
	add := func(key, value string) { lines = append(lines, "  "+key+": "+value+"\n") }
	if own.Hubs != standard.Hubs {
		add("hubs", scalar(own.Hubs))
	}
	if len(own.Ignore) > 0 {
		add("ignore", list(own.Ignore))
	}
	if len(own.Environments) > 0 {
		var pairs []string
		for _, one := range own.Environments {
			pairs = append(pairs, flow(one.Branch)+": "+flow(one.Name))
		}
		add("environments", "{"+strings.Join(pairs, ", ")+"} # branch: environment")
	}
	if own.Chart != standard.Chart {
		add("chart", chartText(own.Chart))
	}
	if len(own.Values) > 0 {
		add("values", list(own.Values))
	}
	if !slices.Equal(own.Secrets, standard.Secrets) {
		add("secrets", list(own.Secrets))
	}
	if own.Image != standard.Image {
		add("image", scalar(own.Image))
	}
	for _, one := range []struct{ key, value string }{{"release", own.Release}, {"namespace", own.Namespace}, {"cluster", own.Cluster}} {
		if one.value != "" {
			add(one.key, scalar(one.value))
		}
	}
	return strings.Join(lines, "")
}

// imageText is the section image.
func (f *Found) imageText() string {
	var lines []string
	if f.Image.Repository != "" {
		lines = append(lines, "repository: "+scalar(f.Image.Repository))
	}
	if f.Image.Path != "" && f.Image.Path != standardPath && (f.Image.Repository != "" || f.Image.Unknown) {
		lines = append(lines, "name_paths: "+list([]string{f.Image.Path + ".name"}), "tag_paths: "+list([]string{f.Image.Path + ".tag"}))
	}
	text := "\n# Where images are kept; {hub} is the name of the hub, or of its image.\n"
	mark := ""
	switch {
	case len(lines) == 0 && !f.Image.Unknown:
		return ""
	case len(lines) == 0:
		mark = "# "
		fallthrough
	case f.Image.Unknown:
		lines = append([]string{"# repository: registry.example.org/hubs/{hub}"}, lines...)
	}
	return text + mark + "image:\n  " + strings.Join(lines, "\n  ") + "\n"
}

// ownText is the section hubs.
func (f *Found) ownText() string {
	if len(f.Own) == 0 {
		return ""
	}
	var text strings.Builder
	text.WriteString("\n# What differs for some hubs.\nhubs:\n")
	for _, own := range f.Own {
		var parts []string
		if own.Parts.Chart != (layout.Chart{}) {
			parts = append(parts, "chart: "+flow(own.Parts.Chart.Dir))
		}
		if own.Parts.Cluster != "" {
			parts = append(parts, "cluster: "+flow(own.Parts.Cluster))
		}
		if own.Parts.Values != nil {
			parts = append(parts, "values: "+list(own.Parts.Values))
		}
		if own.Parts.Secrets != nil {
			parts = append(parts, "secrets: "+list(own.Parts.Secrets))
		}
		var sections []string
		if len(parts) > 0 {
			sections = append(sections, "layout: {"+strings.Join(parts, ", ")+"}")
		}
		if own.From != "" {
			sections = append(sections, "images: {"+elsewhereKey+": {from: "+flow(own.From)+"}}")
		}
		fmt.Fprintf(&text, "  %s: {%s}\n", scalar(own.Hubs), strings.Join(sections, ", "))
	}
	return text.String()
}

func chartText(chart layout.Chart) string {
	if !chart.Published() {
		return scalar(chart.Dir)
	}
	return fmt.Sprintf("{name: %s, version: %s, repository: %s}", flow(chart.Name), quoted(chart.Version), quoted(chart.Repository))
}

// list is a list in brackets.
func list(items []string) string {
	var all []string
	for _, item := range items {
		all = append(all, flow(item))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// plain matches what needs no quotes, in brackets too.
var plain = regexp.MustCompile(`^[A-Za-z0-9._/][A-Za-z0-9._/-]*$`)

// flow is a text between brackets or braces.
func flow(text string) string {
	if plain.MatchString(text) && isText(text) {
		return text
	}
	return quoted(text)
}

// scalar is a text after a key.
func scalar(text string) string {
	if plain.MatchString(strings.NewReplacer("{", "", "}", "").Replace(text)) && !strings.HasPrefix(text, "{") && isText(text) {
		return text
	}
	return quoted(text)
}

// isText reports whether YAML takes it for a text without quotes: not for a number, a date, or a truth.
func isText(text string) bool {
	var value any
	err := yaml.Unmarshal([]byte(text), &value)
	_, is := value.(string)
	return err == nil && is && !slices.Contains([]string{"y", "n", "yes", "no", "on", "off"}, strings.ToLower(text))
}

// quoted is a text between double quotes as YAML's own writer has it: JSON leaves the control characters behind ASCII, which YAML
// refuses.
func quoted(text string) string {
	encoded, _ := yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: strings.ToValidUTF8(text, "\uFFFD")}) // of a string it cannot fail
	return strings.TrimSuffix(string(encoded), "\n")
}
