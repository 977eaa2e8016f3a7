package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// Output runs kubectl and returns what it prints.
func (s *Server) Output(ctx context.Context, args ...string) ([]byte, error) {
	return s.Run.Output(ctx, process.Cmd{Name: s.Path, Args: args, Env: s.Env})
}

// Shown announces a kubectl command as an operator would type it, and runs it. hub is the prefix of its lines.
func (s *Server) Shown(ctx context.Context, hub string, args ...string) error {
	return s.Run.Run(ctx, process.Cmd{Name: s.Path, Args: args, Env: s.Env, Prefix: hub, Show: process.Quote("kubectl", args...)})
}

// Table returns the rows of `kubectl get`, in columns, as the API server prints them: without the objects themselves.
func (s *Server) Table(ctx context.Context, args ...string) ([][]string, error) {
	out, err := s.Output(ctx, append([]string{"get", "--no-headers", "--request-timeout", "30s"}, args...)...)
	if err != nil {
		return nil, s.Unanswered(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			rows = append(rows, fields)
		}
	}
	return rows, nil
}

// JSON runs kubectl with --output json and decodes what it prints; where it prints nothing, the value stays as it is.
func (s *Server) JSON(ctx context.Context, into any, stdin io.Reader, args ...string) error {
	var out bytes.Buffer
	args = append(args, "--output", "json", "--request-timeout", "30s")
	if err := s.Run.Run(ctx, process.Cmd{Name: s.Path, Args: args, Env: s.Env, Stdin: stdin, Stdout: &out, Quiet: true}); err != nil {
		return err
	}
	if out.Len() == 0 {
		return nil
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		return fmt.Errorf("reading what kubectl prints: %w", err)
	}
	return nil
}
