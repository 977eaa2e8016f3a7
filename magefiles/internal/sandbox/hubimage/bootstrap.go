package hubimage

import (
	"context"
	"syscall"

	"hub-ops/magefiles/internal/process"
)

// enter runs a script, its arguments, with mounts that nobody else sees, which end with it. The root directory of a chroot may be no mount, and
// cannot be told to keep mounts to itself: then it is mounted anew, on /proc, which is a mount everywhere.
const enter = `set -e
if mount --make-rprivate / 2>/dev/null; then exec sh -c "$@"; fi
mount --make-private /proc
mount -t tmpfs none /proc
mkdir /proc/root
mount --rbind / /proc/root
exec chroot /proc/root sh -c 'mount --make-rprivate / && mount -t proc none /proc && exec sh -c "$@"' sh "$@"`

// install is what installs the packages: debootstrap resolves no package that another one provides, so apt does. A directory for temporary files
// that this run has been given is not in the image, as debootstrap knows too.
const install = `set -e
unset TMP TEMP TMPDIR
debootstrap --variant=minbase --force-check-gpg "$1" "$2" "$3"
mount -t proc none "$2/proc"
chroot "$2" apt-get -qq update
chroot "$2" apt-get -qq -o Dpkg::Use-Pty=0 install --no-install-recommends $4`

// bootstrap installs the packages.
func (i Image) bootstrap(ctx context.Context, root string) error {
	command := alone(install, suite, root, mirror, packages)
	command.Dir, command.Env, command.Quiet = root, []string{"LC_ALL=C", "DEBIAN_FRONTEND=noninteractive"}, true
	return i.Run.Run(ctx, command)
}

// alone is the command that runs a shell's script with mounts and processes of its own, all of which end with it, however it ends, and with this run.
func alone(script string, args ...string) process.Cmd {
	own := []string{"--mount", "--propagation", "unchanged", "--pid", "--fork", "--kill-child"}
	return process.Cmd{Name: "unshare", Args: append(append(own, "sh", "-c", enter, "sh", script, "sh"), args...), Dies: syscall.SIGKILL}
}
