package check

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/spelling"
	"hub-ops/magefiles/internal/yamldoc"
)

// Parse reads a check.yaml. name stands in errors, which are bad input with file and line.
func Parse(name string, content []byte) (Check, error) {
	sum := sha256.Sum256(content)
	c := Check{File: name, Digest: hex.EncodeToString(sum[:]), Time: DefaultTime, Memory: DefaultMemory}
	top, err := yamldoc.Parse(name, content)
	if err != nil {
		return c, err
	}
	if top == nil || top.Kind != yaml.MappingNode {
		return c, exit.Input("%s:1: it lists what the image must be able to do, under %s", name, strings.Join(keys, ", ")).Try("see the page 'Check an image before its push'; remove the file if nothing is to be checked")
	}
	p := parser{file: name}
	err = p.mapping(top, map[string]func(*yaml.Node) error{
		"user": func(n *yaml.Node) error {
			return p.matching(n, &c.User, account, "a name or a number, such as jovyan or 1000")
		},
		"home": func(n *yaml.Node) error {
			return p.matching(n, &c.Home, directory, "an absolute path, such as /home/jovyan")
		},
		"jupyterhub-singleuser": func(n *yaml.Node) error {
			return p.matching(n, &c.SingleUser, hubVersion, "chart, or a version of JupyterHub such as 5.2")
		},
		"commands": func(n *yaml.Node) error { return p.list(n, func(n *yaml.Node) error { return p.command(n, &c) }) },
		"imports":  func(n *yaml.Node) error { return p.list(n, func(n *yaml.Node) error { return p.module(n, &c) }) },
		"time":     func(n *yaml.Node) error { return p.time(n, &c) },
		"memory":   func(n *yaml.Node) error { return p.memory(n, &c) },
	})
	if err == nil && c.Count() == 0 {
		err = exit.Input("%s:%d: it checks nothing", name, top.Line).Try("list commands or imports, or remove the file")
	}
	return c, err
}

var (
	keys       = []string{"user", "home", "jupyterhub-singleuser", "commands", "imports", "time", "memory"}
	account    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)
	directory  = regexp.MustCompile(`^/[^\x00-\x1f\x7f]*$`)
	hubVersion = regexp.MustCompile(`^(` + Chart + `|\d+\.\d+(\.\S*)?)$`)
	sized      = regexp.MustCompile(`^(\d{1,6}) ?(MB|GB|Mi|Gi)$`)
)

// Limits of what a file may ask for. The script is an argument of a command, of which Linux takes 128 KiB, and a line of a Dockerfile, of which
// BuildKit takes 64.
const (
	mostAsked   = 100
	longest     = 2000  // characters of one command, or of what it must print
	mostText    = 20000 // characters of all of them
	longestTime = time.Hour
	leastMemory = 64 << 20
)

// parser reads the nodes of one file.
type parser struct {
	file  string
	asked int // commands and imports
	text  int // characters of all commands
}

func (p *parser) errorf(n *yaml.Node, remedy, format string, args ...any) error {
	return exit.Try(yamldoc.At(p.file, n, format, args...), "%s", remedy)
}

// mapping reads a mapping, of which each key is known.
func (p *parser) mapping(n *yaml.Node, known map[string]func(*yaml.Node) error) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read := known[key.Value]
		if read == nil || key.Kind != yaml.ScalarNode {
			return p.unknown(key, known)
		}
		if err := read(value); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) unknown(key *yaml.Node, known map[string]func(*yaml.Node) error) error {
	var names []string
	for _, name := range append(append([]string{}, keys...), "run", "exit", "output") {
		if known[name] != nil {
			names = append(names, name)
		}
	}
	if near := spelling.Nearest(key.Value, names); near != "" {
		return p.errorf(key, "did you mean "+near+"?", "%.60q is not read here", key.Value)
	}
	return p.errorf(key, "it can be "+strings.Join(names, ", "), "%.60q is not read here", key.Value)
}

// list reads the elements of a list.
func (p *parser) list(n *yaml.Node, read func(*yaml.Node) error) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return p.errorf(n, "begin each line of it with '- '", "it takes a list")
	}
	for _, one := range n.Content {
		if p.asked++; p.asked > mostAsked {
			return p.errorf(one, "ask for several things by one command", "more than %d commands and imports", mostAsked)
		}
		if err := read(one); err != nil {
			return err
		}
	}
	return nil
}

// scalar returns a plain value.
func (p *parser) scalar(n *yaml.Node) (string, error) {
	switch {
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null":
		return "", p.errorf(n, "write it on one line, quoted if it holds ': '", "it takes a single value")
	case strings.ContainsRune(n.Value, 0):
		return "", p.errorf(n, "take it out", "a character NUL, which no command can be given")
	case len(n.Value) > longest:
		return "", p.errorf(n, "put it into a file of the image, and run that", "longer than %d characters", longest)
	}
	if p.text += len(n.Value); p.text > mostText {
		return "", p.errorf(n, "put what is long into a file of the image, and run that", "all commands together are longer than %d characters", mostText)
	}
	return n.Value, nil
}

func (p *parser) matching(n *yaml.Node, into *Text, form *regexp.Regexp, what string) error {
	value, err := p.scalar(n)
	if err != nil {
		return err
	}
	if !form.MatchString(value) {
		return p.errorf(n, "write "+what, "%.60q", value)
	}
	*into = Text{value, n.Line}
	return nil
}

// command reads "git --version", or a mapping with run, exit and output.
func (p *parser) command(n *yaml.Node, c *Check) error {
	command := Command{Line: n.Line}
	var err error
	if n.Kind == yaml.MappingNode {
		err = p.mapping(n, map[string]func(*yaml.Node) error{
			"run":    func(n *yaml.Node) (err error) { command.Run, err = p.scalar(n); return err },
			"exit":   func(n *yaml.Node) error { return p.code(n, &command.Exit) },
			"output": func(n *yaml.Node) error { return p.output(n, &command.Output) },
		})
	} else {
		command.Run, err = p.scalar(n)
	}
	if err == nil && strings.TrimSpace(command.Run) == "" {
		err = p.errorf(n, "write 'run: git --version', or take it out", "a command that runs nothing")
	}
	c.Commands = append(c.Commands, command)
	return err
}

func (p *parser) code(n *yaml.Node, into *int) error {
	const largest = 255
	value, err := p.scalar(n)
	if err != nil {
		return err
	}
	code, err := strconv.Atoi(value)
	if err != nil || code < 0 || code > largest {
		return p.errorf(n, "write a number from 0 to 255", "exit is %.60q", value)
	}
	*into = code
	return nil
}

// output reads one text, or a list of them.
func (p *parser) output(n *yaml.Node, into *[]string) error {
	texts := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		texts = n.Content
	}
	for _, one := range texts {
		value, err := p.scalar(one)
		if err != nil {
			return err
		}
		if value == "" {
			return p.errorf(one, "write what the command must print, or take it out", "output is empty")
		}
		*into = append(*into, value)
	}
	return nil
}

func (p *parser) module(n *yaml.Node, c *Check) error {
	value, err := p.scalar(n)
	if err != nil {
		return err
	}
	module, bound := cutModule(value)
	if !moduleName.MatchString(module) {
		return p.errorf(n, "write the name by which Python imports it, and versions if they matter: 'pandas >= 2.1, < 3'", "%.60q is no Python module", value)
	}
	imported := Import{Line: n.Line, Module: module}
	if imported.Bound, err = parseBound(bound); err != nil {
		return p.errorf(n, "write versions as pip has them: 'pandas >= 2.1, < 3'", "%.60q: %v", value, err)
	}
	c.Imports = append(c.Imports, imported)
	return nil
}

func (p *parser) time(n *yaml.Node, c *Check) error {
	value, err := p.scalar(n)
	if err != nil {
		return err
	}
	if c.Time, err = time.ParseDuration(value); err != nil || c.Time < time.Second || c.Time > longestTime {
		return p.errorf(n, "write how long all of it may take, such as 90s or 10m; an hour at most", "time is %.60q", value)
	}
	return nil
}

func (p *parser) memory(n *yaml.Node, c *Check) error {
	value, err := p.scalar(n)
	if err != nil {
		return err
	}
	if found := sized.FindStringSubmatch(value); found != nil {
		amount, _ := strconv.ParseInt(found[1], 10, 64) // of digits
		c.Memory = amount * map[string]int64{"MB": 1e6, "GB": 1e9, "Mi": 1 << 20, "Gi": 1 << 30}[found[2]]
	}
	if !sized.MatchString(value) || c.Memory < leastMemory {
		return p.errorf(n, "write how much the image may use, such as 2GB or 512Mi; 64Mi at least", "memory is %.60q", value)
	}
	return nil
}
