package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"hub-ops/magefiles/internal/process"
)

// target is a registry to push to.
type target struct {
	address string
	dir     string // of what it keeps
}

// size is how many bytes it keeps.
func (t target) size() (total int64) {
	_ = filepath.WalkDir(t.dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil //nolint:nilerr // what comes and goes meanwhile is no blob yet
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}

// registry starts an empty registry, until end is called: the CNCF's, for that is what most are made of. It writes a blob
// to its disk while it arrives; one that gathers it in memory first, as a registry for tests may, would measure memory.
func (p *Push) registry(ctx context.Context) (to target, end func(), err error) {
	p.started++
	dir := filepath.Join(p.Scratch, fmt.Sprintf("registry-%d", p.started))
	if to, err = configure(ctx, dir); err != nil {
		return to, func() {}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	var why error // to be read when it has ended
	go func() {
		defer close(ended)
		why = p.Run.Run(ctx, process.Cmd{
			Name: p.Tools["registry"], Args: []string{"serve", filepath.Join(dir, "config.yml")}, Quiet: true,
			Env: []string{"OTEL_TRACES_EXPORTER=none"},
		})
	}()
	end = func() {
		cancel()
		<-ended
		_ = os.RemoveAll(dir)
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case <-ended:
			return to, end, fmt.Errorf("the registry to push to: %w", why)
		default:
		}
		if answers(ctx, to.address) {
			return to, end, nil
		}
	}
	return to, end, errors.New("the registry to push to does not answer")
}

// configure writes down where the registry listens, on a port that is free now, and keeps what it gets.
func configure(ctx context.Context, dir string) (target, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return target{}, err
	}
	to := target{listener.Addr().String(), filepath.Join(dir, "data")}
	settings := fmt.Sprintf("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %q}}\nhttp: {addr: %q}\n", to.dir, to.address)
	return to, errors.Join(listener.Close(), os.MkdirAll(to.dir, 0o700), os.WriteFile(filepath.Join(dir, "config.yml"), []byte(settings), 0o600))
}

func answers(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/v2/", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}
