package chart

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// PartAt returns the name and version of the chart that a template belongs to. at is the whole chart as helm gets it, a directory or an archive;
// template is where helm says that it is: course/charts/jupyterhub/templates/hub.yaml. own reports whether it is the whole chart itself. What
// cannot be read has no version, and the name of its directory.
func PartAt(at, template string) (name, version string, own bool) {
	below := strings.Split(template, "/")
	name, own = below[0], true
	dir := at
	for i := 1; i+1 < len(below) && below[i] == "charts"; i += 2 {
		name, own = below[i+1], false
		if packed := packedIn(filepath.Join(dir, "charts"), name); packed != "" {
			return name, packed, false
		}
		dir = filepath.Join(dir, "charts", filepath.FromSlash(path.Clean("/"+name)))
	}
	return name, versionAt(dir), own
}

// versionAt reads the version of the chart in a directory or an archive.
func versionAt(at string) string {
	if strings.HasSuffix(at, ".tgz") {
		content, err := os.ReadFile(at) // #nosec G304 -- the run's own copy
		if err != nil {
			return ""
		}
		_, version, _ := Packed(content)
		return version
	}
	content, err := fs.ReadFile(os.DirFS(at), "Chart.yaml")
	var c chartFile
	if err != nil || yaml.Unmarshal(content, &c) != nil {
		return ""
	}
	return c.Version
}

// packedIn returns the version of the packed chart of a name in a directory, "" if there is none.
func packedIn(dir, name string) string {
	archives, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil {
		return ""
	}
	for _, file := range archives {
		if !strings.HasPrefix(filepath.Base(file), name+"-") {
			continue
		}
		content, err := os.ReadFile(file) // #nosec G304 -- the run's own copy
		if err != nil {
			continue
		}
		if packed, version, is := Packed(content); is && packed == name {
			return version
		}
	}
	return ""
}
