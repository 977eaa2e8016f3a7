package reference

import (
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
