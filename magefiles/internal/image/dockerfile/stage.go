package dockerfile

import (
	"slices"
	"strings"
)

// Stage is what a FROM begins.
type Stage struct {
	Line     int    // of its FROM
	Name     string // behind AS, in lower case; "" if it has none
	Written  string // what it is built on, as the file has it: ${REGISTRY}/base:1
	Base     string // the same with its variables expanded; a variable without a value is nothing
	Resolved bool   // false: a variable has no value that is known before the build
	Own      bool   // Base is an earlier stage of the file
}

// GlobalArg is a variable that an ARG before the first FROM declares: a FROM can use it.
type GlobalArg struct {
	Name string
	Line int
}

// GlobalArgs lists them.
func (f File) GlobalArgs() []GlobalArg {
	var args []GlobalArg
	for _, i := range f.Instructions {
		if i.Name == "FROM" {
			break
		}
		if i.Name != "ARG" {
			continue
		}
		for _, name := range i.Variables() {
			args = append(args, GlobalArg{name, i.Line})
		}
	}
	return args
}

// Scratch is the name of the empty image.
const Scratch = "scratch"

// Stages lists the stages of the file. args are the build arguments, as NAME=value; one that no ARG before the first
// FROM declares does not count.
func (f File) Stages(args []string) []Stage {
	values := globals{escape: rune(f.escape), given: map[string]string{}, known: map[string]value{}}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		values.given[name] = value
	}
	var stages []Stage
	for _, i := range f.Instructions {
		switch {
		case i.Name == "ARG" && stages == nil:
			values.declare(i)
		case i.Name == "FROM" && i.Args != "":
			words := blanks.Split(i.Args, -1)
			stage := Stage{Line: i.Line, Written: words[0]}
			stage.Base, stage.Resolved = values.expand(words[0])
			stage.Own = slices.ContainsFunc(stages, func(s Stage) bool { return s.Name != "" && strings.EqualFold(s.Name, stage.Base) })
			if len(words) == 3 && strings.EqualFold(words[1], "AS") {
				stage.Name = strings.ToLower(words[2])
			}
			stages = append(stages, stage)
		}
	}
	return stages
}

// Base returns the image that the last stage is built on, through earlier stages where it names one. It is "" for
// scratch, for a file without a FROM, and where a variable has no value before the build. args are as for Stages.
func (f File) Base(args []string) string {
	bases := map[string]string{Scratch: ""}
	base := ""
	for _, stage := range f.Stages(args) {
		switch earlier, found := bases[strings.ToLower(stage.Base)]; {
		case !stage.Resolved || stage.Base == "":
			base = ""
		case found:
			base = earlier
		default:
			base = stage.Base
		}
		if stage.Name != "" {
			bases[stage.Name] = base
		}
	}
	return base
}

// globals are the variables that a FROM can use.
type globals struct {
	escape rune
	given  map[string]string // build arguments
	known  map[string]value  // what was declared and has a value
}

type value struct {
	text     string
	resolved bool // false: only the build knows it
}

// declare notes the value of each variable of an ARG: the build argument, or else its default.
func (g globals) declare(arg Instruction) {
	for _, word := range arg.words() {
		name, text, hasDefault := strings.Cut(word, "=")
		if given, isGiven := g.given[name]; isGiven {
			g.known[name] = value{given, true}
		} else if hasDefault {
			text, resolved := g.expand(text)
			g.known[name] = value{text, resolved}
		}
	}
}

// expand returns the word with its variables expanded, and whether all of them are known before the build.
func (g globals) expand(word string) (text string, resolved bool) {
	resolved = true
	l := lexer{rest: []rune(word), escape: g.escape}
	l.lookup = func(name string) (string, bool) {
		known, isSet := g.known[name]
		if isSet && !known.resolved || !isSet && setByBuild(name) {
			resolved = false
		}
		return known.text, isSet
	}
	text, err := l.expand()
	return text, err == nil && resolved && !l.unset
}

// setByBuild reports whether BuildKit gives the variable its value: the platforms of the image and of the builder.
func setByBuild(name string) bool {
	of, found := strings.CutPrefix(name, "TARGET")
	if !found {
		of, found = strings.CutPrefix(name, "BUILD")
	}
	return found && slices.Contains([]string{"PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT", "STAGE"}, of)
}
