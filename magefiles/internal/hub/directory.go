package hub

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

// Directory is the list of a repository's hubs. It is read once, and each hub is then loaded by its name, so that the
// time to load many hubs grows with their number.
type Directory struct {
	root      string
	names     []string             // sorted
	charts    map[string]string    // directory of each hub's chart, relative to the root
	misspelt  map[string]ownerless // the first file whose name is nearly a hub's, by that hub
	unmatched []ownerless          // the files whose name is like no hub's
}

// Open lists the hubs of the repository. extra are charts outside hub-charts. Bad input is a repository without
// hub-charts, and two charts for one hub.
func Open(root string, extra []string) (*Directory, error) {
	entries, err := os.ReadDir(filepath.Join(root, ChartsDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, exit.Input("reading %s: %w", ChartsDir, err)
	}
	if err != nil && len(extra) == 0 {
		return nil, exit.Input("no %s directory here", ChartsDir).Try("run in the top directory of the hubs' repository")
	}
	d := &Directory{root: root, charts: map[string]string{}, misspelt: map[string]ownerless{}}
	for _, entry := range entries {
		if entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
			d.add(entry.Name(), path.Join(ChartsDir, entry.Name()))
		}
	}
	for _, dir := range extra {
		if d.Has(path.Base(dir)) {
			return nil, exit.Input("hubops.yaml: charts: %s has the name of a hub in %s", dir, ChartsDir)
		}
		d.add(path.Base(dir), path.Clean(dir))
	}
	slices.Sort(d.names)
	for _, file := range d.findOwnerless() {
		near := nearest(file.name, d.names)
		if _, found := d.misspelt[near]; near == "" {
			d.unmatched = append(d.unmatched, file)
		} else if !found {
			d.misspelt[near] = file
		}
	}
	return d, nil
}

func (d *Directory) add(name, dir string) {
	d.names = append(d.names, name)
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
func (d *Directory) Load(name string) (Hub, error) {
	if err := CheckName(name); err != nil {
		return Hub{}, err
	}
	if !d.Has(name) {
		return Hub{}, d.unknown(name)
	}
	root, err := os.OpenRoot(d.root)
	if err != nil {
		return Hub{}, exit.Input("%w", err)
	}
	defer func() { _ = root.Close() }()
	return d.load(root, name)
}

func (d *Directory) load(root *os.Root, name string) (Hub, error) {
	if err := CheckName(name); err != nil {
		return Hub{}, err
	}
	h := Hub{Name: name, ChartDir: d.charts[name]}
	if !filepath.IsLocal(h.ChartDir) {
		return Hub{}, exit.Input("hubops.yaml: charts: %s is outside the repository", h.ChartDir)
	}
	if file, found := d.misspelt[name]; found {
		return Hub{}, file.problem(name)
	}
	var err error
	if h.Chart, err = chart.Read(root, h.ChartDir, name); err != nil {
		return Hub{}, err
	}
	return h, h.find(root)
}

// All reads every hub. The error names each hub that is wrong, and each file that belongs to none.
func (d *Directory) All() ([]Hub, error) {
	var hubs []Hub
	var problems []error
	for _, file := range d.unmatched {
		problems = append(problems, file.problem(""))
	}
	root, err := os.OpenRoot(d.root)
	if err != nil {
		return nil, exit.Input("%w", err)
	}
	defer func() { _ = root.Close() }()
	for _, name := range d.names {
		h, err := d.load(root, name)
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
	near := nearest(name, d.names)
	if near == "" {
		return exit.Input("no hub %q", name).Try("the hubs are %s", strings.Join(d.names, ", "))
	}
	return exit.Input("no hub %q", name).Try("did you mean %s?", near)
}
