// Package hub says what a hub is: a chart, perhaps an image, perhaps secret values, found from the directories.
package hub

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
)

// The directories that hubs are found in, relative to the repository's root.
const (
	ChartsDir  = "hub-charts"
	ImagesDir  = "user-images"
	SecretsDir = "secrets"
)

// longestName is Helm's limit for the name of a release: pkg/chart/common/util in its source.
const longestName = 53

// Hub is one hub of the repository. Paths are relative to the root, with slashes.
type Hub struct {
	Name     string // of the hub, its release and its namespace
	ChartDir string
	ImageDir string // "" if the hub has no image of its own
	Secret   string // file of secret values; "" if there is none
	Chart    chart.Chart
}

// label is an RFC 1123 label, which a namespace's name must be.
var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// CheckName returns a bad-input error unless name can be a namespace and a Helm release.
func CheckName(name string) error {
	switch {
	case name == "":
		return exit.Input("the hub's name is empty: give one of the directories in %s", ChartsDir)
	case len(name) > longestName:
		return exit.Input("hub name %q has %d characters: a Helm release can have %d", name, len(name), longestName)
	case !label.MatchString(name):
		return exit.Input("hub name %q is no valid namespace: lower-case letters, digits and inner hyphens only", name)
	}
	return nil
}

// Names lists the hubs of the repository, sorted. extra are charts outside hub-charts.
func Names(root string, extra []string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(root, ChartsDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, exit.Input("reading %s: %w", ChartsDir, err)
	}
	if err != nil && len(extra) == 0 {
		return nil, exit.Input("no %s directory here: run in the top directory of the hubs' repository", ChartsDir)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
			names = append(names, entry.Name())
		}
	}
	for _, dir := range extra {
		if slices.Contains(names, path.Base(dir)) {
			return nil, exit.Input("hubops.yaml: charts: %s has the name of a hub in %s", dir, ChartsDir)
		}
		names = append(names, path.Base(dir))
	}
	slices.Sort(names)
	return names, nil
}

// Load reads one hub. An unknown name is an error that suggests the nearest.
func Load(root, name string, extra []string) (Hub, error) {
	if err := CheckName(name); err != nil {
		return Hub{}, err
	}
	names, err := Names(root, extra)
	if err != nil {
		return Hub{}, err
	}
	if !slices.Contains(names, name) {
		return Hub{}, unknown(name, names)
	}
	h := Hub{Name: name, ChartDir: path.Join(ChartsDir, name)}
	if at := slices.IndexFunc(extra, func(dir string) bool { return path.Base(dir) == name }); at >= 0 {
		h.ChartDir = path.Clean(extra[at])
		if !filepath.IsLocal(h.ChartDir) {
			return Hub{}, exit.Input("hubops.yaml: charts: %s is outside the repository", extra[at])
		}
	}
	for _, stray := range strays(root, names) {
		if nearest(stray.name, names) == name {
			return Hub{}, stray.problem(names)
		}
	}
	if h.Chart, err = chart.Read(root, h.ChartDir, name); err != nil {
		return Hub{}, err
	}
	return h, h.find(root)
}

// All reads every hub. The error names each hub that is wrong, and each file that belongs to none.
func All(root string, extra []string) ([]Hub, error) {
	names, err := Names(root, extra)
	if err != nil {
		return nil, err
	}
	var hubs []Hub
	var problems []error
	for _, stray := range strays(root, names) {
		if nearest(stray.name, names) == "" { // or else it is that hub's problem
			problems = append(problems, stray.problem(names))
		}
	}
	for _, name := range names {
		h, err := Load(root, name, extra)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		hubs = append(hubs, h)
	}
	return hubs, errors.Join(problems...)
}

// find looks for the hub's image context and secret values.
func (h *Hub) find(root string) error {
	imageDir := path.Join(ImagesDir, h.Name)
	if info, err := os.Stat(filepath.Join(root, imageDir)); err == nil && info.IsDir() {
		h.ImageDir = imageDir
		dockerfile := path.Join(imageDir, "Dockerfile")
		if _, err := os.Stat(filepath.Join(root, dockerfile)); err != nil {
			return exit.Input("%s: no such file: the hub's image is built from it; write one, or remove %s", dockerfile, imageDir)
		}
	}
	secret := path.Join(SecretsDir, h.Name+".yaml")
	if _, err := os.Lstat(filepath.Join(root, secret)); err == nil {
		h.Secret = secret
	}
	values := path.Join(h.ChartDir, "values.yaml")
	if _, err := yamldoc.Read(root, values); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func unknown(name string, names []string) error {
	if len(names) == 0 {
		return exit.Input("no hub %q: %s holds no chart", name, ChartsDir)
	}
	near := nearest(name, names)
	if near == "" {
		return exit.Input("no hub %q; the hubs are %s", name, strings.Join(names, ", "))
	}
	return exit.Input("no hub %q; did you mean %s?", name, near)
}

// nearest returns the candidate that a slip of the keyboard turned into name, or "".
func nearest(name string, candidates []string) string {
	best, least := "", max(2, len(name)/3)+1
	for _, candidate := range candidates {
		if distance := editDistance(name, candidate); distance < least {
			best, least = candidate, distance
		}
	}
	return best
}

// editDistance is Levenshtein's: the fewest single-byte changes between a and b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
