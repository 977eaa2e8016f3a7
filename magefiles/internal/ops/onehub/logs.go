package onehub

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/hublogs"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/process"
)

// Logs shows what a hub's containers say: those of the hub and its proxy, of a component, or of a user's server. It changes nothing.
func Logs(ctx context.Context, name string) error {
	r := run.Of(ctx)
	if err := hub.CheckName(name); err != nil {
		return err
	}
	if r.Config.UserName != "" && r.Config.Component != "" {
		return exit.Input("USER_NAME and COMPONENT are both set: whose logs are meant?").Try("leave one of them out")
	}
	on, err := r.Surveyor.ClusterOf(ctx, name)
	if err != nil {
		return err
	}
	cluster, err := r.To.On(on).Cluster(ctx)
	if err != nil {
		return r.OrUnknown(ctx, name, run.OnCluster(on, err))
	}
	at, err := r.Surveyor.Where(ctx, cluster.Kube, name)
	if err != nil {
		return r.OrUnknown(ctx, name, run.OnCluster(on, err))
	}
	return run.OnCluster(on, logs(ctx, r, cluster.Kube, at))
}

// logs shows the logs of a hub in the cluster. What its Secrets hold is masked.
func logs(ctx context.Context, r *run.Run, client *kube.Client, at layout.Address) error {
	pods, err := client.PodsOf(ctx, at)
	if err != nil {
		return err
	}
	if len(pods) == 0 { // a name that is misspelt is told as such
		if _, err := r.Surveyor.Hubs(ctx, at.Hub); err != nil {
			return err
		}
	}
	streams, err := hublogs.Choose(pods, hublogs.Wanted{At: at, User: r.Config.UserName, Component: r.Config.Component})
	if err != nil {
		return err
	}
	masking := &masking{Run: r, at: at, read: func(ctx context.Context) ([]string, error) { return client.Credentials(ctx, at) }, known: map[string]bool{}}
	if err := masking.update(ctx); err != nil {
		return err
	}
	if !r.Config.Follow {
		for _, stream := range streams {
			if err := showStream(ctx, r, client, at, stream); err != nil {
				return err
			}
		}
		return nil
	}
	group, ctx := errgroup.WithContext(ctx)
	var open sync.WaitGroup
	for _, stream := range streams {
		open.Add(1)
		group.Go(func() error {
			defer open.Done()
			return showStream(ctx, r, client, at, stream)
		})
	}
	ended := make(chan struct{})
	go func() {
		open.Wait()
		close(ended)
	}()
	group.Go(func() error { return masking.follow(ctx, ended, time.Tick(anew)) })
	return group.Wait()
}

// showStream shows one log. Each line is behind the name of its container.
func showStream(ctx context.Context, r *run.Run, client *kube.Client, at layout.Address, stream hublogs.Stream) error {
	const last = 200 // lines
	log, err := client.OpenLog(ctx, at, kube.Logged{Pod: stream.Pod, Container: stream.Container, Previous: stream.Previous, Follow: r.Config.Follow, Since: r.Config.Since, Lines: last})
	if err != nil {
		if stream.Previous { // the node has cleared it away
			r.Console.Info(at.Hub, "%v", err)
			return nil
		}
		return err
	}
	defer func() { _ = log.Close() }()
	return showLog(r, stream.Name(), log)
}

// showLog prints lines, masked as those of a program are: a secret can go over several.
func showLog(r *run.Run, name string, log io.Reader) error {
	masked, lines := r.Run.Redact.Stream(), bufio.NewReaderSize(log, longestLine)
	for {
		line, err := lines.ReadSlice('\n') // of a longer one, a part
		if text := strings.TrimRight(process.Uncoloured(string(line)), "\r\n"); len(line) > 0 {
			r.Console.Result("%s | %s", name, masked(text))
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return exit.Errorf(exit.Setup, "the log of %s broke off: %w", name, err).Try("run it again")
		}
	}
}

// longestLine is the number of bytes of a line that are shown as one.
const longestLine = 64 << 10
