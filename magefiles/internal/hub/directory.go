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
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/spelling"
)

// Directory is the list of a repository's hubs, as Git holds them. It is read once, and each hub is then loaded by its name, so that
// the time to load many hubs grows with their number.
type Directory struct {
	root      string
	layout    Layout
	files     *git.Snapshot
	listing   *chart.Charts
	names     []string                // sorted
	folded    map[string]string       // each hub's name, by what spelling.Folded makes of it
	places    map[string]layout.Place // of each hub, by its name
	misspelt  map[string]error        // about the first stray that may be meant for a hub, by that hub
	unmatched []error                 // about the strays that are like no hub's
}

// Layout says where the parts of hubs lie.
type Layout struct {
	layout.Settings
	Of     func(hub string) layout.Parts // where those of one hub lie
	Charts []string                      // directories of charts elsewhere: each is a hub with the directory's name
	// Clusters are those that hubs can be on; none where there is one alone.
	Clusters []Cluster
	// Credentials are files of the repository with which clusters are reached.
	Credentials []string
}

// Open lists the hubs of the repository in the directory root, whose files and charts are given. Bad input is a repository without the
// directory that hubs lie in, and two hubs of one name.
func Open(root string, files *git.Snapshot, charts *chart.Charts, layout Layout) (*Directory, error) {
	d := &Directory{root: root, layout: layout, files: files, listing: charts, folded: map[string]string{}, misspelt: map[string]error{}}
	if err := d.list(); err != nil {
		return nil, err
	}
	if err := d.checkAny(); err != nil {
		return nil, err
	}
	for _, s := range d.strays() {
		if s.hub == "" {
			d.unmatched = append(d.unmatched, s.err)
		} else if d.misspelt[s.hub] == nil {
			d.misspelt[s.hub] = s.err
		}
	}
	return d, nil
}

// checkAny refuses a repository in which no hubs could be.
func (d *Directory) checkAny() error {
	dir, pattern := d.layout.Root(), d.layout.Hubs
	if pattern != layout.Default().Hubs && len(d.names) == 0 && len(d.layout.Charts) == 0 {
		return exit.Input("hubops.yaml: layout.hubs: %s fits no file that Git holds, or only what layout.ignore names", pattern).Try("name a file of each hub; a path that ends in a placeholder is a directory")
	}
	if _, err := os.Stat(filepath.Join(d.root, dir)); err == nil || len(d.names) > 0 || len(d.layout.Charts) > 0 {
		return nil
	}
	if near := spelling.Miss(dir, entries(d.root, ".")); near != "" {
		return spelling.Unread(near, dir)
	}
	return exit.Input("no %s directory here", dir).Try("run in the top directory of the hubs' repository")
}

// list finds the hubs that Git holds files of, and those that it did until somebody deleted them here.
func (d *Directory) list() error {
	root := d.layout.Root()
	names := slices.Concat(d.files.Below(root), d.files.Lost(root))
	places, err := d.layout.Find(names)
	if err != nil {
		return exit.Input("%w", err)
	}
	d.places = map[string]layout.Place{}
	for _, place := range places {
		d.places[place.Name()] = place
	}
	for _, dir := range d.layout.Charts {
		place := layout.Place{Names: layout.Names{Hub: path.Base(dir)}, At: path.Clean(dir)}
		if d.Has(place.Hub) {
			return exit.Input("hubops.yaml: charts: %s has the name of a hub in %s", dir, root)
		}
		d.places[place.Hub] = place
	}
	d.names = slices.Sorted(maps.Keys(d.places))
	for _, name := range d.names {
		if folded := spelling.Folded(name); d.folded[folded] == "" || CheckName(name) == nil { // of those that look alike one can be a hub
			d.folded[folded] = name
		}
	}
	d.listLinks(names)
	return errors.Join(d.checkAddresses(), d.checkClusters(), d.checkImageNames())
}

// listLinks notes the links where a directory would be a hub.
func (d *Directory) listLinks(names []string) {
	for _, file := range names {
		name := d.layout.Fits(file)
		if name == "" || d.Has(name) || !d.files.IsLink(file) {
			continue
		}
		d.misspelt[name] = exit.Input("%s is a link: the chart of a hub is a directory", file).Try("copy the chart, or name its directory in hubops.yaml, charts")
		d.unmatched = append(d.unmatched, d.misspelt[name])
	}
}

// Names lists the hubs, sorted.
func (d *Directory) Names() []string { return slices.Clone(d.names) }

// Has reports whether there is a hub of that name.
func (d *Directory) Has(name string) bool {
	_, found := d.places[name]
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
	d.prefetch(ctx, name)
	return d.load(ctx, name)
}

// All reads every hub. The error names each hub that is wrong, and each file that belongs to none: see together.
func (d *Directory) All(ctx context.Context) ([]Hub, error) {
	var hubs []Hub
	problems := slices.Clone(d.unmatched)
	d.prefetch(ctx, d.names...)
	for _, name := range d.names {
		h, err := d.load(ctx, name)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		hubs = append(hubs, h)
	}
	return hubs, together(problems)
}

// together makes one error of many. What hubs have in common, such as a chart, is wrong once; and a mistake in hubops.yaml can make a
// thousand hubs wrong, of which the first say enough.
func together(problems []error) error {
	const most = 20
	told := map[string]bool{}
	problems = slices.DeleteFunc(problems, func(problem error) bool {
		text := problem.Error()
		defer func() { told[text] = true }()
		return told[text]
	})
	if more := len(problems) - most; more > 1 {
		problems = append(problems[:most:most], exit.Input("and %d more that are wrong", more))
	}
	return errors.Join(problems...)
}

// prefetch reads the charts and Dockerfiles of hubs: Git is asked once for all of them.
func (d *Directory) prefetch(ctx context.Context, names ...string) {
	var dirs, files []string
	for _, name := range names {
		located, err := d.locate(name)
		if err != nil {
			continue // whoever loads the hub says so
		}
		files = append(files, d.dockerfilesOf(located)...)
		if located.ChartDir != "" && !slices.Contains(dirs, located.ChartDir) {
			dirs = append(dirs, located.ChartDir)
		}
	}
	d.listing.Prefetch(ctx, dirs...)
	slices.Sort(files)
	_, _ = d.files.Read(ctx, slices.Compact(files)...) // an error comes again when the hub is loaded
}

// locate says where the parts of a hub lie.
func (d *Directory) locate(name string) (layout.Located, error) {
	parts, place := d.layout.Of(name), d.places[name]
	if slices.ContainsFunc(d.layout.Charts, func(dir string) bool { return path.Clean(dir) == place.At }) {
		parts.Chart = layout.Chart{Dir: place.At}
	}
	located, err := parts.Locate(place.Names)
	if err != nil {
		return located, exit.Input("hubops.yaml: %w", err)
	}
	return located, nil
}

func (d *Directory) load(ctx context.Context, name string) (Hub, error) {
	place := d.places[name]
	if err := CheckName(name); err != nil {
		return Hub{}, exit.With(exit.BadInput, fmt.Errorf("%s: %w", place.At, err))
	}
	located, err := d.locate(name)
	if err != nil {
		return Hub{}, err
	}
	at, err := d.Address(name)
	if err != nil {
		return Hub{}, err
	}
	h := Hub{Name: name, At: at, Environment: place.Env, ChartDir: located.ChartDir}
	if h.ChartDir != "" && !filepath.IsLocal(h.ChartDir) {
		return Hub{}, exit.Input("hubops.yaml: charts: %s is outside the repository", h.ChartDir)
	}
	if err := d.misspelt[name]; err != nil {
		return Hub{}, err
	}
	if err := d.findChart(ctx, &h); err != nil {
		return Hub{}, err
	}
	return h, d.find(ctx, &h, located)
}

// findChart reads the chart of a hub.
func (d *Directory) findChart(ctx context.Context, h *Hub) (err error) {
	if from := d.layout.Of(h.Name).Chart; h.ChartDir == "" {
		h.PublishedAt = from.Line
		h.Published = &chart.Dependency{Name: from.Name, Version: from.Version, Repository: from.Repository}
		h.Chart = chart.Chart{APIVersion: "v2", Name: from.Name, Version: from.Version, Dependencies: []chart.Dependency{*h.Published}}
		return nil
	}
	err = checkNames(d.root, h.ChartDir, chartNames)
	if err == nil && len(d.files.Below(h.ChartDir)) == 0 {
		err = d.checkLost(h.ChartDir)
	}
	if err != nil {
		return err
	}
	if err := d.checkNamed(h.ChartDir, d.places[h.Name].At); err != nil {
		return err
	}
	if h.Chart, err = d.listing.Read(ctx, h.ChartDir); err != nil {
		return err
	}
	return d.checkValues(ctx, *h)
}

// checkNamed refuses a directory without a chart where hubops.yaml has named it. at is what makes the hub: of a directory that does, or lies in
// the chart, others say what is missing.
func (d *Directory) checkNamed(dir, at string) error {
	if dir == at || path.Dir(at) == dir || isThere(d.root, path.Join(dir, "Chart.yaml")) {
		return nil
	}
	return exit.Input("%s: no such chart: it has no Chart.yaml, and hubops.yaml, layout.chart, names it", dir).Try("write one, or name the directory of another")
}

func isThere(root, name string) bool {
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
	return err == nil
}

func (d *Directory) unknown(name string) error {
	root := d.layout.Root()
	if len(d.names) == 0 {
		return exit.Input("no hub %q: %s holds no chart", name, root)
	}
	dir := path.Join(root, name)
	if info, err := os.Stat(filepath.Join(d.root, dir)); err == nil && info.IsDir() && d.layout.Fits(dir) != "" {
		return exit.Input("%s holds no file that Git tracks or could track: a hub is what Git holds", dir).Try("is it empty, or ignored?")
	}
	near := spelling.Nearest(name, d.names)
	if near == "" {
		return exit.Input("no hub %q", name).Try("the hubs are %s", strings.Join(d.names, ", "))
	}
	return exit.Input("no hub %q", name).Try("did you mean %s?", near)
}
