package build

import (
	"strings"
	"testing"
)

func TestBaseThatCannotBePulledIsNamed(t *testing.T) {
	for name, test := range map[string]struct{ output, want string }{
		"no tag": {
			"Step 1/2 : FROM r:5000/none:v1\nmanifest for r:5000/none:v1 not found: manifest unknown: Unknown manifest",
			"the base r:5000/none:v1 cannot be pulled, its registry has no such image",
		},
		"no login": {
			"Step 1/1 : FROM --platform=linux/amd64 r/locked:v1 AS build\nHead \"http://r/v2/\": no basic auth credentials",
			"the base r/locked:v1 cannot be pulled, its registry wants a login",
		},
		"Docker Hub without a repository": {
			"Step 1/1 : FROM none\npull access denied for none, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
			"the base none cannot be pulled, its registry wants a login, or knows no such repository",
		},
		"rate limit": {
			"Step 1/1 : FROM a:v1\ntoomanyrequests: You have reached your unauthenticated pull rate limit.",
			"the base a:v1 cannot be pulled, its registry limits how much may be pulled",
		},
		"no network": {
			"Step 1/1 : FROM r/a:v1\nGet \"https://r/v2/\": dial tcp: lookup r: no such host",
			"its registry does not answer",
		},
		"BuildKit, no tag": {
			"#2 ERROR: r:5000/a:v1: not found\nerror: failed to solve: failed to resolve source metadata for r:5000/a:v1: failed to do request: not found",
			"the base r:5000/a:v1 cannot be pulled, its registry has no such image",
		},
		"BuildKit, rate limit": {
			"error: failed to solve: a:v1: failed to resolve source metadata for docker.io/library/a:v1: unexpected status from HEAD request to https://r/v2/a/manifests/v1: 429 Too Many Requests",
			"the base docker.io/library/a:v1 cannot be pulled, its registry limits how much may be pulled",
		},
		"podman, no login": {
			"STEP 1/2: FROM r/a:v1\nError: creating build container: initializing source docker://r/a:v1: reading manifest v1 in r/a: unauthorized: authentication required",
			"the base r/a:v1 cannot be pulled, its registry wants a login",
		},
		"a RUN that cannot pull": {"Step 1/2 : FROM a:v1\n ---> 12\nStep 2/2 : RUN curl x\ncurl: (22) 404 not found", ""},
		"nothing":                {"", ""},
	} {
		if got := unpullable(test.output); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func FuzzUnpullable(f *testing.F) {
	f.Add("Step 1/1 : FROM a AS b\nnot found")
	f.Add("failed to resolve source metadata for a: denied:")
	f.Fuzz(func(t *testing.T, output string) {
		if words := unpullable(output); strings.Contains(words, "\n") {
			t.Errorf("%q", words)
		}
	})
}
