package run

import (
	"os"
	"runtime"

	"hub-ops/magefiles/internal/process"
)

// OpenInBrowser opens an address; that it cannot is no failure: the address is on the screen.
func (r *Run) OpenInBrowser(address string) {
	program := map[bool]string{true: "open", false: "xdg-open"}[runtime.GOOS == "darwin"]
	if _, err := process.LookPath(program); err != nil || !r.Config.Desktop {
		return
	}
	// It may be the browser itself, which outlives this run.
	if _, err := r.Run.Start(process.Cmd{Name: program, Args: []string{address}}, os.DevNull); err != nil {
		r.Console.Info("", "no browser opens: %v", err)
	}
}
