package dockerfile

import (
	"regexp"
	"slices"
	"strings"
)

// hereDocument is one that an instruction opens: lines that follow it are no instructions, up to one that is its name.
type hereDocument struct {
	name string
	tabs bool // the line that ends it can be indented by tabs: <<-
}

var opening = regexp.MustCompile(`^\d*<<(-?)\s*([^<]*)$`)

// hereDocuments finds what the instruction opens, in the order in which they follow.
func (i Instruction) hereDocuments() []hereDocument {
	name, args := i.Name, i.Args
	if name == "ONBUILD" {
		name, args = split(args, i.escape)
	}
	if !slices.Contains([]string{"ADD", "COPY", "RUN"}, name) || !strings.Contains(i.text, "<<") || isJSON(args) {
		return nil
	}
	// BuildKit splits these words with a backslash, whatever the file's escape character is.
	words := (&lexer{rest: []rune(i.text), escape: '\\', raw: true}).words()
	var opened []hereDocument
	for _, word := range words {
		found := opening.FindStringSubmatch(word)
		if found == nil || found[2] == "" {
			continue
		}
		if name := (&lexer{rest: []rune(found[2]), escape: '\\'}).words(); len(name) == 1 {
			opened = append(opened, hereDocument{name: name[0], tabs: found[1] == "-"})
		}
	}
	return opened
}
