package dependencies

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ui"
)

// PinCharts writes the digests of the charts that hubs fetch to the file of pins. A chart that is pinned stays as it is, and one that no
// hub wants any more goes.
func PinCharts(ctx context.Context) error {
	r := run.Of(ctx)
	if r.Config.Event.InCI() {
		return exit.Input("CI pins no charts: it would take whatever is there now").Try("run 'mage charts:pin' on your machine, and commit %s", chart.PinsFile)
	}
	as := &asRead{root: r.Config.Root, bytes: map[string][]byte{}}
	if err := as.read(chart.PinsFile); err != nil {
		return err
	}
	charts, err := r.To.Charts(ctx)
	if err != nil {
		return err
	}
	pins, err := charts.Pins(ctx)
	if err != nil {
		return err
	}
	wanted, err := fetched(ctx, r)
	if err != nil {
		return err
	}
	if len(wanted) == 0 && !pins.There {
		r.Console.Info("", "no hub fetches a chart: there is nothing to pin")
		return nil
	}
	if err := r.LockCheckout(); err != nil {
		return err
	}
	defer r.Console.Beat(ui.Heartbeat, "fetching charts")()
	now, err := pin(ctx, r, pins, wanted)
	if err != nil {
		return err
	}
	if err := as.checkFiles(chart.PinsFile); err != nil {
		return err
	}
	for _, pin := range pins.List {
		if !slices.ContainsFunc(now.List, func(other chart.Pin) bool { return other == pin }) {
			r.Console.Result("%s: no hub fetches %s %s of %s any more: taken out", chart.PinsFile, pin.Name, pin.Version, pin.Repository)
		}
	}
	r.Console.Info("", "%s: %d charts are pinned; commit it", chart.PinsFile, len(now.List))
	return replace(filepath.Join(r.Config.Root, chart.PinsFile), now.Text())
}

// fetched lists what the charts of all hubs fetch.
func fetched(ctx context.Context, r *run.Run) ([]chart.Fetched, error) {
	hubs, err := r.Surveyor.Hubs(ctx)
	if err != nil {
		return nil, err
	}
	var all []chart.Fetched
	for _, h := range hubs {
		tree, err := r.Surveyor.Tree(ctx, h)
		if err != nil {
			return nil, err
		}
		all = append(all, tree.Fetched()...)
	}
	return all, nil
}

// pin returns the pins of what is wanted: those that there are, and new ones.
func pin(ctx context.Context, r *run.Run, pins chart.Pins, wanted []chart.Fetched) (now chart.Pins, err error) {
	for _, want := range wanted {
		if _, done := now.Of(want.Resolved, want.Version); done {
			continue
		}
		pin, known := pins.Of(want.Resolved, want.Version)
		if !known {
			if pin, err = pinNew(ctx, r, pins, want.Resolved); err != nil {
				return now, err
			}
		}
		if _, done := now.Of(want.Resolved, pin.Version); !done {
			now.List = append(now.List, pin)
		}
	}
	return now, nil
}

// pinNew fetches a chart, and returns its pin: that of the version which a range has turned out to be may be there.
func pinNew(ctx context.Context, r *run.Run, pins chart.Pins, want chart.Resolved) (chart.Pin, error) {
	fetcher, err := r.To.ChartFetcher(ctx)
	if err != nil {
		return chart.Pin{}, err
	}
	pin, err := fetcher.Pin(ctx, want)
	if err != nil {
		return pin, err
	}
	if old, there := pins.Of(want, pin.Version); there {
		return old, nil
	}
	r.Console.Result("%s: %s %s of %s is sha256:%.12s", chart.PinsFile, pin.Name, pin.Version, pin.Repository, pin.Digest)
	return pin, nil
}

// replace writes a file of the repository, whole or not at all, as executable as it was. What lies there, a link too, goes.
func replace(file, content string) error {
	mode := fs.FileMode(0o644)
	if there, err := os.Lstat(file); err == nil && there.Mode().IsRegular() {
		mode = there.Mode().Perm()
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part-")
	if err != nil {
		return err
	}
	_, err = part.WriteString(content)
	err = errors.Join(err, part.Chmod(mode), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	if err != nil {
		_ = os.Remove(part.Name())
	}
	return err
}
