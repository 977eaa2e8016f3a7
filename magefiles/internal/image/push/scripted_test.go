package push

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// scripted are faults of builders, engines, disks and images, each with the script in
// magefiles/internal/e2e/testdata that meets it, and what of it says so.
var scripted = []struct{ fault, sees, after, script, says string }{
	{"a RUN fails", "building the image of hub a: …/Dockerfile:3: RUN …: ERROR: no such package (the command returned a non-zero code: 3); and the last 40 lines of that build again", "nothing new", "build-fails", "returned a non-zero code: 3"},
	{"the base does not exist", "the base registry.example/none:v1 cannot be pulled, its registry has no such image: check name and tag", "nothing new", "build-fails", "its registry has no such image: check name and tag"},
	{"the base wants a login", "the base registry.example/locked:v1 cannot be pulled, its registry wants a login, or knows no such repository", "nothing new", "build-fails", "its registry wants a login, or knows no such repository"},
	{"the base's registry limits pulls", "the base registry.example/base:v1 cannot be pulled, its registry limits how much may be pulled: log in to it, or try again later", "nothing new", "build-fails", "its registry limits how much may be pulled: log in to it, or try again later"},
	{"the base's registry is down", "the base registry.example/base:v1 cannot be pulled, its registry does not answer", "nothing new", "build-fails", "its registry does not answer"},
	{"the engine dies in the middle of a build", "building the image of hub a: docker build …", "nothing new", "engine-dies", "mortal-engine '/build?'"},
	{"the engine dies while it shows its files", "the engine saves the whole image; its files cannot be read: …; and then what docker save says", "no tag", "engine-dies", "mortal-engine '/archive?path=%2Fhub-ops%2Ffiles'"},
	{"the engine dies in the middle of a save", "what docker save says, or that no engine answers", "no tag", "engine-dies", "mortal-engine '/images/get'"},
	{"the disk is full where a build's context goes", "no space left on device", "nothing new", "engine-dies", "no space left on device"},
	{"the disk is full where an image is saved", "pushing the image of hub a: … no space left on device", "no tag", "engine-dies", "pushing the image of hub dies-a: .*no space left on device"},
	{"no buildkitd at BUILDKIT_HOST", "no buildkitd answers at unix://…; start it, or unset BUILDKIT_HOST", "nothing new", "buildkit", "start it, or unset BUILDKIT_HOST"},
	{"tokens that hold for two seconds, from a token server", "pushed", "the whole image", "registries", "cncf-registry token"},
	{"the image is larger than image.max_size", "the image of hub a has 7.1 GB, compressed, and image.max_size allows 6.0 GB; make it smaller, or allow more in hubops.yaml", "no tag", "checks", "compressed, and image.max_size allows"},
	{"a key is configured, and the image is not signed", "hub a cannot be deployed: registry.example/team/user-a@sha256:…: it is not signed; REBUILD=1 and push:hub a, with COSIGN_PRIVATE_KEY, builds, pushes and signs it anew", "the image; nothing is deployed", "sign", "it is not signed; REBUILD=1 and push:hub"},
	{"somebody without the key has pushed to the tag", "push of hub a refused: the registry has t0123456789ab, not signed: it was pushed without the key, or by somebody else, …", "their image; nothing is signed or deployed", "sign-unseen", "it was pushed without the key, or by somebody else"},
	{"a push is killed while it signs", "the next push builds, pushes and signs", "no tag, then the whole image", "sign-unseen", "exec sh ./killed"},
	{"the image is signed as that of another hub or tag", "hub a cannot be deployed: registry.example/team/user-a@sha256:…: it is signed as the image of hub b, …, and not as that of hub a, …", "the image; nothing is deployed", "sign-bound", "it is signed as the image of hub bound-b"},
	{"without a key: another image has taken the place of what was deployed", "deploy of hub a refused: t0123456789ab names sha256:… in the registry, and sha256:… when revision 1 was deployed: …", "their image; nothing is deployed", "image-pinned", "when revision 1 was deployed"},
	{"the image is signed by another key", "hub a cannot be deployed: registry.example/team/user-a@sha256:…: no signature of it is by that key; …", "the image; nothing is deployed", "sign", "no signature of it is by that key"},
}

func faultsPage(rows []string) string {
	return `---
title: Faults
part: reference
weight: 60
---

What an operator sees of a push that meets a fault, and what the registry holds then. The tests meet every one of these and
write this page; after each of them the next push, without the fault, ends with the whole image.

| fault | the operator sees | the registry holds |
|---|---|---|
` + strings.Join(rows, "") + scriptedPage()
}

func scriptedPage() string {
	var page strings.Builder
	page.WriteString(`
What goes wrong beside the registry. Each has a script that meets it.

| fault | the operator sees | the registry holds | script |
|---|---|---|---|
`)
	for _, row := range scripted {
		fmt.Fprintf(&page, "| %s | %s | %s | `%s` |\n", row.fault, row.sees, row.after, row.script)
	}
	page.WriteString(`
A layer that lies elsewhere (a foreign layer) is named in the manifest and not sent. A layer of 4 GB takes less than 200 MB of memory.
`)
	return page.String()
}

func TestEachFaultOfAScriptIsInIt(t *testing.T) {
	for _, row := range scripted {
		content, err := os.ReadFile(filepath.Join("..", "..", "e2e", "testdata", row.script+".txtar"))
		if err != nil || !strings.Contains(string(content), row.says) {
			t.Errorf("%s: %s does not say %q: %v", row.fault, row.script, row.says, err)
		}
	}
}
