package lint

import (
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/image/dockerfile"
)

// Dockerfile checks the Dockerfile of one image, which is built with these arguments, as NAME=value.
func Dockerfile(file, content string, args []string) []Finding {
	var findings []Finding
	read := dockerfile.Parse([]byte(content))
	for _, stage := range read.Stages(args) {
		if text := unpinned(stage); text != "" {
			findings = append(findings, Finding{BaseUnpinned, file, stage.Line, false, text})
		}
	}
	for _, i := range read.Meant() {
		for _, name := range i.Variables() {
			if config.LooksSecret(name) {
				findings = append(findings, Finding{SecretInImage, file, i.Line, false, i.Name + " " + name + ": whoever has the image can read it (docker history, docker inspect); use a secret mount, or leave it out"})
			}
		}
	}
	return findings
}

// unpinned returns what is wrong with the base of a stage, "" if it is pinned.
func unpinned(stage dockerfile.Stage) string {
	base := stage.Base
	tagged, digest := strings.Contains(base[strings.LastIndexByte(base, '/')+1:], ":"), strings.Contains(base, "@sha256:")
	switch {
	case stage.Own, base == dockerfile.Scratch, digest:
		return ""
	case base == "":
		return "the base " + stage.Written + " has no default: nobody can say what the image is built on"
	case !tagged:
		return "the base " + base + " has no tag: it is whatever is latest; pin a tag, or better a digest"
	case strings.HasSuffix(base, ":latest"):
		return "the base " + base + " is another image every other day; pin a tag, or better a digest"
	}
	return ""
}
