package hub

import (
	"context"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secret"
	"hub-ops/magefiles/internal/yamldoc"
)

// secretsKey is the setting that names files of secret values.
const secretsKey = "layout.secrets"

// find looks for the hub's values, secret values and image context. What HEAD has of them must be here too: a hub is not deployed
// without its image or its secret values because a checkout is sparse.
func (d *Directory) find(ctx context.Context, h *Hub, located layout.Located) (err error) {
	for _, dir := range located.ImageDirs() {
		if err := d.files.Check(d.files.Below(dir)...); err != nil {
			return err
		}
	}
	if h.Secrets, err = d.findFiles(secretsKey, located.Secrets); err != nil {
		return err
	}
	if h.Values, err = d.findFiles("layout.values", located.Values); err != nil {
		return err
	}
	if err := d.checkPlainValues(ctx, h.Values); err != nil {
		return err
	}
	return d.findImages(ctx, h, located)
}

// findFiles returns those of the files that are there. Bad input is one that is missing, unless it may be, and what is no file.
func (d *Directory) findFiles(key string, files []layout.File) ([]string, error) {
	var found []string
	for _, file := range files {
		if err := d.files.Check(file.Path); err != nil {
			return nil, err
		}
		if link := d.files.LinkOn(file.Path); link != "" {
			return nil, linked(key, file.Path, link)
		}
		info, err := os.Stat(filepath.Join(d.root, filepath.FromSlash(file.Path)))
		switch {
		case err == nil && info.IsDir():
			return nil, exit.Input("%s is a directory, and hubops.yaml, %s, wants a file", file.Path, key).Try("name the files in it")
		case err == nil:
			found = append(found, file.Path)
			continue
		}
		if err := d.checkLost(file.Path); err != nil {
			return nil, err
		}
		if !file.Optional {
			return nil, exit.Input("%s: no such file: hubops.yaml, %s, names it", file.Path, key).Try("write it, or end its path in hubops.yaml with ? if it may be missing")
		}
	}
	return found, nil
}

// linked is the error for a file that is a link, or lies behind one. Git holds where that leads to: no content that anybody could judge.
func linked(key, file, link string) error {
	if file != link {
		file += ": " + link
	}
	if key == secretsKey {
		return exit.Input("%s: a link: each hub has secret values of its own", file).Try("write a file, encrypted, in its place, or name the one that it leads to in hubops.yaml, %s", key)
	}
	return exit.Input("%s is a link: values are read from files", file).Try("copy the file, or name the one that it leads to in hubops.yaml, %s", key)
}

// checkPlainValues refuses files of values that Git does not hold, or that are encrypted: helm would take what they hold for values.
func (d *Directory) checkPlainValues(ctx context.Context, files []string) error {
	for _, file := range files {
		if !d.files.Has(file) {
			return exit.Input("%s: ignored by Git: values are what Git holds", file).Try("take it out of .gitignore, or name it in hubops.yaml, layout.secrets, if it holds secrets")
		}
	}
	contents, err := d.files.Read(ctx, files...)
	if err != nil {
		return err
	}
	for _, file := range files {
		if secret.FormOf(contents[file]) != secret.Plain {
			return exit.Input("%s is encrypted, and hubops.yaml names it in layout.values", file).Try("name it in layout.secrets")
		}
		if err := checkReadable(file, contents[file]); err != nil {
			return err
		}
	}
	return nil
}

// checkReadable refuses values that helm could not read.
func checkReadable(file string, content []byte) error {
	top, err := yamldoc.Parse(file, content)
	if err != nil || top == nil || top.Kind == yaml.MappingNode || top.Tag == "!!null" {
		return err
	}
	return yamldoc.At(file, top, "expected Helm values: keys and values")
}

// checkLost refuses what HEAD has, and somebody has deleted here without telling Git.
func (d *Directory) checkLost(name string) error {
	if len(d.files.Lost(name)) == 0 {
		return nil
	}
	return exit.Input("%s: HEAD has it, and it was deleted here", name).Try("run 'git restore %s', or 'git rm -r %s' if it is to go", name, name)
}

// checkValues refuses a values.yaml that cannot be read.
func (d *Directory) checkValues(ctx context.Context, h Hub) error {
	content, file, err := d.listing.File(ctx, h.ChartDir, "values.yaml")
	if err != nil {
		return err
	}
	return checkReadable(file, content)
}
