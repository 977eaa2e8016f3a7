// Command unfiltered removes from a container, before runc starts it, the filter for system calls that BuildKit asks of it.
// It gets the arguments of runc. A runc that is built from Go and C alone has no such filter, for that needs libseccomp,
// and it refuses a container that is to have one.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if at := slices.Index(os.Args, "--bundle"); at > 0 && at+1 < len(os.Args) {
		if err := unfilter(filepath.Join(os.Args[at+1], "config.json")); err != nil {
			fmt.Fprintln(os.Stderr, "starting runc:", err)
			os.Exit(1)
		}
	}
}

// unfilter removes the filter from a container's configuration: opencontainers/runtime-spec, config-linux.md, "Seccomp".
func unfilter(file string) error {
	content, err := os.ReadFile(file) // #nosec G304 G703 -- the bundle that runc is given
	if err != nil {
		return err
	}
	var spec, linux map[string]json.RawMessage
	if err := json.Unmarshal(content, &spec); err != nil {
		return err
	}
	if err := json.Unmarshal(spec["linux"], &linux); err != nil {
		return err
	}
	delete(linux, "seccomp")
	if spec["linux"], err = json.Marshal(linux); err != nil {
		return err
	}
	if content, err = json.Marshal(spec); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600) // #nosec G703 -- likewise
}
