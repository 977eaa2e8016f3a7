package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/spelling"
)

// Directory is the list of a repository's hubs, as Git holds them. It is read once, and each hub is then loaded by its name, so that
// the time to load many hubs grows with their number.
type Directory struct {
	root      string
	files     *git.Snapshot
	listing   *chart.Charts
	names     []string          // sorted
	folded    map[string]string // each hub's name, by what spelling.Folded makes of it
	charts    map[string]string // directory of each hub's chart, relative to the root
	misspelt  map[string]error  // about the first stray that may be meant for a hub, by that hub
	unmatched []error           // about the strays that are like no hub's
}

// Open lists the hubs of the repository in the directory root, whose files and charts are given. extra are charts outside hub-charts.
// Bad input is a repository without hub-charts, and two charts for one hub.
func Open(root string, files *git.Snapshot, charts *chart.Charts, extra []string) (*Directory, error) {
	d := &Directory{root: root, files: files, listing: charts, folded: map[string]string{}, charts: map[string]string{}, misspelt: map[string]error{}}
	d.list()
	if _, err := os.Stat(filepath.Join(root, ChartsDir)); err != nil && len(d.names) == 0 && len(extra) == 0 {
		if near := spelling.Miss(ChartsDir, entries(root, ".")); near != "" {
			return nil, spelling.Unread(near, ChartsDir)
		}
		return nil, exit.Input("no %s directory here", ChartsDir).Try("run in the top directory of the hubs' repository")
	}
	for _, dir := range extra {
		if d.Has(path.Base(dir)) {
			return nil, exit.Input("hubops.yaml: charts: %s has the name of a hub in %s", dir, ChartsDir)
		}
		d.add(path.Base(dir), path.Clean(dir))
	}
	slices.Sort(d.names)
	for _, s := range slices.Concat(d.strayImages(), d.straySecrets(), d.strayDirectories()) {
		if s.hub == "" {
			d.unmatched = append(d.unmatched, s.err)
		} else if d.misspelt[s.hub] == nil {
			d.misspelt[s.hub] = s.err
		}
	}
	return d, nil
}

// list finds the directories in hub-charts: those that Git holds files of, and those that it did until somebody deleted them here.
func (d *Directory) list() {
	for _, file := range slices.Concat(d.files.Below(ChartsDir), d.files.Lost(ChartsDir)) {
		name, _, isDir := strings.Cut(strings.TrimPrefix(file, ChartsDir+"/"), "/")
		switch {
		case strings.HasPrefix(name, "."), d.Has(name), d.misspelt[name] != nil:
		case isDir:
			d.add(name, path.Join(ChartsDir, name))
		case d.files.IsLink(file):
			d.misspelt[name] = exit.Input("%s/%s is a link: the chart of a hub is a directory", ChartsDir, name).Try("copy the chart, or name its directory in hubops.yaml, charts")
			d.unmatched = append(d.unmatched, d.misspelt[name])
		}
	}
}

func (d *Directory) add(name, dir string) {
	d.names = append(d.names, name)
	if folded := spelling.Folded(name); d.folded[folded] == "" || CheckName(name) == nil { // of those that look alike one can be a hub
		d.folded[folded] = name
	}
	d.charts[name] = dir
}

// Names lists the hubs, sorted.
func (d *Directory) Names() []string { return slices.Clone(d.names) }

// Has reports whether there is a hub of that name.
func (d *Directory) Has(name string) bool {
	_, found := d.charts[name]
	return found
}

// Load reads one hub. An unknown name is an error that suggests the nearest. All errors are bad input.
func (d *Directory) Load(ctx context.Context, name string) (Hub, error) {
	if !d.Has(name) {
		if err := CheckName(name); err != nil {
			return Hub{}, err
		}
		return Hub{}, cmp.Or(d.misspelt[name], d.unknown(name))
	}
	d.listing.Prefetch(ctx, d.charts[name])
	return d.load(ctx, name)
}

func (d *Directory) load(ctx context.Context, name string) (Hub, error) {
	if err := CheckName(name); err != nil {
		return Hub{}, exit.With(exit.BadInput, fmt.Errorf("%s: %w", d.charts[name], err))
	}
	h := Hub{Name: name, ChartDir: d.charts[name]}
	if !filepath.IsLocal(h.ChartDir) {
		return Hub{}, exit.Input("hubops.yaml: charts: %s is outside the repository", h.ChartDir)
	}
	err := cmp.Or(d.misspelt[name], checkNames(d.root, h.ChartDir, chartNames))
	if err == nil && len(d.files.Below(h.ChartDir)) == 0 {
		err = d.checkLost(h.ChartDir)
	}
	if err != nil {
		return Hub{}, err
	}
	if h.Chart, err = d.listing.Read(ctx, h.ChartDir, name); err != nil {
		return Hub{}, err
	}
	if err := d.checkValues(ctx, h); err != nil {
		return Hub{}, err
	}
	return h, d.find(&h)
}

// All reads every hub. The error names each hub that is wrong, and each file that belongs to none.
func (d *Directory) All(ctx context.Context) ([]Hub, error) {
	var hubs []Hub
	problems := slices.Clone(d.unmatched)
	d.listing.Prefetch(ctx, slices.Collect(maps.Values(d.charts))...)
	for _, name := range d.names {
		h, err := d.load(ctx, name)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		hubs = append(hubs, h)
	}
	return hubs, errors.Join(problems...)
}

func (d *Directory) unknown(name string) error {
	if len(d.names) == 0 {
		return exit.Input("no hub %q: %s holds no chart", name, ChartsDir)
	}
	dir := path.Join(ChartsDir, name)
	if info, err := os.Stat(filepath.Join(d.root, dir)); err == nil && info.IsDir() {
		return exit.Input("%s holds no file that Git tracks or could track: a hub is what Git holds", dir).Try("is it empty, or ignored?")
	}
	near := spelling.Nearest(name, d.names)
	if near == "" {
		return exit.Input("no hub %q", name).Try("the hubs are %s", strings.Join(d.names, ", "))
	}
	return exit.Input("no hub %q", name).Try("did you mean %s?", near)
}
