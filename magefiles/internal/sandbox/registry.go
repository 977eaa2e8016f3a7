package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"time"

	"hub-ops/magefiles/internal/process"
)

var servingOn = regexp.MustCompile(`serving on port (\d+)`)

// StartRegistry starts go-containerregistry's registry in a process of its own, on a port that the system chooses,
// and returns its host:port.
func (s *Sandbox) StartRegistry(ctx context.Context, crane string) (string, error) {
	if err := s.mark(); err != nil {
		return "", err
	}
	blobs, logFile := s.path("registry"), s.path("registry.log")
	if err := os.MkdirAll(blobs, 0o700); err != nil {
		return "", err
	}
	_, err := s.Run.Start(process.Cmd{Name: crane, Args: []string{"registry", "serve", "--address", "127.0.0.1:0", "--disk", blobs}, Dir: s.Dir}, logFile)
	if err != nil {
		return "", fmt.Errorf("starting the sandbox's registry: %w", err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		content, err := os.ReadFile(logFile) // #nosec G304 -- our own log
		if err != nil {
			return "", err
		}
		if match := servingOn.FindSubmatch(content); match != nil {
			return "127.0.0.1:" + string(match[1]), nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return "", fmt.Errorf("the sandbox's registry does not start, see %s", logFile)
}

// checkRegistry checks that a registry answers.
func checkRegistry(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/v2/", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("the sandbox's registry: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the sandbox's registry at %s answers %s", address, response.Status)
	}
	return nil
}
