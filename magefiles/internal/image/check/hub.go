package check

import (
	"regexp"
)

// majorMinor finds a version in what a program prints of itself: "5.2.1", and "5.2" of "JupyterHub 5.2".
var majorMinor = regexp.MustCompile(`(?:^|[^0-9.])(\d+)\.(\d+)(?:[.a-z+-][0-9A-Za-z.+-]*)?`)

// versionIn returns the major and the minor version in a text, as "5.2"; "" if there is none.
func versionIn(text string) string {
	found := majorMinor.FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return found[1] + "." + found[2]
}

// Takes reports whether a hub takes a user's server of that version: JupyterHub wants both to have the same major and minor version, and warns
// otherwise that logging in may fail (_check_version in jupyterhub/_version.py of its source).
func Takes(hub, server string) bool {
	wanted := versionIn(hub)
	return wanted != "" && wanted == versionIn(server)
}
