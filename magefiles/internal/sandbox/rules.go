package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox/kernel"
	"hub-ops/magefiles/internal/sandbox/node"
)

// rules returns by which rules of the kernel kube-proxy can lead connections to services here, or "" and what it lacks. Programs are looked for where
// kube-proxy will find them, whatever the PATH of this run is.
func (s *Sandbox) rules(ctx context.Context) (by string, lack error) {
	lack = errors.New("iptables is not installed, nor nft")
	for _, way := range []struct {
		by, program string
		try         func(ctx context.Context, program string) error
	}{{"iptables", "iptables", s.tryIptables}, {"nftables", "nft", s.tryNft}} {
		program := inNode(way.program)
		if program == "" {
			continue
		}
		if lack = way.try(ctx, program); lack == nil {
			return way.by, nil
		}
	}
	return "", lack
}

// inNode returns the path of a program that the node's programs find, "" if there is none.
func inNode(name string) string {
	for _, dir := range filepath.SplitList(node.SystemPath) {
		path, err := process.LookPath(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		if led, err := filepath.EvalSymlinks(path); err == nil && node.Shows(led) {
			return path
		}
	}
	return ""
}

// tryIptables makes a rule for a moment, as kube-proxy does.
func (s *Sandbox) tryIptables(ctx context.Context, program string) error {
	return s.inNetwork(ctx, process.Cmd{Name: program, Args: []string{"--wait", "--table", "nat", "--append", "POSTROUTING", "--match", "comment", "--comment", "sandbox", "--jump", "MASQUERADE"}})
}

// tryNft makes a rule for a moment, where kube-proxy takes nft.
func (s *Sandbox) tryNft(ctx context.Context, program string) error {
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return err
	}
	version, err := s.Run.Output(ctx, process.Cmd{Name: program, Args: []string{"--version"}, Env: []string{"PATH=" + node.SystemPath}})
	if err != nil {
		return err
	}
	if err := nftUnfit(strings.TrimSpace(string(release)), strings.TrimSpace(string(version))); err != nil {
		return err
	}
	return s.inNetwork(ctx, process.Cmd{Name: program, Args: []string{"--file", "-"}, Stdin: strings.NewReader("table ip sandbox { chain leave { type nat hook postrouting priority 100; masquerade; }; }\n")})
}

// nftUnfit returns why kube-proxy refuses to use nft, by the release of the kernel and what nft says of its version; nil if it does not.
func nftUnfit(release, version string) error {
	var major, minor int
	if _, err := fmt.Sscanf(release, "%d.%d", &major, &minor); err == nil && (major < 5 || major == 5 && minor < 13) {
		return fmt.Errorf("with nft kube-proxy wants Linux 5.13, and this is %s", release)
	}
	if strings.HasPrefix(version, "nftables v0.") || strings.HasPrefix(version, "nftables v1.0.0 ") {
		return fmt.Errorf("kube-proxy wants nft 1.0.1, and this is %s", version)
	}
	return nil
}

// inNetwork runs a command in a network that goes with its rules.
func (s *Sandbox) inNetwork(ctx context.Context, cmd process.Cmd) error {
	cmd.Env, cmd.Quiet = []string{"PATH=" + node.SystemPath}, true
	return kernel.InNetwork(func() error { return s.Run.Run(ctx, cmd) })
}
