package document

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/quick"
)

var update = flag.Bool("update", false, "write the list of fields: for those that are new, or with a new Version")

// What a machine reads today it can read tomorrow: a field of the list that vanishes, or is of another type, needs another Version. One that is
// new has to be added to the list, so that somebody has meant it.
func TestTheFieldsOfAVersionStay(t *testing.T) {
	var lines strings.Builder
	for _, doc := range Kinds() {
		for _, field := range Fields(doc) {
			fmt.Fprintf(&lines, "%s %s: %s\n", Kind(doc), field.Path, field.Type)
			if field.Means == "" || field.Path == "" || strings.HasSuffix(field.Path, ".") {
				t.Errorf("%s %s says nothing", Kind(doc), field.Path)
			}
		}
	}
	file := filepath.Join("testdata", fmt.Sprintf("version-%d.txt", Version))
	if *update {
		if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != lines.String() {
		t.Errorf("%s is not what the documents are (%v). A new field: go test -update. One that is gone or other: a new Version first. They are\n%s", file, err, lines.String())
	}
}

// Every field is written, whatever is in it, and each list is a list.
func TestEveryFieldIsWritten(t *testing.T) {
	for _, doc := range Kinds() {
		filled := reflect.New(reflect.TypeOf(doc)).Elem()
		fill(filled)
		text, err := JSON(filled.Interface().(Document), func(text string) string { return text })
		if err != nil {
			t.Fatal(err)
		}
		var read any
		if err := json.Unmarshal([]byte(text), &read); err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		paths("", read, found)
		for _, field := range Fields(doc) {
			if !found[field.Path] {
				t.Errorf("%s lacks %s:\n%s", Kind(doc), field.Path, text)
			}
			delete(found, field.Path)
		}
		for path := range found {
			t.Errorf("%s has %s, which no page tells", Kind(doc), path)
		}
		if empty, err := JSON(doc, strings.ToUpper); err != nil || strings.Contains(empty, "null") {
			t.Errorf("%v: %s", err, empty)
		}
	}
}

func fill(value reflect.Value) {
	switch value.Kind() { //nolint:exhaustive // the others are in no document
	case reflect.Struct:
		for _, field := range value.Fields() {
			fill(field)
		}
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
		fill(value.Index(0))
	case reflect.String:
		value.SetString("hunter2")
	}
}

func paths(prefix string, value any, found map[string]bool) {
	switch is := value.(type) {
	case map[string]any:
		for name, inner := range is {
			path := strings.TrimPrefix(prefix+"."+name, ".")
			found[path] = true
			paths(path, inner, found)
		}
	case []any:
		for _, inner := range is {
			paths(prefix+"[]", inner, found)
		}
	}
}

func TestEveryTextIsMasked(t *testing.T) {
	for _, doc := range Kinds() {
		filled := reflect.New(reflect.TypeOf(doc)).Elem()
		fill(filled)
		text, err := JSON(filled.Interface().(Document), func(text string) string { return strings.ReplaceAll(text, "hunter2", "•••") })
		if err != nil || strings.Contains(text, "hunter2") || !strings.Contains(text, "•••") {
			t.Errorf("%s: %v: %s", Kind(doc), err, text)
		}
	}
}

// harmless is all that foreign text can become: letters, digits and spaces, entities of other characters, and our own frame.
var harmless = regexp.MustCompile(`^(?:[A-Za-z0-9 ]|&#\d+;|</?code>)*$`)

// By CommonMark an entity is never the mark of anything, and both GitHub and GitLab look for mentions and references in what is no code.
func TestForeignTextIsNothingButText(t *testing.T) {
	for _, text := range []string{
		"@team", "<img src=x onerror=y>", "![a](https://x.org/a.png)", "[a](javascript:b)", "https://x.org", "www.x.org", "a|b", "#12", "org/repo#12", "GH-12",
		"`a`", "</code></details>", "a\n/merge", "/approve", ":tada:", "!12", "~label", "deadbeef", "0123456789abcdef0123456789abcdef01234567", "a@b.org", "&lt;b&gt;", "\\", "*a*",
	} {
		if !harmless.MatchString(Code(text)) || !harmless.MatchString(Words(text)) {
			t.Errorf("%q: %s, %s", text, Code(text), Words(text))
		}
		if words := Words(text); !strings.Contains(words, "<code>") {
			t.Errorf("%q is bare: %s", text, words)
		}
	}
	if err := quick.Check(func(text string) bool { return harmless.MatchString(Code(text)) && harmless.MatchString(Words(text)) }, nil); err != nil {
		t.Error(err)
	}
	if got, want := Words("changed since revision 3: chart, image"), "changed since revision 3&#58; chart&#44; image"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNoTextEndsItsFence(t *testing.T) {
	text := "-a\n```\n/merge\n~~~\n ````\n@team\n"
	got := Fenced("diff", text)
	lines := strings.Split(strings.TrimRight(got, "\n"), "\n")
	if lines[0] != "`````diff" || lines[len(lines)-1] != "`````" {
		t.Errorf("the fences: %s", got)
	}
	for _, line := range lines[1 : len(lines)-1] {
		if !strings.ContainsAny(line[:1], "+-@ ") || strings.HasPrefix(strings.TrimSpace(line), "`````") {
			t.Errorf("a line: %q", line)
		}
	}
}

func TestAPlanInMarkdown(t *testing.T) {
	p := Plan{
		Event: "pull request to main", Commit: "0123456789abcdef", Problems: []string{"hubops.yaml: waves: @all is no hub"},
		Hubs: []PlannedHub{{
			Hub: "a-hub", Cluster: "west", Round: 2, Deploy: Step{Is: "no", Reason: "pull request to main"},
			Images: []PlannedImage{{Tag: "t1", Build: Step{Do: true, Is: "yes", Reason: "image missing in registry"}, Push: Step{Is: "no"}}, {Key: "r", Tag: "t2"}},
		}},
	}
	got := p.Markdown()
	for _, want := range []string{
		"**Plan**: pull request to main, commit <code>0123456789ab</code>\n\n| hub |",
		"| <code>a&#45;hub</code> on <code>west</code>, round 2 | <code>t1</code> | **yes**: image missing in registry | **no** | **no**: pull request to main |\n|  | <code>r&#58;t2</code> |",
		"\nProblems:\n\n- <code>hubops&#46;yaml</code>&#58; waves&#58; <code>&#64;all</code> is no hub\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it lacks %q:\n%s", want, got)
		}
	}
}

func TestALongDifferenceIsFoldedAndCut(t *testing.T) {
	d := Diff{Hub: "a", State: "changed since revision 3: chart", Users: "hub restarts", Changes: []Change{
		{Object: "Deployment a/hub", Action: "changed", Diff: "@@ -1 +1 @@\n" + strings.Repeat("+x\n", 2*longestDiff)}, {Object: "ConfigMap a/b", Action: "gone", Diff: "-secret"},
	}}
	got := d.Markdown()
	for _, want := range []string{"<details><summary>2 objects</summary>\n\n", "\n```diff\n@@ -1 +1 @@\n+x\n", "\n@@ 81 more lines @@\n```\n", "\n</details>\n", "For users: hub restarts\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("it lacks %q:\n%s", want, got)
		}
	}
	if strings.Count(got, "\n") > 2*longestDiff || strings.Contains(got, "-secret") {
		t.Error(got)
	}
	if brief := d.Brief(); strings.Contains(brief, "```") || !strings.Contains(brief, "changed <code>Deployment a&#47;hub</code>") {
		t.Error(brief)
	}
}

func TestWhatIsNotKnownIsNoSameness(t *testing.T) {
	got := Diff{Hub: "a", State: "changes: chart", Unknown: "it cannot be rendered: @team"}.Markdown()
	if !strings.Contains(got, "\nNot known: it cannot be rendered&#58; <code>&#64;team</code>\n") || strings.Contains(got, "No object changes") {
		t.Error(got)
	}
}

func TestGrowthOfImagesIsATable(t *testing.T) {
	got := Grown([]GrownImage{{"a", "a:t1|@team", "1.0 MB", "not known", "+2 kB"}})
	if !strings.HasSuffix(got, "| <code>a</code> | <code>a&#58;t1&#124;&#64;team</code> | <code>1&#46;0</code> MB | not known | <code>&#43;2 kB</code> |\n") || Grown(nil) != "" {
		t.Error(got)
	}
}
