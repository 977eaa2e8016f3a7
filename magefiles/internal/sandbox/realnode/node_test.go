//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A program that cannot be started for a moment is started later: without its kubelet the node would stay away.
func TestAProgramIsStartedUntilItRuns(t *testing.T) {
	this, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	files := t.TempDir()
	program := Program{Name: "kubelet", Path: filepath.Join(files, "kubelet"), Args: []string{"-test.run=^$"}}
	n := &node{plan: &Plan{Files: files}, running: map[int]Program{}}
	n.startAgain(program, "")
	time.Sleep(2 * again) // its first start has failed, as a rule
	if err := os.Symlink(this, program.Path); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		said, _ := os.ReadFile(filepath.Join(files, "kubelet.log"))
		if strings.Contains(string(said), "PASS") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not run: %q", said)
		}
	}
}
