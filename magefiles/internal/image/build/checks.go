package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/ui"
)

// Checks are the requirements of a hub for its image.
type Checks struct {
	Root    string // what to do with an image that runs as root: "warn", "refuse" or "allow"
	MaxSize int64  // bytes, compressed; 0: any
}

// notebookPort is where a user's server listens unless the chart says otherwise: KubeSpawner.port.
const notebookPort = "8888/tcp"

// Check checks an image that was built. Warnings do not stop a push; an error does.
func (c Checks) Check(hub string, base content.Base, built []Built) (warnings []string, err error) {
	if isLatest(base.Name) {
		warnings = append(warnings, fmt.Sprintf("FROM %s: whatever that is on the day of the build; name a version", base.Name))
	}
	for _, image := range built {
		if runsAsRoot(image.Config.User) {
			const what = "runs as root, for its Dockerfile ends without a USER, or with that one; the chart's singleuser.uid may put another user in its place"
			switch c.Root {
			case "warn":
				warnings = append(warnings, "the image "+what+"; image.root can refuse or allow it")
			case "refuse":
				return warnings, exit.With(exit.Build, fmt.Errorf("the image of hub %s %s: image.root refuses it", hub, what))
			}
		}
		if ports := exposed(image.Config); len(ports) > 0 && !slices.Contains(ports, notebookPort) {
			warnings = append(warnings, fmt.Sprintf("the image exposes %s and not %s, which is where JupyterHub looks for a user's server unless the chart says otherwise",
				strings.Join(ports, ", "), notebookPort))
		}
		if err := c.CheckSize(hub, image.Size); err != nil {
			return warnings, exit.With(exit.Build, err)
		}
	}
	slices.Sort(warnings)
	return slices.Compact(warnings), nil
}

// CheckSize refuses an image that is larger than its hub may have. size is in bytes, compressed.
func (c Checks) CheckSize(hub string, size int64) error {
	if c.MaxSize == 0 || size <= c.MaxSize {
		return nil
	}
	return exit.Try(fmt.Errorf("the image of hub %s has %s, compressed, and image.max_size allows %s", hub, ui.Bytes(size), ui.Bytes(c.MaxSize)),
		"make it smaller, or allow more in hubops.yaml")
}

// isLatest reports whether a base is named without a version.
func isLatest(base string) bool {
	if base == "" {
		return false
	}
	ref, err := name.NewTag(base)
	return err == nil && ref.TagStr() == name.DefaultTag
}

// runsAsRoot reads the user of an image's configuration: "name" or "uid", either with ":group".
func runsAsRoot(user string) bool {
	user, _, _ = strings.Cut(user, ":")
	return user == "" || user == "root" || user == "0"
}

func exposed(configuration v1.Config) []string {
	var ports []string
	for port := range configuration.ExposedPorts {
		if !strings.Contains(port, "/") {
			port += "/tcp"
		}
		ports = append(ports, port)
	}
	slices.Sort(ports)
	return ports
}
