package site

import (
	"fmt"
	"regexp"
	"strings"
)

// Command is one command of a page, in a block that is marked with {run=true}: a test runs it.
type Command struct {
	Line  int      // of the page
	Text  string   // for a shell
	Tells []string // lines that it must print, in this order; … stands for what differs
}

var marked = regexp.MustCompile("^```([a-z]+) +\\{[^}]*\\brun=true\\b[^}]*\\}\\s*$")

// session is the language of a block that has commands after "$ ", and what they print.
const session = "console"

// Commands returns the commands of a page's marked blocks, in their order. In a block of a session each line after "$ " is one; any other block
// is one command as a whole.
func Commands(markdown string) ([]Command, error) {
	var found []Command
	var fence, language string // of the block that is open; "" for the language of one that is not marked
	for i, line := range strings.Split(markdown, "\n") {
		switch ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]; {
		case fence == "" && len(ticks) >= 3:
			fence, language = ticks, languageOf(line)
			if language != "" && language != session {
				found = append(found, Command{Line: i + 2})
			}
		case fence != "" && len(ticks) >= len(fence):
			fence, language = "", ""
		case language == "":
		case language != session:
			found[len(found)-1].Text += line + "\n"
		case strings.HasPrefix(line, "$ "):
			found = append(found, Command{Line: i + 1, Text: line[2:]})
		case len(found) == 0:
			return nil, fmt.Errorf("line %d: a session begins with a command, after \"$ \"", i+1)
		case strings.TrimSpace(line) != "":
			last := &found[len(found)-1]
			last.Tells = append(last.Tells, line)
		}
	}
	if language != "" {
		return nil, fmt.Errorf("a block of %s has no end", language)
	}
	return found, nil
}

// languageOf returns the language of a block that is marked, from its first line; "" for any other block.
func languageOf(line string) string {
	if match := marked.FindStringSubmatch(line); match != nil {
		return match[1]
	}
	return ""
}

// Missing returns the first line that the command should have printed and has not, after those before it; "" if all are there. Runs of
// spaces count as one, because the width of a column depends on what else is in it.
func (c Command) Missing(output string) string {
	rest := strings.Split(output, "\n")
	for _, want := range c.Tells {
		at := 0
		for at < len(rest) && !like(rest[at], want) {
			at++
		}
		if at == len(rest) {
			return want
		}
		rest = rest[at+1:]
	}
	return ""
}

// like reports whether a line is what a page shows, which may leave out parts of it.
func like(line, shown string) bool {
	line, shown = strings.Join(strings.Fields(line), " "), strings.Join(strings.Fields(shown), " ")
	parts := strings.Split(shown, "…")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	matched, err := regexp.MatchString("^"+strings.Join(parts, ".*")+"$", line)
	return err == nil && matched
}
