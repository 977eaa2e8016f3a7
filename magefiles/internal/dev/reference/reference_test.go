package reference

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
)

func TestEverySettingIsOnThePage(t *testing.T) {
	page := Variables(config.Settings)
	for _, s := range config.Settings {
		if !strings.Contains(page, "`"+s.Env+"`") || s.Help == "" {
			t.Errorf("%s is missing, or says nothing", s.Env)
		}
	}
}

func TestEveryTargetIsOnThePageAndReadsWell(t *testing.T) {
	page, err := Targets(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| `mage deploy:hub <hub>` | Upgrades the release of one hub", "| `mage ci` | ", "| `mage push` | `push:all` |", "| `mage sandbox` | `sandbox:all` |"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

var update = flag.Bool("update", false, "write the README of the scripts")

func TestReadmeListsEveryCommandOfTheScripts(t *testing.T) {
	dir := filepath.Join("..", "..", "e2e")
	page, err := Scripts(dir)
	if err != nil {
		t.Fatal(err)
	}
	readme := filepath.Join(dir, "README.md")
	if *update {
		if err := os.WriteFile(readme, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if content, err := os.ReadFile(readme); err != nil || string(content) != page {
		t.Errorf("%s is stale (%v): run 'go test ./magefiles/internal/dev/reference -update'", readme, err)
	}
	for _, want := range []string{
		"| `exits` | `CODE COMMAND...` | runs the command, which must end with that exit code. |",
		"| `cncf-registry` | `[tls] [token] [delete]` | starts the CNCF's registry, ",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
