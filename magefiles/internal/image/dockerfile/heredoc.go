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

// Meant returns the instructions without those that were meant as lines of a here-document. BuildKit sees none where the "<<" is not the
// beginning of a word ("cat<<EOF"), is in quotes, or belongs to an instruction that takes none: it reads the lines as instructions, and
// refuses the one that was to end them.
func (f File) Meant() []Instruction {
	var meant []Instruction
	for at := 0; at < len(f.Instructions); at++ {
		i := f.Instructions[at]
		meant = append(meant, i)
		for _, found := range shellOpening.FindAllStringSubmatch(i.text, -1) {
			if name := found[1]; !slices.Contains(i.Documents, name) {
				at = max(at, f.endOf(name, at))
			}
		}
	}
	return meant
}

// shellOpening is how a shell opens a here-document.
var shellOpening = regexp.MustCompile(`<<-?[ \t]*["'\\]?(\w+)`)

// endOf returns the index of the line that is nothing but the name, behind an instruction; 0 if there is none.
func (f File) endOf(name string, behind int) int {
	for at := behind + 1; at < len(f.Instructions); at++ {
		if i := f.Instructions[at]; i.First == name && i.Args == "" {
			return at
		}
	}
	return 0
}
