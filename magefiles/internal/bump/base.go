package bump

import (
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/image/dockerfile"
)

// Base is an image that a Dockerfile is built on, and that a newer one can take the place of.
type Base struct {
	Image  string // without tag and digest
	Tag    string
	Digest string // sha256:…; "" if it is not pinned

	edit Edit // what is to be replaced: the whole name, or the part of it that an ARG has
}

// Version is the tag with its digest, if it has one.
func (b Base) Version() string {
	if b.Digest == "" {
		return b.Tag
	}
	return b.Tag + "@" + b.Digest
}

// To is the edit that puts another tag in its place, with the digest if the base is pinned.
func (b Base) To(tag, digest string) (version string, edit Edit) {
	next := b
	next.Tag = tag
	if b.Digest != "" {
		next.Digest = digest
	}
	edit = b.edit
	if at := strings.LastIndex(edit.Old, b.Version()); at >= 0 { // the host or the name may have the same text before it
		edit.New = edit.Old[:at] + next.Version() + edit.Old[at+len(b.Version()):]
	}
	return next.Version(), edit
}

// Bases lists the images that a Dockerfile is built on. left has a sentence for each that cannot be bumped. args are build arguments, as NAME=value:
// what they say is set elsewhere. own are the variables that are given images of the repository.
func Bases(file string, content []byte, args, own []string) (bases []Base, left []string) {
	parsed := dockerfile.Parse(content)
	given := parsed.Stages(args)
	for i, stage := range parsed.Stages(nil) {
		at := fmt.Sprintf("%s:%d: FROM %s", file, stage.Line, stage.Written)
		switch {
		case stage.Own || strings.EqualFold(stage.Base, dockerfile.Scratch):
			continue
		case slices.ContainsFunc(own, func(name string) bool { return strings.Contains(stage.Written, name) }):
			continue // it is built from this repository
		case i < len(given) && given[i].Base != stage.Base:
			left = append(left, at+": a build argument says what that is, in hubops.yaml or BUILD_ARGS")
			continue
		case !stage.Resolved || stage.Base == "":
			left = append(left, at+": only the build knows what that is")
			continue
		}
		base, why := baseOf(file, parsed, stage)
		if why != "" {
			left = append(left, at+": "+why)
			continue
		}
		bases = append(bases, base)
	}
	return bases, left
}

func baseOf(file string, parsed dockerfile.File, stage dockerfile.Stage) (b Base, why string) {
	name, digest, _ := strings.Cut(stage.Base, "@")
	at := strings.LastIndex(name, ":")
	if at < 0 || strings.Contains(name[at:], "/") {
		return b, "it has no tag"
	}
	b = Base{Image: name[:at], Tag: name[at+1:], Digest: digest}
	if !IsVersion(b.Tag) && b.Digest == "" {
		return b, fmt.Sprintf("%q is no version", b.Tag)
	}
	if !strings.Contains(stage.Written, "$") {
		b.edit = Edit{File: file, Line: stage.Line, Old: stage.Written}
		return b, ""
	}
	for _, i := range parsed.Instructions {
		if i.Name == "FROM" {
			break
		}
		if i.Name != "ARG" || Count(i.First, b.Version()) != 1 {
			continue
		}
		if b.edit.Line > 0 {
			return b, "two variables have its version"
		}
		b.edit = Edit{File: file, Line: i.Line, Old: b.Version()}
	}
	if b.edit.Line == 0 {
		return b, "its version is put together from several variables"
	}
	return b, ""
}
