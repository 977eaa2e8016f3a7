package hub

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/spelling"
)

// The files in SecretsDir that belong to no hub.
const (
	LoginFile     = SecretsDir + "/dockerhub"         // user and token for the registry of images
	GKEKeyFile    = SecretsDir + "/gke-auth-key.json" // key of the service account that deploys, unless a setting names another
	exampleSecret = "example.yaml"                    // shows what secret values look like
)

// stray is a file or directory that nothing reads and that is nearly one that is read. Without an error for it, the hub that it is
// meant for would be deployed without it.
type stray struct {
	hub string // that it may be meant for, "" if it is like no hub's
	err error
}

// noHub returns the stray for a file that is named after a hub that does not exist, after a misspelling or an incomplete removal.
func (d *Directory) noHub(file, name string) stray {
	near := spelling.Nearest(name, d.names)
	if near != "" {
		return stray{near, exit.Input("%s: there is no hub %q", spelling.Shown(file), name).Try("did you mean %s?", near)}
	}
	return stray{"", exit.Input("%s: there is no hub %q in %s", spelling.Shown(file), name, ChartsDir).Try("add its chart, or remove the file")}
}

// unread returns the stray for a file or directory that is nearly the wanted one of the hub.
func unread(hub, file, wanted string) stray { return stray{hub, spelling.Unread(file, wanted)} }

// alike returns the hub whose name looks like the name, "" if there is none.
func (d *Directory) alike(name string) string { return d.folded[spelling.Folded(name)] }

// strayDirectories finds directories at the top whose name is nearly one of the three, and which hold something of a hub.
func (d *Directory) strayDirectories() []stray {
	var found []stray
	top := entries(d.root, ".")
	for _, wanted := range []string{ChartsDir, ImagesDir, SecretsDir} {
		dir := spelling.Miss(wanted, top, ChartsDir, ImagesDir, SecretsDir)
		for _, entry := range entries(d.root, dir) {
			stem, _, _ := strings.Cut(entry, ".")
			if hub := d.alike(stem); dir != "" && hub != "" {
				found = append(found, unread(hub, path.Join(dir, entry), path.Join(wanted, entry)))
			}
		}
	}
	return found
}

// strayImages finds the images of no hub.
func (d *Directory) strayImages() []stray {
	var found []stray
	for _, name := range entries(d.root, ImagesDir) {
		dir := path.Join(ImagesDir, name)
		if d.Has(name) {
			continue
		}
		inside := entries(d.root, dir)
		if hub := d.alike(name); hub != "" {
			found = append(found, unread(hub, dir, path.Join(ImagesDir, hub)))
		} else if slices.Contains(inside, "Dockerfile") || spelling.Miss("Dockerfile", inside) != "" {
			found = append(found, d.noHub(path.Join(dir, "Dockerfile"), name))
		}
	}
	return found
}

// straySecrets finds the secret values that no hub reads, and credentials that no run reads.
func (d *Directory) straySecrets() []stray {
	var found []stray
	names := entries(d.root, SecretsDir)
	for _, wanted := range []string{LoginFile, GKEKeyFile} {
		if near := spelling.Miss(path.Base(wanted), names); near != "" {
			found = append(found, unread("", path.Join(SecretsDir, near), wanted))
		}
	}
	for _, name := range names {
		file := path.Join(SecretsDir, name)
		if d.isDir(file) {
			found = append(found, d.secretsBelow(file, deepest)...)
			continue
		}
		if s := d.straySecret(name, names); s.err != nil {
			found = append(found, s)
		}
	}
	return found
}

// straySecret decides about a file of SecretsDir.
func (d *Directory) straySecret(name string, beside []string) stray {
	file := path.Join(SecretsDir, name)
	stem, isValues := valuesIn(name)
	hub := d.alike(stem)
	wanted := hub + ".yaml"
	switch missing := !slices.Contains(beside, wanted); {
	case name == wanted, name == exampleSecret, file == LoginFile, file == GKEKeyFile:
	case hub == "" && strings.HasPrefix(name, "."): // such as .sops.yaml
	case hub != "" && name == wanted+"~" && !missing: // an editor's copy
	case hub != "" && (isValues || missing && couldBeValues(name)):
		return unread(hub, file, path.Join(SecretsDir, wanted))
	case isValues:
		return d.noHub(file, strings.TrimSuffix(name, ".yaml"))
	}
	return stray{}
}

// deepest is how many directories below each other are searched.
const deepest = 8

// secretsBelow finds the secret values in a directory of SecretsDir, where nothing is read.
func (d *Directory) secretsBelow(dir string, levels int) []stray {
	var found []stray
	for _, name := range entries(d.root, dir) {
		file := path.Join(dir, name)
		stem, isValues := valuesIn(name)
		hub := d.alike(stem)
		for part := range strings.SplitSeq(dir, "/") {
			if hub == "" {
				hub = d.alike(part)
			}
		}
		switch {
		case strings.HasPrefix(name, "."), name == exampleSecret:
		case d.isDir(file):
			if levels > 0 {
				found = append(found, d.secretsBelow(file, levels-1)...)
			}
		case isValues && hub != "":
			found = append(found, unread(hub, file, path.Join(SecretsDir, hub+".yaml")))
		case isValues:
			found = append(found, stray{"", exit.Input("%s is not read, only %s/<hub>.yaml is", spelling.Shown(file), SecretsDir).Try("move it there, or remove it")})
		}
	}
	return found
}

// valuesIn splits a file's name, and reports whether the file is one of YAML: q.yml, q.enc.yaml and q.yaml.bak are too.
func valuesIn(name string) (stem string, isValues bool) {
	stem, extensions, _ := strings.Cut(strings.TrimPrefix(spelling.Folded(name), "."), ".")
	for extension := range strings.SplitSeq(strings.TrimRight(extensions, "~#"), ".") {
		if extension == "yaml" || extension == "yml" || spelling.Miss("yaml", []string{extension}) != "" {
			return stem, true
		}
	}
	return stem, false
}

// couldBeValues reports whether a file that is named after a hub, and not of YAML by its name, can be meant as its values.
func couldBeValues(name string) bool {
	switch path.Ext(spelling.Folded(name)) {
	case "", ".", ".json", ".txt":
		return true
	}
	return false
}

func (d *Directory) isDir(name string) bool {
	info, err := os.Stat(filepath.Join(d.root, filepath.FromSlash(name)))
	return err == nil && info.IsDir()
}

// entries lists a directory. A directory that does not exist has no entries.
func entries(root, dir string) []string {
	found, err := fs.ReadDir(os.DirFS(root), dir)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(found))
	for _, entry := range found {
		names = append(names, entry.Name())
	}
	return names
}
