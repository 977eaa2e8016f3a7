package hub

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secretdir"
	"hub-ops/magefiles/internal/spelling"
)

// The files in SecretsDir that belong to no hub.
const (
	LoginFile     = SecretsDir + "/dockerhub"         // user and token for the registry of images
	GKEKeyFile    = SecretsDir + "/gke-auth-key.json" // key of the service account that deploys, unless a setting names another
	exampleSecret = secretdir.Example                 // shows what secret values look like
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
	return stray{"", exit.Input("%s: there is no hub %q in %s", spelling.Shown(file), name, d.layout.Root()).Try("add its chart, or remove the file")}
}

// unread returns the stray for a file or directory that is nearly the wanted one of the hub.
func unread(hub, file, wanted string) stray { return stray{hub, spelling.Unread(file, wanted)} }

// alike returns the hub whose name looks like the name, "" if there is none.
func (d *Directory) alike(name string) string { return d.folded[spelling.Folded(name)] }

// strays finds all of them. In the directories of the layout that needs no settings, names that are nearly right are known too; in
// others only those that a pattern fits.
func (d *Directory) strays() []stray {
	standard, own := layout.Default(), d.layout.Settings
	var found []stray
	var others []string // patterns
	if own.Image == standard.Image {
		found = append(found, d.strayImages()...)
	} else if own.Image != "" {
		others = append(others, own.Image+"/Dockerfile")
	}
	if slices.Equal(own.Secrets, standard.Secrets) {
		found = append(found, d.straySecrets()...)
	} else {
		others = append(others, own.Secrets...)
		found = append(found, d.strayCredentials(entries(d.root, SecretsDir))...)
	}
	return slices.Concat(found, d.strayDirectories(), d.strayParts(others))
}

// ignored reports whether hubops.yaml says that there is no hub of that name: what belongs to it is then left alone.
func (d *Directory) ignored(name string) bool { return d.layout.Ignored(layout.Names{Hub: name}) }

// strayParts finds files that a pattern fits, and that are no hub's.
func (d *Directory) strayParts(patterns []string) []stray {
	var found []stray
	parts := d.parts()
	for _, pattern := range patterns {
		if !layout.Has(pattern, "hub") {
			continue
		}
		for _, file := range d.files.Below(layout.Root(pattern)) {
			n, fits := layout.Match(pattern, file)
			if !fits || d.layout.Ignored(n) || parts[file] || d.noEnvironment(n) || d.isOfImages(path.Dir(file)) || slices.ContainsFunc(d.names, func(name string) bool { return n.Fits(d.places[name].Names) }) {
				continue
			}
			found = append(found, d.noHub(file, n.Name()))
		}
	}
	return found
}

// parts are the files of values and secret values of all hubs. Those of one can have a name that the pattern of another's fits.
func (d *Directory) parts() map[string]bool {
	parts := map[string]bool{}
	for _, name := range d.names {
		located, err := d.locate(name)
		if err != nil {
			continue // it is told when the hub is read
		}
		for _, file := range slices.Concat(located.Values, located.Secrets) {
			parts[file.Path] = true
		}
	}
	return parts
}

// noEnvironment reports whether a file among those of a hub is like that of no environment: a kubeconfig beside prod.yaml. If the hub
// has values of that name too, they are meant for an environment that no branch deploys.
func (d *Directory) noEnvironment(n layout.Names) bool {
	var environments []string
	for _, one := range d.layout.Environments {
		environments = append(environments, one.Name)
	}
	if n.Env == "" || slices.Contains(environments, n.Env) || spelling.Nearest(n.Env, environments) != "" {
		return false
	}
	at := slices.IndexFunc(d.names, func(name string) bool { return d.places[name].Hub == n.Hub && d.places[name].Cluster == n.Cluster })
	if at < 0 {
		return false
	}
	names := d.places[d.names[at]].Names
	names.Env = n.Env
	known := false
	for _, pattern := range d.layout.Of(d.names[at]).Values {
		if !layout.Has(pattern, "env") {
			continue
		}
		located, err := layout.Parts{Values: []string{pattern}}.Locate(names)
		if err != nil || d.files.Has(located.Values[0].Path) {
			return false
		}
		known = true
	}
	return known
}

// topDirectories are those at the top of the repository that the layout names.
func (d *Directory) topDirectories() []string {
	dirs := []string{SecretsDir}
	for _, pattern := range slices.Concat([]string{d.layout.Hubs, d.layout.Image, d.layout.Chart.Dir}, d.layout.Values, d.layout.Secrets) {
		if dir, _, below := strings.Cut(layout.Root(pattern)+"/", "/"); below && dir != "." && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// strayDirectories finds directories at the top whose name is nearly one that the layout names, and which hold something of a hub.
func (d *Directory) strayDirectories() []stray {
	var found []stray
	top, wantedDirs := entries(d.root, "."), d.topDirectories()
	for _, wanted := range wantedDirs {
		dir := spelling.Miss(wanted, top, wantedDirs...)
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
		if d.Has(name) || d.ignored(name) || d.isOfImages(dir) {
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

// isOfImages reports whether an image of the section images is built in the directory.
func (d *Directory) isOfImages(dir string) bool {
	return slices.ContainsFunc(d.layout.Images, func(i layout.Image) bool { _, fits := layout.Match(i.Dir, dir); return fits })
}

// straySecrets finds the secret values in SecretsDir that no hub reads, and credentials that no run reads.
func (d *Directory) straySecrets() []stray {
	var found []stray
	names := entries(d.root, SecretsDir)
	found = append(found, d.strayCredentials(names)...)
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

// strayCredentials finds those of the names in SecretsDir that are nearly those of a credential.
func (d *Directory) strayCredentials(names []string) []stray {
	var found []stray
	for _, wanted := range []string{LoginFile, GKEKeyFile} {
		if near := spelling.Miss(path.Base(wanted), names); near != "" {
			found = append(found, unread("", path.Join(SecretsDir, near), wanted))
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
	case name == wanted, name == exampleSecret, file == LoginFile, file == GKEKeyFile, slices.Contains(d.layout.Credentials, file):
	case hub == "" && (strings.HasPrefix(name, ".") || d.ignored(stem)): // such as .sops.yaml
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
		case strings.HasPrefix(name, "."), name == exampleSecret, slices.Contains(d.layout.Credentials, file):
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
