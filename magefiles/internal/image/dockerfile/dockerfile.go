// Package dockerfile is the one reader of Dockerfiles: it says which instructions a file has and where they begin, what
// its stages are built on, and which variables it declares. It reads what BuildKit's own parser reads: here-documents,
// another escape character, comments within an instruction, CRLF. A test holds it against that parser.
//
//	file := dockerfile.Parse(content)
//	file.Base([]string{"TAG=2"}) // what the image is built on
//	for _, i := range file.Instructions {
//		fmt.Println(i.Line, i.Name, i.Args)
//	}
//
// It is pure, and knows no error: what BuildKit refuses is read as far as it makes sense, for the build itself says
// best what is wrong with it. The format: docs.docker.com/reference/dockerfile.
package dockerfile

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

// File is what a Dockerfile says.
type File struct {
	Instructions []Instruction
	Syntax       string // the image that reads the file: # syntax=docker/dockerfile:1; "" if it names none
	escape       byte   // that continues a line and takes the meaning from a character: a backslash, or a backtick
}

// Instruction is one step of a Dockerfile.
type Instruction struct {
	Line      int      // that it begins on, from 1
	Name      string   // in upper case: RUN
	Args      string   // what follows the name and its flags, with continued lines joined, comments and outer blanks left out
	First     string   // its first line alone, as a person finds it in the file, without the character that continues it
	Documents []string // names of its here-documents, in their order

	text   string // the whole instruction, with continued lines joined
	escape byte
}

// Parse reads a Dockerfile.
func Parse(content []byte) File {
	r := reader{rest: bytes.TrimPrefix(content, []byte("\ufeff"))}
	file := File{}
	file.escape, file.Syntax = r.directives()
	for {
		text, more := r.next()
		if !more {
			return file
		}
		text = bytes.TrimLeftFunc(text, unicode.IsSpace)
		if len(text) == 0 || text[0] == '#' {
			continue
		}
		i := Instruction{Line: r.line, escape: file.escape}
		joined, continued := cutContinuation(text, file.escape)
		i.First = strings.TrimSpace(string(joined))
		joined = bytes.Clone(joined)
		for continued && more {
			if text, more = r.next(); isComment(text) || len(bytes.TrimSpace(text)) == 0 {
				continue // these do not end the instruction
			}
			text, continued = cutContinuation(text, file.escape)
			joined = append(joined, text...)
		}
		i.text = string(joined)
		if i.Name, i.Args = split(i.text, file.escape); i.Name == "" {
			continue
		}
		for _, opened := range i.hereDocuments() {
			i.Documents = append(i.Documents, opened.name)
			r.skip(opened)
		}
		file.Instructions = append(file.Instructions, i)
	}
}

// reader gives the lines of a file one by one, without what ends them.
type reader struct {
	rest []byte
	line int // the number of the last one
}

func (r *reader) next() (text []byte, more bool) {
	if len(r.rest) == 0 {
		return nil, false
	}
	text, r.rest, _ = bytes.Cut(r.rest, []byte("\n"))
	r.line++
	return bytes.TrimRight(text, "\r"), true
}

// skip goes to the line after a here-document, or to the end of the file if nothing ends it.
func (r *reader) skip(opened hereDocument) {
	for {
		text, more := r.next()
		if opened.tabs {
			text = bytes.TrimLeft(text, "\t")
		}
		if !more || string(text) == opened.name {
			return
		}
	}
}

var directive = regexp.MustCompile(`^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`)

// directives reads the comments at the top that are meant for the parser: the escape character, and the image that reads the file.
func (r *reader) directives() (escape byte, syntax string) {
	escape = '\\'
	for rest := r.rest; len(rest) > 0; {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		found := directive.FindSubmatch(bytes.TrimSpace(text))
		if found == nil {
			break
		}
		switch name := strings.ToLower(string(found[1])); {
		case name == "escape" && string(found[2]) == "`":
			escape = '`'
		case name == "syntax" && syntax == "":
			syntax = string(found[2])
		case name != "escape" && name != "syntax" && name != "check":
			return escape, syntax
		}
	}
	return escape, syntax
}

func isComment(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeftFunc(text, unicode.IsSpace), []byte("#"))
}

// cutContinuation cuts the escape character that continues a line, and reports whether there was one. Two of them
// continue nothing.
func cutContinuation(text []byte, escape byte) (rest []byte, continued bool) {
	trimmed := bytes.TrimRight(text, " \t")
	last := len(trimmed) - 1
	if last < 0 || trimmed[last] != escape || last > 0 && trimmed[last-1] == escape {
		return text, false
	}
	return trimmed[:last], true
}

var blanks = regexp.MustCompile(`[\t\v\f\r ]+`)

// split parts an instruction into its name and its arguments, and leaves out the flags between them.
func split(text string, escape byte) (name, args string) {
	parts := blanks.Split(strings.TrimSpace(text), 2)
	if len(parts) == 2 {
		args = strings.TrimSpace(cutFlags(parts[1], escape))
	}
	return strings.ToUpper(parts[0]), args
}

// cutFlags cuts the words at the beginning that begin with "--"; they can be quoted, and "--" alone is the last.
func cutFlags(args string, escape byte) string {
	for {
		args = strings.TrimLeftFunc(args, unicode.IsSpace)
		if !strings.HasPrefix(args, "--") {
			return args
		}
		word, end := firstWord(args, escape)
		if args = args[end:]; word == "--" {
			return args
		}
	}
}

// firstWord returns the word that the text begins with, without quotes, and where it ends.
func firstWord(text string, escape byte) (word string, end int) {
	var plain []byte
	quote := byte(0)
	for end = 0; end < len(text); end++ {
		switch c := text[end]; {
		case quote == 0 && unicode.IsSpace(rune(c)):
			return string(plain), end
		case c == quote && quote != 0:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == escape && end+1 < len(text):
			end++
			plain = append(plain, text[end])
		case c != escape:
			plain = append(plain, c)
		}
	}
	return string(plain), end
}

// isJSON reports whether the arguments are in the exec form, such as ["python3", "-V"].
func isJSON(args string) bool {
	var list []any
	return strings.HasPrefix(args, "[") && json.Unmarshal([]byte(args), &list) == nil
}
