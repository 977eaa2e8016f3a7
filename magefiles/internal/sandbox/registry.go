package sandbox

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"time"

	"hub-ops/magefiles/internal/process"
)

var servingOn = regexp.MustCompile(`serving on port (\d+)`)

// imageRegistry is the program that serves images.
//
//go:embed imageregistry/main.go imageregistry/blobs.go imageregistry/user.go
var imageRegistry embed.FS

// blobs is the directory of the registry's blobs.
func (s *Sandbox) blobs() string { return s.path("registry") }

// startRegistry starts go-containerregistry's registry in a process of its own, on a port that the system chooses, and returns its
// host:port. Everybody on this machine can read from it; only this user, and root, can write.
func (s *Sandbox) startRegistry(ctx context.Context) (string, error) {
	program, err := s.compile(ctx, "imageregistry", imageRegistry)
	if err != nil {
		return "", err
	}
	blobs, logFile := s.blobs(), s.path("registry.log")
	if err := os.MkdirAll(blobs, 0o700); err != nil {
		return "", err
	}
	if _, err := s.Run.Start(process.Cmd{Name: program, Args: []string{blobs}, Dir: s.Dir}, logFile); err != nil {
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
