package lint

import (
	"os"
	"strings"

	"hub-ops/magefiles/internal/config"
)

// instruction is one of a Dockerfile, its continued lines joined: docs.docker.com/reference/dockerfile. BuildKit's own
// parser would bring its modules along for these few words.
type instruction struct {
	line  int
	name  string
	words []string
}

func instructions(dockerfile string) []instruction {
	var found []instruction
	text, start := "", 0
	for i, line := range strings.Split(dockerfile, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || line == "" {
			continue // comments and empty lines do not end a continuation
		}
		if text == "" {
			start = i + 1
		}
		if rest, continued := strings.CutSuffix(line, `\`); continued {
			text += rest + " "
			continue
		}
		words := strings.Fields(text + line)
		found = append(found, instruction{start, strings.ToUpper(words[0]), words[1:]})
		text = ""
	}
	return found
}

// Dockerfile checks the file of one image.
func Dockerfile(file, content string) []Finding {
	var findings []Finding
	arguments, stages := map[string]string{}, map[string]bool{"scratch": true}
	for _, i := range instructions(content) {
		switch i.name {
		case "FROM":
			if text := unpinned(i.words, arguments, stages); text != "" {
				findings = append(findings, Finding{BaseUnpinned, file, i.line, false, text})
			}
		case "ARG", "ENV":
			for _, name := range declared(i, arguments) {
				if config.LooksSecret(name) {
					findings = append(findings, Finding{SecretInImage, file, i.line, false, i.name + " " + name + ": whoever has the image can read it (docker history, docker inspect); use a secret mount, or leave it out"})
				}
			}
		}
	}
	return findings
}

// unpinned says what is wrong with the base that FROM names, and notes the stage that it begins.
func unpinned(words []string, arguments map[string]string, stages map[string]bool) string {
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		words = words[1:]
	}
	if len(words) == 0 {
		return ""
	}
	base := os.Expand(words[0], func(name string) string {
		name, fallback, _ := strings.Cut(name, ":-")
		if value := arguments[name]; value != "" {
			return value
		}
		return fallback
	})
	known := stages[strings.ToLower(base)]
	if len(words) == 3 && strings.EqualFold(words[1], "AS") {
		stages[strings.ToLower(words[2])] = true
	}
	name, digest := strings.Contains(base[strings.LastIndexByte(base, '/')+1:], ":"), strings.Contains(base, "@sha256:")
	switch {
	case known, digest:
		return ""
	case base == "":
		return "the base " + words[0] + " has no default: nobody can say what the image is built on"
	case !name:
		return "the base " + base + " has no tag: it is whatever is latest; pin a tag, or better a digest"
	case strings.HasSuffix(base, ":latest"):
		return "the base " + base + " is another image every other day; pin a tag, or better a digest"
	}
	return ""
}

// declared returns the names that ARG or ENV declares, and notes the defaults of ARG.
func declared(i instruction, arguments map[string]string) []string {
	if i.name == "ENV" && len(i.words) > 1 && !strings.Contains(i.words[0], "=") {
		return i.words[:1] // the old form: ENV NAME the rest is the value
	}
	var names []string
	for _, word := range i.words {
		name, value, _ := strings.Cut(word, "=")
		names = append(names, name)
		if i.name == "ARG" {
			arguments[name] = strings.Trim(value, `"'`)
		}
	}
	return names
}
