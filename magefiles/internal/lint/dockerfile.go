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
	if text := floating("syntax", read.Syntax); text != "" {
		findings = append(findings, Finding{BaseUnpinned, file, 1, false, text + "; it is a program that builds the image"})
	}
	for _, source := range read.Sources() {
		if text := floating("image", source.Image); text != "" {
			findings = append(findings, Finding{BaseUnpinned, file, source.Line, false, text})
		}
		if source.URL != "" {
			findings = append(findings, Finding{DownloadUnpinned, file, source.Line, true, "whoever has " + source.URL + " decides what comes from there; say what you mean with ADD --checksum=sha256:…, or of a Git repository the commit"})
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
	switch {
	case stage.Own, stage.Base == dockerfile.Scratch:
		return ""
	case stage.Base == "":
		return "the base " + stage.Written + " has no default: nobody can say what the image is built on"
	}
	return floating("base", stage.Base)
}

// floating returns what is wrong with the name of an image, "" if it names a version, or is "".
func floating(what, image string) string {
	tagged, digest := strings.Contains(image[strings.LastIndexByte(image, '/')+1:], ":"), strings.Contains(image, "@sha256:")
	switch {
	case image == "", digest:
		return ""
	case !tagged:
		return "the " + what + " " + image + " has no tag: it is whatever is latest; pin a tag, or better a digest"
	case strings.HasSuffix(image, ":latest"):
		return "the " + what + " " + image + " is another image every other day; pin a tag, or better a digest"
	}
	return ""
}
