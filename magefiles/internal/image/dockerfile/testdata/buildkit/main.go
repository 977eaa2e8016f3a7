// Command buildkit prints what BuildKit's own parser reads in Dockerfiles. It is built from the module that pins
// BuildKit, because the parser would bring 35 packages into what is compiled on each machine. Input and output are JSON:
// a list of Dockerfiles, and a list of what each says, null for one that BuildKit refuses.
package main

import (
	"encoding/json"
	"log"
	"os"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

type instruction struct {
	Line      int
	Name      string
	Words     []string // of FROM: its arguments; of ARG and ENV: the names that they declare
	Documents []string
	Base      string // of FROM: what it expands to, with the variables that are known so far
}

func main() {
	var files []string
	if err := json.NewDecoder(os.Stdin).Decode(&files); err != nil {
		log.Fatal(err)
	}
	all := make([][]instruction, len(files))
	for i, file := range files {
		all[i] = read(file)
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		log.Fatal(err)
	}
}

func read(file string) []instruction {
	result, err := parser.Parse(strings.NewReader(file))
	if err != nil {
		return nil
	}
	found := []instruction{}
	lex := shell.NewLex(result.EscapeToken)
	var args []string
	stages := 0
	for _, node := range result.AST.Children {
		i := instruction{Line: node.StartLine, Name: strings.ToUpper(node.Value)}
		for _, document := range node.Heredocs {
			i.Documents = append(i.Documents, document.Name)
		}
		for next, n := node.Next, 0; next != nil; next, n = next.Next, n+1 {
			switch {
			case i.Name == "FROM":
				i.Words = append(i.Words, next.Value)
			case i.Name == "ARG":
				name, text, hasDefault := strings.Cut(next.Value, "=")
				i.Words = append(i.Words, name)
				if !hasDefault || stages > 0 {
					continue
				}
				value, _, err := lex.ProcessWord(text, shell.EnvsFromSlice(args))
				if err != nil {
					return nil // the build refuses it, after it was parsed
				}
				args = append(args, name+"="+value)
			case i.Name == "ENV" && n%3 == 0: // name, value, "=" or ""
				i.Words = append(i.Words, next.Value)
			}
		}
		if i.Name == "FROM" && len(i.Words) > 0 {
			stages++
			if i.Base, _, err = lex.ProcessWord(i.Words[0], shell.EnvsFromSlice(args)); err != nil {
				i.Base = ""
			}
		}
		if i.Name != "" {
			found = append(found, i)
		}
	}
	return found
}
