package preview

import (
	"context"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/valuepath"
)

// rendered are the objects of a hub, as both commits make them.
type rendered struct{ before, now []manifest.Object }

// render renders a hub of both commits, and takes out what its chart makes up each time.
func (p pair) render(ctx context.Context, name string) (objects rendered, err error) {
	is, _ := p.now.hub(name)
	now, err := p.now.prepare(ctx, is, "now")
	if err != nil {
		return objects, err
	}
	if objects.now, err = now.template(ctx); err != nil {
		return objects, err
	}
	was, there := p.before.hub(name)
	if !there {
		return objects, nil
	}
	before, err := p.before.prepare(ctx, was, "before")
	if err != nil {
		return objects, err
	}
	if objects.before, err = before.template(ctx); err != nil {
		return objects, err
	}
	again, err := before.template(ctx)
	if err != nil {
		return objects, err
	}
	manifest.Steady(objects.before, again, objects.now)
	return objects, nil
}

// prepared is a hub that can be rendered.
type prepared struct {
	helm    *helm.Client
	upgrade helm.Upgrade
}

// template renders it without the cluster.
func (p prepared) template(ctx context.Context) ([]manifest.Object, error) {
	made, definitions, err := p.helm.Template(ctx, p.upgrade, "", nil)
	if err != nil {
		return nil, err
	}
	objects, err := made.Objects(p.upgrade.At.Namespace)
	return append(objects, definitions...), err
}

// prepare writes the chart of a hub, with all that it depends on, and its values that are not secret, to a private directory.
func (s Side) prepare(ctx context.Context, h hub.Hub, as string) (p prepared, err error) {
	fetcher, err := s.To.ChartFetcher(ctx)
	if err != nil {
		return p, err
	}
	dir := filepath.Join(s.Session.Scratch, "preview-"+as, h.Name)
	tree, err := s.Surveyor.Tree(ctx, h)
	if err != nil {
		return p, err
	}
	whole, err := fetcher.Assemble(ctx, h.Name, tree, filepath.Join(dir, "chart", filepath.FromSlash(h.ChartDir)))
	if err != nil {
		return p, err
	}
	p = prepared{fetcher.Client, helm.Upgrade{At: h.At, Chart: whole.Path, Strings: map[string]string{}}}
	contents, err := s.Surveyor.ValueFiles(ctx, h)
	if err != nil {
		return p, err
	}
	for i, content := range contents {
		if err := p.addValues(filepath.Join(dir, "values", filepath.FromSlash(h.Values[i])), content); err != nil {
			return p, err
		}
	}
	return p, s.setImages(ctx, h, &p, filepath.Join(dir, "images-in-lists.yaml"))
}

// setImages sets the values that say which images the hub has, by their tags: digests are known after a push alone.
func (s Side) setImages(ctx context.Context, h hub.Hub, p *prepared, file string) error {
	registry, err := s.To.Registry(ctx)
	if err != nil {
		return err
	}
	settings, facts := s.Session.Config.For(h.Name), s.Found.FactsOf(h.Name)
	var lists []valuepath.Setting
	for i, image := range h.Images {
		if image.OnlyBase() {
			continue
		}
		repository, tag, to := image.In(registry.Repository), facts.Images[i].Tag, h.Targets(image, hub.Targets{Names: settings.NamePaths, Tags: settings.TagPaths})
		lists = append(lists, p.set(to.Names, repository)...)
		lists = append(lists, p.set(to.Tags, tag)...)
		lists = append(lists, p.set(to.Whole, repository+":"+tag)...)
	}
	if len(lists) == 0 {
		return nil
	}
	files, err := s.Surveyor.PlainValues(ctx, h)
	if err != nil {
		return err
	}
	content, err := valuepath.Lists(files, lists)
	if err != nil {
		return err
	}
	return p.addValues(file, content)
}

// set sets values to a text, and returns those that lie in lists.
func (p *prepared) set(paths []string, text string) (inLists []valuepath.Setting) {
	for _, path := range paths {
		if parsed, err := valuepath.Parse(path); err == nil && parsed.InList() {
			inLists = append(inLists, valuepath.Setting{Path: parsed, Value: text})
		} else {
			p.upgrade.Strings[path] = text
		}
	}
	return inLists
}

func (p *prepared) addValues(file string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	p.upgrade.Values = append(p.upgrade.Values, file)
	return os.WriteFile(file, content, 0o600)
}
