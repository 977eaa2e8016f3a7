package reference

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/config"
)

func TestEverySettingIsOnThePage(t *testing.T) {
	page := Variables(config.Settings)
	for _, s := range config.Settings {
		for _, name := range []string{s.Key, s.Env} {
			if name != "" && !strings.Contains(page, "`"+name+"`") || s.Help == "" {
				t.Errorf("%s%s is missing, or says nothing", s.Key, s.Env)
			}
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

func TestThePageOfGatesIsWhatTheCodeDecides(t *testing.T) {
	page, err := Gates()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| pull request from a fork | yes | refused |", "| `rollback:hub` | the cluster |", "| a run on somebody's machine | yes | yes | yes | yes |",
		"hub of branch master by hubops.yaml of origin/master, which decides; the branch is feature |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	file := filepath.Join(root, "docs", "content", "reference", "gates.md")
	if content, err := os.ReadFile(file); err != nil || string(content) != page {
		t.Errorf("%s is stale (%v): run 'mage docs'", file, err)
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

func TestEveryPageThatComesFromTheCodeIsWhatItSays(t *testing.T) {
	pages, err := Pages(filepath.Join(root, "magefiles"))
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) < 40 {
		t.Errorf("only %d pages", len(pages))
	}
	content := filepath.Join(root, "docs", "content")
	for name, page := range pages {
		if there, err := os.ReadFile(filepath.Join(content, name)); err != nil || string(there) != page {
			t.Errorf("%s is stale (%v): run 'mage docs'", name, err)
		}
	}
	there, err := filepath.Glob(filepath.Join(content, FailuresFolder, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range there {
		if name := filepath.Base(file); pages[FailuresFolder+"/"+name] == "" {
			t.Errorf("%s is the page of no diagnosis", file)
		}
	}
}

func TestTheFileHasEveryKeyAndIsYAML(t *testing.T) {
	page := HubopsFile(config.Settings)
	for _, s := range config.Settings {
		key := s.Key[strings.LastIndexByte(s.Key, '.')+1:]
		if s.Key != "" && !strings.Contains(page, "#"+key+":") {
			t.Errorf("%s is missing", s.Key)
		}
	}
	_, rest, _ := strings.Cut(page, "```yaml\n")
	text, _, _ := strings.Cut(rest, "```")
	var sections map[string]any
	if err := yaml.Unmarshal([]byte(text), &sections); err != nil || len(sections) < 5 {
		t.Errorf("%v: %v", sections, err)
	}
	set := strings.NewReplacer("\n#", "\n", "\n  #", "\n  ") // takes the # of keys away, and that of words
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") && !strings.HasPrefix(strings.TrimSpace(line), "# ") {
			var one map[string]any
			if err := yaml.Unmarshal([]byte(strings.TrimSpace(set.Replace("\n"+line))), &one); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
}

// A cell ends at each | that is not escaped, also between backticks, where what is escaped otherwise stays as it stands: each row has the cells of its
// head, and no code has a backslash before a <.
func TestEveryTableHasItsCells(t *testing.T) {
	bar, escapedCode, rows := regexp.MustCompile(`(^|[^\\])\|`), regexp.MustCompile("`[^`|]*\\\\<[^`]*`"), 0
	err := filepath.WalkDir(filepath.Join(root, "docs", "content"), func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".md" {
			return err
		}
		page, err := os.ReadFile(name)
		head := 0
		for i, line := range strings.Split(string(page), "\n") {
			if !strings.HasPrefix(line, "|") {
				head = 0
				continue
			}
			cells := len(bar.FindAllString(line, -1))
			if head == 0 {
				head = cells
			}
			rows++
			if cells != head {
				t.Errorf("%s:%d: %d bars, its head has %d: %s", name, i+1, cells, head, line)
			}
			if escapedCode.MatchString(line) {
				t.Errorf("%s:%d: a backslash within code is shown: %s", name, i+1, line)
			}
		}
		return err
	})
	if err != nil || rows < 300 {
		t.Errorf("%d rows: %v", rows, err)
	}
}
