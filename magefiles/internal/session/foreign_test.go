package session

import (
	"os"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/dev/programs"
)

func TestADirectoryOfAnotherUserIsNoCache(t *testing.T) {
	programs.Need(t.Context(), t, programs.Root)
	if inNamespace() {
		t.Fatal("this is not root, but root of a namespace")
	}
	own, foreign, open := t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.Chown(foreign, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cache, sandbox string
		kind           ci.Kind
		want           string // in the error; "" for none
	}{
		{own, own + "/sandbox", ci.Local, ""},
		{foreign, own, ci.Local, foreign + " belongs to another user of this machine (ID 65534)"},
		{own, foreign, ci.Local, "set HUBOPS_SANDBOX_DIR to a directory of your own"},
		{open, own, ci.Local, "every user may write to " + open},
		{foreign, foreign, ci.Push, ""},
	} {
		err := refuseForeign(&config.Config{CacheDir: c.cache, SandboxDir: c.sandbox, Event: ci.Event{Kind: c.kind}})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
