// Package hubshell says how a hub would start the server of a user, so that its image can be tried on a machine with a container engine. Values go
// in, arguments of docker or podman come out; it starts nothing. Package ops/onehub calls it.
//
//	shell, left := hubshell.Of(values)
//	args := shell.Arguments(hubshell.Container{Image: id, Name: name, Label: label})
package hubshell

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/valuepath"
	"hub-ops/magefiles/internal/yamlnode"
)

// Shell is what a hub gives the container of a user's server.
type Shell struct {
	User   string            // uid
	Group  string            // a further group, to which the home directory belongs
	Home   string            // where a new, empty volume is; "" if users have none
	Memory int64             // bytes; 0: no limit
	CPU    string            // processors; "" for no limit
	Env    map[string]string // by name
}

// The chart's own values: jupyterhub/values.yaml of zero-to-jupyterhub.
const (
	usualUser  = "1000"
	usualGroup = "100"
	usualHome  = "/home/jovyan"
)

// Of returns it for a hub by its files of values, of which later ones win. left names variables that are not given: their values are secret, or come
// from the cluster.
func Of(files []valuepath.File) (s Shell, left []string) {
	s = Shell{User: usualUser, Group: usualGroup, Home: usualHome, Env: map[string]string{}}
	for _, file := range files {
		for _, keys := range [][]string{{"singleuser"}, {"jupyterhub", "singleuser"}} {
			if values := yamlnode.At(file.Top, keys...); values != nil {
				left = s.add(values, left)
			}
		}
	}
	slices.Sort(left)
	return s, slices.Compact(left)
}

func (s *Shell) add(values *yaml.Node, left []string) []string {
	set := func(into *string, keys ...string) {
		if node := yamlnode.At(values, keys...); node != nil && node.Kind == yaml.ScalarNode && node.Tag != "!!null" {
			*into = node.Value
		}
	}
	set(&s.User, "uid")
	set(&s.Group, "fsGid")
	set(&s.Home, "storage", "homeMountPath")
	kind, memory := "", ""
	set(&kind, "storage", "type")
	set(&memory, "memory", "limit")
	set(&s.CPU, "cpu", "limit")
	if kind == "none" {
		s.Home = ""
	}
	if memory != "" {
		s.Memory = bytesOf(memory)
	}
	extra := yamlnode.At(values, "extraEnv")
	for i := 0; extra != nil && extra.Kind == yaml.MappingNode && i+1 < len(extra.Content); i += 2 {
		name, value := extra.Content[i].Value, extra.Content[i+1]
		if literal := yamlnode.At(value, "value"); literal != nil { // {name: X, value: x}
			value = literal
		}
		delete(s.Env, name)
		if value.Kind != yaml.ScalarNode || config.LooksSecret(name) {
			left = append(left, name)
			continue
		}
		s.Env[name] = value.Value
	}
	return left
}

// bytesOf reads a size as KubeSpawner does, which counts K, M, G and T by 1024; 0 for what it does not take.
func bytesOf(size string) int64 {
	const kilo = 1 << 10
	factor := int64(1)
	for _, unit := range []string{"K", "M", "G", "T"} {
		factor *= kilo
		if number, is := strings.CutSuffix(size, unit); is {
			n, err := strconv.ParseFloat(number, 64)
			if err != nil || n < 0 {
				return 0
			}
			return int64(n * float64(factor))
		}
	}
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Container is where the shell runs.
type Container struct {
	Image    string // its ID
	Name     string
	Label    string
	Podman   bool
	Terminal bool // somebody sits there
}

// start prefers bash, which Jupyter's images have.
const start = `exec "$(command -v bash || echo /bin/sh)"`

// Arguments are those of the engine. The image's entry point stays, as the hub leaves it; nothing of it can become root. The container is removed
// when it ends, and what it has written is kept nowhere.
func (s Shell) Arguments(c Container) []string {
	args := []string{"run", "--rm", "--interactive"}
	if c.Terminal {
		args = append(args, "--tty")
	}
	args = append(args, "--name", c.Name, "--label", c.Label, "--log-driver", "none", "--security-opt", "no-new-privileges", "--user", s.User)
	if s.Group != "" {
		args = append(args, "--group-add", s.Group)
	}
	if path.IsAbs(s.Home) && !strings.ContainsAny(s.Home, ":,") {
		mount := s.Home + ":rw,exec,mode=1777"
		if c.Podman {
			mount += ",notmpcopyup"
		}
		args = append(args, "--tmpfs", mount)
	}
	if s.Memory > 0 {
		args = append(args, "--memory", strconv.FormatInt(s.Memory, 10))
	}
	if cpus, err := strconv.ParseFloat(s.CPU, 64); err == nil && cpus > 0 {
		args = append(args, "--cpus", s.CPU)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Env)) {
		args = append(args, "--env", name+"="+s.Env[name])
	}
	return append(args, c.Image, "/bin/sh", "-c", start)
}

// String tells an operator how the hub would start it.
func (s Shell) String() string {
	text := "user " + s.User
	if s.Group != "" {
		text += ", group " + s.Group
	}
	if s.Home != "" {
		text += ", an empty home in " + s.Home
	}
	if s.Memory > 0 {
		text += fmt.Sprintf(", %d MB", s.Memory>>20)
	}
	if s.CPU != "" {
		text += ", " + s.CPU + " processors"
	}
	return text
}
