package onehub

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/newhub"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/retire"
)

// Retire takes a hub from the cluster for good, after showing what that means and asking: a copy of the names and sizes of its claims is kept
// on this machine, the claims stay. It tells what a person must do then.
func Retire(ctx context.Context, name string) error {
	r := run.Of(ctx)
	if r.Config.DeleteData != "" {
		return exit.Input("DELETE_DATA=%s: retire:hub deletes no data, nothing was done", r.Config.DeleteData).Try("retire the hub, and delete its data with remove:hub when nobody needs it")
	}
	pass, err := r.Enter(ctx, "retire", name)
	if err != nil {
		return err
	}
	return r.OnReleasesOf(ctx, name, func(releases *release.Releases) error {
		stock, err := releases.Stock(ctx, pass)
		if err != nil {
			return err
		}
		if !stock.There {
			r.Console.Result("%s: nothing to retire, the cluster has no namespace %s", name, stock.At.Namespace)
			return nil
		}
		claims := retire.Claims(stock.Claims, stock.Policies)
		showRetirement(r, stock, claims)
		if err := r.To.Agreed(ctx, "retire hub "+name+"?"); err != nil {
			return err
		}
		file, err := copyNow(ctx, r, releases, pass, claims)
		if err != nil {
			return err
		}
		r.Console.Result("%s: the names and sizes of its claims are in %s", name, file)
		if err := releases.Remove(ctx, pass, release.KeepData); err != nil {
			return err
		}
		for _, line := range retire.Todo(name, hostsOf(ctx, r, name), callbacksOf(ctx, r, name), filesOf(ctx, r, name)) {
			r.Console.Result("%s: to do: %s", name, line)
		}
		return nil
	})
}

// copyNow keeps a copy of the claims that there are after the answer: somebody may have thought about it for an hour, and users come and go.
func copyNow(ctx context.Context, r *run.Run, releases *release.Releases, pass plan.Pass, shown []retire.Claim) (file string, err error) {
	stock, err := releases.Stock(ctx, pass)
	if err != nil {
		return "", err
	}
	if !stock.There {
		return "", exit.Input("hub %s: its namespace %s is gone since it was shown; nothing was removed", stock.At.Hub, stock.At.Namespace).Try("see who has removed it")
	}
	claims := retire.Claims(stock.Claims, stock.Policies)
	if text := retire.Since(shown, claims); text != "" {
		r.Console.Result("%s: its claims have changed since they were shown: %s", stock.At.Hub, text)
	}
	return keepCopy(r, stock, claims)
}

// showRetirement prints what is taken away, and what stays.
func showRetirement(r *run.Run, stock release.Stock, claims []retire.Claim) {
	what := "there is no release"
	if stock.Revision > 0 {
		what = "release " + stock.At.Named() + ", revision " + strconv.Itoa(stock.Revision) + ", is uninstalled"
	}
	r.Console.Result("%s: %s, from %s", stock.At.Hub, what, stock.Cluster)
	if len(claims) > 0 {
		rows := [][]string{{"CLAIM", "USER", "SIZE", "CLASS", "VOLUME", "RECLAIM"}}
		for _, c := range claims {
			rows = append(rows, []string{c.Name, dash(c.User), c.Size, dash(c.Class), dash(c.Volume), dash(c.Reclaim)})
		}
		r.Console.Table(rows)
	}
	for _, line := range retire.Stays(stock.At, claims) {
		r.Console.Result("%s: stays: %s", stock.At.Hub, line)
	}
}

// dash stands for nothing in a table.
func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// keepCopy writes the copy to a new file of the cache that nobody else can read: names of users are in it.
func keepCopy(r *run.Run, stock release.Stock, claims []retire.Claim) (string, error) {
	now := time.Now()
	text, err := retire.Copy(stock.At, stock.Cluster, stock.Commit, now, claims)
	if err != nil {
		return "", err
	}
	name := filepath.Join(r.Config.CacheDir, "retired", stock.At.Hub+"-"+now.UTC().Format("20060102T150405.000")+".yaml")
	if err = os.MkdirAll(filepath.Dir(name), 0o700); err == nil {
		err = writeNew(name, text)
	}
	if err != nil {
		return "", exit.Errorf(exit.Setup, "no place for the copy of the claims: %w; nothing was removed", err).Try("set HUBOPS_CACHE to a directory that can be written")
	}
	return name, nil
}

// writeNew writes a file that is not there, and has it on the disk.
func writeNew(name string, content []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- in the run's own cache
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// hostsOf are the hosts that the values of a hub name; none where the repository does not have it any more.
func hostsOf(ctx context.Context, r *run.Run, name string) []string {
	found, err := r.Surveyor.HubsAlone(ctx, name)
	if err != nil {
		return nil
	}
	hosts, err := r.Surveyor.Hosts(ctx, found.Hubs[0])
	if err != nil {
		return nil
	}
	return hosts
}

// callbacksOf are the callback URLs that the values of a hub name; none likewise.
func callbacksOf(ctx context.Context, r *run.Run, name string) (urls []string) {
	hubs, err := r.Surveyor.Hubs(ctx, name)
	if err != nil {
		return nil
	}
	for _, file := range hubs[0].ValueFiles() {
		content, err := os.ReadFile(filepath.Join(r.Config.Root, filepath.FromSlash(file))) // #nosec G304 -- a file of the operator's repository
		if err == nil {
			urls = append(urls, newhub.Callbacks(content)...)
		}
	}
	return urls
}

// filesOf are the paths of the repository that are a hub's own; none likewise.
func filesOf(ctx context.Context, r *run.Run, name string) []string {
	hubs, err := r.Surveyor.Hubs(ctx, name)
	if err != nil {
		return nil
	}
	others, err := r.Surveyor.Hubs(ctx)
	if err != nil {
		return nil
	}
	h := hubs[0]
	paths := slices.Clone(h.Secrets)
	if h.ChartDir != "" {
		paths = append(paths, h.ChartDir)
	}
	for _, image := range h.Built() {
		paths = append(paths, image.Dir)
	}
	paths = append(paths, h.Values...)
	return slices.DeleteFunc(paths, func(path string) bool {
		for _, other := range others {
			if other.Name == name {
				continue
			}
			uses := slices.Contains(other.Values, path) || slices.Contains(other.Secrets, path) || other.ChartDir == path
			for _, image := range other.Built() {
				uses = uses || image.Dir == path
			}
			if uses {
				return true
			}
		}
		return false
	})
}
