// Package programs is the table of the programs that the project's own tests need on the machine. mage test reads it to report what
// is missing, a test to leave itself out, and a test of the table compares .ci/run with it.
package programs

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/process"
)

// Program is something that tests need of the machine.
type Program struct {
	Name    string   // on PATH; or Root
	Package string   // of Debian that has it; "" if none has
	For     string   // what is tested with it
	answers []string // arguments with which it succeeds only if it can be used; nil: it need only be on PATH
	start   string   // what makes it answer
	vital   bool     // without it there are no tests at all
}

// Root is the name by which a test asks to run as root.
const Root = "root"

// All returns the table.
func All() []Program {
	return []Program{
		{Name: "git", Package: "git", For: "everything", vital: true},
		{Name: "gcc", Package: "gcc libc6-dev", For: "the race detector, runc", vital: true},
		{Name: "docker", Package: "docker.io", For: "builds and pushes by a Docker engine", answers: []string{"version"}, start: "start it: 'dockerd &', or 'systemctl start docker'"},
		{Name: "podman", Package: "podman", For: "builds and pushes by Podman", answers: []string{"info"}, start: "see 'podman info'"},
		{Name: "iptables", Package: "iptables", For: "kube-proxy on the sandbox's real node, and a Docker engine"},
		{Name: "runc", Package: "runc", For: "a buildkitd that is there already, and the sandbox's real node"},
		{Name: "newuidmap", Package: "uidmap", For: "the sandbox of an ordinary user"},
		{Name: "debootstrap", Package: "debootstrap", For: "a real JupyterHub on a real node"},
		{Name: "git-crypt", Package: "git-crypt", For: "files that git-crypt itself has encrypted"},
		{Name: "git-lfs", Package: "git-lfs", For: "files that Git LFS keeps elsewhere"},
		{Name: "strace", Package: "strace", For: "what the sandbox starts, and whom it calls"},
		{Name: "script", Package: "bsdutils", For: "questions on a terminal"},
		{Name: "unshare", Package: "util-linux", For: "steps of builds without an engine, full disks, ordinary users", answers: []string{"--map-root-user", "--mount", "true"}, start: "a chroot whose root is no mount point, and a container, may forbid it"},
		{Name: "setpriv", Package: "util-linux", For: "a sandbox that was started with more rights"},
		{Name: "nsenter", Package: "util-linux", For: "a registry that a real node does not reach"},
		{Name: "mount", Package: "mount", For: "the same"},
		{Name: "tar", Package: "tar", For: "hostile charts, Podman's files"},
		{Name: "bash", Package: "bash", For: "secrets as it quotes them"},
		{Name: "dash", Package: "dash", For: "secrets as it quotes them"},
		{Name: "python3", Package: "python3 python3-yaml", For: "secrets as it and PyYAML escape them", answers: []string{"-c", "import yaml"}, start: "install PyYAML"},
		{Name: "node", Package: "nodejs", For: "secrets as JavaScript escapes them"},
		{Name: "jq", Package: "jq", For: "secrets as it escapes them"},
		{Name: "chromium", Package: "chromium", For: "the pages of reports and of the documentation"},
		{Name: "gcloud", For: "access to a GKE cluster as gcloud gives it"},
		{Name: Root, For: "mounts, and the files of a Docker engine"},
	}
}

// Missing returns the programs that cannot be used here, in the table's order.
func Missing(ctx context.Context, run *process.Runner) []Program {
	return slices.DeleteFunc(All(), func(p Program) bool { return p.usable(ctx, run) })
}

// patience is how long a program may take to answer.
const patience = 30 * time.Second

func (p Program) usable(ctx context.Context, run *process.Runner) bool {
	if p.Name == Root {
		return os.Geteuid() == 0
	}
	if _, err := process.LookPath(p.Name); err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p.answers == nil || run.Run(ctx, process.Cmd{Name: p.Name, Args: p.answers, Quiet: true}) == nil
}

// Vital reports whether there are no tests at all without the program.
func (p Program) Vital() bool { return p.vital }

// Optional reports whether CI may be without it, because Debian has no package of it.
func (p Program) Optional() bool { return p.Package == "" && p.Name != Root }

// MayLack reports whether CI may be without all programs of a list, as Need writes it.
func MayLack(list string) bool {
	if list == realNode || strings.HasSuffix(list, "=1") {
		return true
	}
	for name := range strings.SplitSeq(list, ", ") {
		at := slices.IndexFunc(All(), func(p Program) bool { return p.Name == name })
		if at < 0 || !All()[at].Optional() {
			return false
		}
	}
	return true
}

// String says what is missing, and what that leaves out.
func (p Program) String() string {
	why := "is not installed"
	switch _, err := process.LookPath(p.Name); {
	case p.Name == Root:
		why = "is somebody else"
	case p.Package == "":
		why = "is not installed, and in no package of Debian's"
	case err == nil:
		why = "does not answer; " + p.start
	}
	return fmt.Sprintf("%s %s: left out are tests of %s", p.Name, why, p.For)
}

// Install is the one command that installs the packages of these programs on Debian, "" if there is nothing to install.
func Install(missing []Program) string {
	var packages []string
	for _, p := range missing {
		if _, err := process.LookPath(p.Name); err != nil {
			packages = append(packages, strings.Fields(p.Package)...)
		}
	}
	if len(packages) == 0 {
		return ""
	}
	return "apt-get install --yes --no-install-recommends " + strings.Join(slices.Compact(packages), " ")
}

// test is what Need asks of a *testing.T, and of testscript's T.
type test interface {
	Skip(args ...any)
	Fatal(args ...any)
}

// LeftOut begins the message of a test that is left out: mage test counts those by it.
const LeftOut = "left out, for want of "

// Need leaves out a test whose programs cannot be used here. It is the only place where tests are left out;
// mage test names them, and in CI takes each for an error, but for those that want a program which is in no package.
func Need(ctx context.Context, t test, names ...string) {
	run := new(process.Runner) // in the test's environment
	var missing []string
	for _, name := range names {
		at := slices.IndexFunc(All(), func(p Program) bool { return p.Name == name })
		if at < 0 {
			t.Fatal(name + " is not in the table of programs")
			return
		}
		if !All()[at].usable(ctx, run) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		t.Skip(LeftOut + strings.Join(missing, ", "))
	}
}

// realNode stands for what a real node wants of the kernel: namespaces, cgroups, overlayfs.
const realNode = "a kernel that lets the sandbox have a real node"

// NeedAsked leaves out a test that takes minutes, unless a variable asks for it.
func NeedAsked(t test, asked bool, variable string) {
	if !asked {
		t.Skip(LeftOut + variable)
	}
}

// noNode matches what the sandbox says where a program is all that a real node wants.
var noNode = regexp.MustCompile(`no real node on this machine: (\S+) is not installed`)

// NeedNode leaves out a test because the sandbox says why this machine can have no real node. A kernel that refuses it no package can mend, so CI
// may be without; a program it may not.
func NeedNode(t test, why string) {
	wanted := realNode
	if match := noNode.FindStringSubmatch(why); match != nil {
		wanted = match[1]
	}
	t.Skip(why + "\n" + LeftOut + wanted)
}
