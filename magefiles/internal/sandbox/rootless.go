package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// rootless changes a command so that it runs as root of a user namespace. There, the ordinary user's own ID is root, and the user's
// further IDs, those of /etc/subuid, are the other users: github.com/rootless-containers/rootlesskit. The network is the
// machine's.
func (s *Sandbox) rootless(rootlesskit string, cmd process.Cmd) process.Cmd {
	args := []string{"--state-dir", s.path("rootlesskit"), "--net", "host", "--copy-up", "/etc", "--copy-up", "/run", "--propagation", "rslave", cmd.Name}
	cmd.Name, cmd.Args = rootlesskit, slices.Concat(args, cmd.Args, []string{"--rootless"})
	// The directory of runc's state. A runc of the machine's root may have used /run/runc.
	cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+s.Dir)
	return cmd
}

// mapsUsers checks that this user can have such a namespace. The error says what is missing.
func (s *Sandbox) mapsUsers(ctx context.Context, rootlesskit string) error {
	err := s.inside(ctx, rootlesskit, "true")
	if err == nil || ctx.Err() != nil {
		return err
	}
	if who, unknown := user.Current(); unknown == nil {
		if missing := missing(os.DirFS("/"), who, process.LookPath); missing != nil {
			err = missing
		}
	}
	return exit.Errorf(exit.Setup, "no Docker engine answers, and a buildkitd of the sandbox's own does not start without root: %w", err).Try("or start Docker, or set BUILDKIT_HOST")
}

// missing returns what keeps an ordinary user from a namespace with further IDs, and how to mend it; nil if it finds nothing.
func missing(root fs.FS, who *user.User, lookPath func(string) (string, error)) error {
	for _, program := range []string{"newuidmap", "newgidmap"} {
		if _, err := lookPath(program); err != nil {
			return exit.Errorf(exit.Setup, "%s is not installed", program).Try("install the package uidmap, or shadow-utils, which has it")
		}
	}
	for _, file := range []string{"etc/subuid", "etc/subgid"} {
		content, _ := fs.ReadFile(root, file)
		has := func(line string) bool {
			return strings.HasPrefix(line, who.Username+":") || strings.HasPrefix(line, who.Uid+":")
		}
		if !slices.ContainsFunc(strings.Split(string(content), "\n"), has) {
			return exit.Errorf(exit.Setup, "/%s has no range of IDs for %s", file, who.Username).
				Try("give some with 'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %s'", who.Username)
		}
	}
	for _, limit := range []struct{ file, forbids, allows string }{
		{"proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"},
		{"proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"},
		{"proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces=10000"},
	} {
		if content, err := fs.ReadFile(root, limit.file); err == nil && strings.TrimSpace(string(content)) == limit.forbids {
			return exit.Errorf(exit.Setup, "this machine allows no user namespaces").Try("allow them with 'sysctl --write %s'", limit.allows)
		}
	}
	return nil
}

// inside runs a command to its end in such a namespace.
func (s *Sandbox) inside(ctx context.Context, rootlesskit string, command ...string) error {
	state, err := os.MkdirTemp("", "hub-ops-namespace-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(state) }()
	return s.Run.Run(ctx, process.Cmd{Name: rootlesskit, Args: append([]string{"--state-dir", state}, command...), Quiet: true})
}

// remove removes all files of the sandbox. Files that a build step made as another user than root belong to the user's further
// IDs, and only inside a namespace may the user remove them.
func (s *Sandbox) remove(ctx context.Context) error {
	err := s.removeAll()
	if !errors.Is(err, fs.ErrPermission) || os.Geteuid() == 0 || s.Tools == nil {
		return err
	}
	rootlesskit, err := s.Tools.Find(ctx, "rootlesskit")
	if err != nil {
		return err
	}
	if err := s.inside(ctx, rootlesskit, "rm", "-rf", s.path("buildkit")); err != nil {
		return fmt.Errorf("removing the sandbox's images: %w", err)
	}
	return s.removeAll()
}
