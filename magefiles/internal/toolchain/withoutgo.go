package toolchain

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// checkGo returns an error if there is no Go to build what is missing with.
func checkGo(missing []binary) error {
	if _, err := process.LookPath("go"); err == nil {
		return nil
	}
	var names []string
	for _, wanted := range missing {
		names = append(names, wanted.String())
	}
	slices.Sort(names)
	return exit.Errorf(exit.Setup, "no %s here, and no Go to build it with", strings.Join(names, ", ")).Try("install Go: https://go.dev/dl")
}

// orOnPath adds to such an error which versions on PATH fit.
func orOnPath(err error, tool Tool) error {
	if _, unknown := process.LookPath("go"); err == nil || unknown == nil || tool.path.from == "" {
		return err
	}
	return exit.Try(err, "or put %s on PATH, from %s and below %s", tool.Name, tool.path.from, tool.path.below)
}
