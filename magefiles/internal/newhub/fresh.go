package newhub

import (
	"cmp"
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

// Standards are what the other hubs of the repository have, and so the new one.
type Standards struct {
	Dependency chart.Dependency // of each chart
	Base       string           // of each image
	Bare       bool             // the chart is JupyterHub itself, so that its values do not stand below its name
}

// The JupyterHub chart and the base of images where no hub has one.
const (
	publicName       = "jupyterhub"
	publicVersion    = "4.4.0"
	publicRepository = "https://hub.jupyter.org/helm-chart/"
	publicBase       = "quay.io/jupyter/minimal-notebook:python-3.12.9"
)

// Standard returns what most of the hubs have: of versions of the JupyterHub chart that are fixed, and of bases that are.
func Standard(dependencies []chart.Dependency, bases []string) Standards {
	named := slices.DeleteFunc(slices.Clone(dependencies), func(d chart.Dependency) bool {
		return d.Name != publicName || strings.ContainsAny(d.Version, "^~*<>|=, xX") || strings.Count(d.Version, ".") < 2
	})
	pinned := slices.DeleteFunc(slices.Clone(bases), func(base string) bool { return base == "scratch" || !fixed(base) })
	d := most(named, func(a, b chart.Dependency) int { return cmp.Compare(a.Version+a.Repository, b.Version+b.Repository) })
	if d.Name == "" {
		d = chart.Dependency{Name: publicName, Version: publicVersion, Repository: publicRepository}
	}
	return Standards{Dependency: d, Base: cmp.Or(most(pinned, strings.Compare), publicBase)}
}

// fixed reports whether the name of an image has a version or a digest, and nothing that a build fills in.
func fixed(image string) bool {
	last := image[strings.LastIndexByte(image, '/')+1:]
	return !strings.Contains(image, "$") && (strings.Contains(last, "@") || strings.Contains(last, ":")) && !strings.HasSuffix(last, ":latest")
}

// most returns what is there most often; of several the greatest.
func most[T comparable](all []T, compare func(a, b T) int) (best T) {
	count := map[T]int{}
	for _, one := range all {
		count[one]++
	}
	for one, n := range count {
		if n > count[best] || n == count[best] && compare(one, best) > 0 {
			best = one
		}
	}
	return best
}

//go:embed values.yaml
var valuesText string

const chartText = `apiVersion: v2
name: {hub}            # the directory's name: also the release's and the namespace's
version: 0.1.0
description: A JupyterHub, as the public chart makes it, with the values beside this file.
dependencies:
  - name: {chart}
    version: {version}  # one fixed version: an upgrade is a change that somebody reviews
    repository: {repository}
`

const dockerfileText = `# The image that each user of this hub works in. Pin the base: the same file must make the same image next term.
FROM {base}

# What the course needs beside it, each with its version:
# RUN mamba install --yes pandas=2.2 && mamba clean --all --yes
`

// filling is what the texts are filled with.
type filling struct {
	Standards
	Hub, Secrets, Image string
}

// fill puts them in place of the names in braces.
func fill(text string, with filling) []byte {
	var below, secrets, image string
	if !with.Bare {
		below = `. The JupyterHub chart is a dependency, so all of its values stand below "jupyterhub:"`
	}
	login, allowed := "Nobody may log in", "false"
	if with.Secrets != "" {
		secrets = "\n# Secret values (OAuth clients, tokens) are in " + with.Secrets + ", which has the same form."
		login, allowed = "Whoever has the one password in the secret values may log in, with any name", "true"
	}
	if with.Image != "" {
		image = "\n    # image.name and image.tag are set on deploy, to the image made from " + with.Image + "."
	}
	return []byte(strings.NewReplacer(
		"{hub}", with.Hub, "{base}", with.Base, "{image}", image,
		"{chart}", with.Dependency.Name, "{version}", with.Dependency.Version, "{repository}", with.Dependency.Repository,
		"{below}", below, "{secrets}", secrets, "{login}", login, "{allowed}", allowed,
	).Replace(text))
}

// Fresh returns the files of a hub that is like no other: a chart that depends on what the others do, values with comments, a Dockerfile, and
// secret values. Bad input is a layout whose hubs are made by a file that nobody knows how to write.
func Fresh(sites []Site, standards Standards, tokens Tokens) ([]File, error) {
	var files []File
	add := func(more ...File) {
		for _, file := range more {
			if !slices.ContainsFunc(files, func(other File) bool { return other.Path == file.Path }) {
				files = append(files, file)
			}
		}
	}
	for _, site := range sites {
		with := filling{Standards: standards, Hub: site.Name(), Image: site.Image}
		if len(site.Secrets) > 0 {
			with.Secrets = site.Secrets[len(site.Secrets)-1]
		}
		add(site.freshChart(with)...)
		if site.Image != "" {
			add(File{Path: path.Join(site.Image, "Dockerfile"), Content: fill(dockerfileText, with), Holds: "an image on " + standards.Base + ", and room for what the course needs"})
		}
		secrets, err := site.freshSecrets(standards, tokens, "DummyAuthenticator")
		if err != nil {
			return nil, err
		}
		add(secrets...)
		if !site.Covered(files) {
			return nil, exit.Input("%s makes a hub here, and new:hub does not know what to write there", site.Marker).Try("copy another hub: FROM=<hub> mage new:hub %s", site.Hub)
		}
	}
	return files, nil
}

// freshChart returns the chart of the site with its values, or the values alone where the chart is not the hub's own.
func (s Site) freshChart(with filling) (files []File) {
	lets := "one password lets people in"
	if with.Secrets == "" {
		lets = "it lets nobody in yet"
	}
	values := File{Content: valuesOf(with), Holds: fmt.Sprintf("values with comments: it answers at /%s/, and %s", with.Hub, lets)}
	if s.Chart != "" {
		files = append(files, File{
			Path: path.Join(s.Chart, "Chart.yaml"), Content: fill(chartText, with),
			Holds: fmt.Sprintf("a chart on %s %s of %s", with.Dependency.Name, with.Dependency.Version, with.Dependency.Repository),
		})
		values.Path = path.Join(s.Chart, "values.yaml")
	} else if len(s.Values) > 0 {
		values.Path = s.Values[len(s.Values)-1]
	}
	for _, file := range s.Values {
		if file != values.Path && !slices.Contains(s.Optional, file) {
			files = append(files, File{Path: file, Content: []byte("# Values of hub " + with.Hub + ".\n{}\n"), Holds: "no values yet"})
		}
	}
	if values.Path == "" {
		return files
	}
	return append(files, values)
}

// valuesOf are the values of a new hub, below the chart's name or at the top.
func valuesOf(with filling) []byte {
	text := string(fill(valuesText, with))
	if !with.Bare {
		return []byte(text)
	}
	return []byte(bare(text))
}

// bare takes the values below the chart's name to the top.
func bare(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if line != publicName+":\n" {
			out.WriteString(strings.TrimPrefix(line, "  "))
		}
	}
	return out.String()
}
