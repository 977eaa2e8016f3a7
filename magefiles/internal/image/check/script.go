package check

import (
	"fmt"
	"strings"
)

// Asked is what an image is asked: by one script, in one container.
type Asked struct {
	File      string
	Script    string // for sh -c
	Nonce     string
	questions []question
}

// question is one thing that the image is asked.
type question struct {
	line  int
	about string // for people
	shell string // what the script runs
	judge func(answer) (wanted, got string)
}

// Ask makes the script. nonce is a word that no program prints by chance: it marks where answers begin and end. hubs are the versions of the
// hubs that are to take the image's server; without SingleUser none is needed.
func (c Check) Ask(nonce string, hubs []string) Asked {
	asked := Asked{File: c.File, Nonce: nonce}
	if c.User.There() {
		asked.add(c.User.Line, "user", `id -u && id -un`, userIs(c.User.Value))
	}
	if c.Home.There() {
		asked.add(c.Home.Line, "home", `printf 'HOME=%s\n' "$HOME"; [ -d "$HOME" ] && [ -w "$HOME" ] && echo writable`, homeIs(c.Home.Value))
	}
	if c.SingleUser.There() {
		if !c.OfChart() {
			hubs = []string{c.SingleUser.Value}
		}
		asked.add(c.SingleUser.Line, "jupyterhub-singleuser", `jupyterhub-singleuser --version`, serverFor(hubs))
	}
	for _, command := range c.Commands {
		asked.add(command.Line, "run "+command.Run, command.Run, command.judge)
	}
	for _, module := range c.Imports {
		asked.add(module.Line, "import "+module.Module, python(module.Module), module.judge)
	}
	asked.write()
	return asked
}

func (a *Asked) add(line int, about, shell string, judge func(answer) (string, string)) {
	a.questions = append(a.questions, question{line, about, shell, judge})
}

// imports loads a module, and prints its version on the last line: that of the distribution that has it, or else its own.
const imports = `import importlib, sys
name = sys.argv[1]
found = importlib.import_module(name)
version = ""
try:
    from importlib import metadata
    try:
        owners = metadata.packages_distributions().get(name.split(".")[0], [])
    except AttributeError:
        owners = []
    for owner in owners + [name]:
        try:
            version = metadata.version(owner)
            break
        except metadata.PackageNotFoundError:
            pass
except ImportError:
    pass
print("\nversion=" + str(version or getattr(found, "__version__", "")))
`

// python is the command that imports a module.
func python(module string) string {
	return `python=python3; command -v python3 >/dev/null || python=python; exec $python -c "$HUBOPS_IMPORTS" ` + quoted(module)
}

// quoted makes one word of a text for a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// write makes the script. Whoever starts it may end it by SIGTERM: the shell only waits for what it runs, so it ends at once, and with it the
// container. Nothing but the shell's own words is used, for an image need have no programs.
func (a *Asked) write() {
	var script strings.Builder
	script.WriteString("trap 'exit 143' TERM\nHUBOPS_IMPORTS=" + quoted(imports) + "\nexport HUBOPS_IMPORTS\n")
	for i, question := range a.questions {
		fmt.Fprintf(&script, "printf '\\n%%s\\n' '%s begin %d'\nsh -c %s 2>&1 </dev/null &\nwait $!\nprintf '\\n%%s %%s\\n' '%s end %d' $?\n", a.Nonce, i, quoted(question.shell), a.Nonce, i)
	}
	a.Script = script.String()
}
