package build

import (
	"errors"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/process"
)

const failing = `# syntax=docker/dockerfile:1
ARG BASE=1
FROM jupyter/base:$BASE

# comment
RUN apt-get update && \
    # within
    apt-get install -y git \
    curl

COPY <<EOF /motd
RUN this is no instruction
EOF
RUN echo $((1 << 2)) && conda   install numpy \
  scipy
USER jovyan
`

func TestFailedBuildNamesTheInstruction(t *testing.T) {
	for name, test := range map[string]struct{ output, want string }{
		"classic":      {"Step 1/6 : ARG BASE=1\nStep 2/6 : FROM jupyter/base\nStep 3/6 : RUN apt-get\nE: Unable to fetch", "6: RUN apt-get update &&"},
		"podman":       {"STEP 1/6: ARG\nSTEP 5/6: RUN echo\nError: building at STEP \"RUN echo\"", "14: RUN echo $((1 << 2)) && conda install numpy"},
		"BuildKit":     {"#8 ERROR: process did not complete\nDockerfile:14\n--------------------\n", "14: RUN echo $((1 << 2)) && conda install numpy"},
		"no step":      {"Cannot connect to the Docker daemon", ""},
		"beyond them":  {"Step 9/9 : RUN x", ""},
		"a made-up 0":  {"Step 0/9 : RUN x", ""},
		"another line": {"Dockerfile:4\n", ""},
	} {
		if got := failedAt([]byte(failing), test.output); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestProgramsOfAnotherPlatform(t *testing.T) {
	failed := &process.Error{Command: "docker build", Output: "exec /bin/sh: exec format error", Code: 1, Err: errors.New("exit status 1")}
	err := buildFailed(Build{Hub: "a"}, content.Exported{}, failed)
	if exit.Code(err) != exit.Build || !strings.Contains(err.Error(), "this machine runs no program for linux/amd64: register QEMU") {
		t.Errorf("got %v", err)
	}
}
