package manifest

import (
	"maps"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	before := Manifest{Sums: map[string]string{"same": "1", "newer": "1", "gone": "1", "mine": "1", "both": "1", "gone-mine": "1", "deleted": "1", "deleted-newer": "1", "gone-deleted": "1"}}
	after := Manifest{Sums: map[string]string{"same": "1", "newer": "2", "mine": "1", "both": "2", "new": "2", "new-there": "2", "new-same": "2", "deleted": "1", "deleted-newer": "2"}}
	here := map[string]string{"same": "1", "newer": "1", "gone": "1", "mine": "9", "both": "9", "gone-mine": "9", "new-there": "9", "new-same": "2"}
	got := Compare(before, after, func(name string) string { return here[name] })
	for _, list := range []struct {
		got  []string
		want string
	}{
		{got.Write, "new newer"}, {got.Remove, "gone"}, {got.Kept, "deleted mine"}, {got.Clashes, "both deleted-newer gone-mine new-there"},
	} {
		if text := strings.Join(list.got, " "); text != list.want {
			t.Errorf("got %s, want %s", text, list.want)
		}
	}
}

func TestTheFileIsReadAsItWasWritten(t *testing.T) {
	m := Of(strings.Repeat("a", 40), map[string][]byte{"go.mod": []byte("module x\n"), "internal/a b.go": nil})
	again, err := Parse([]byte(m.Text()))
	if err != nil || again.Commit != m.Commit || !maps.Equal(again.Sums, m.Sums) {
		t.Errorf("got %+v, %v", again, err)
	}
}

func TestBadFiles(t *testing.T) {
	sum := strings.Repeat("0", 64)
	for _, text := range []string{
		"", "x\n", "# hub-ops master.\n", "# hub-ops abcdef0.\nx\n", "# hub-ops abcdef0.\n" + sum + "  ../x\n", "# hub-ops abcdef0.\n" + sum + "  /x\n",
		"# hub-ops abcdef0.\n" + sum + "  a/../../x\n", "# hub-ops abcdef0.\n" + sum + "  ..\n", "# hub-ops abcdef0.\n" + sum + "  hub-ops.sum\n",
	} {
		if m, err := Parse([]byte(text)); err == nil {
			t.Errorf("%q: got %+v", text, m)
		}
	}
}

// What is read never leads out of the directory, and is written the same again.
func FuzzParse(f *testing.F) {
	f.Add([]byte("# hub-ops abcdef0.\n" + strings.Repeat("0", 64) + "  a/b\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := Parse(content)
		if err != nil {
			return
		}
		for name := range m.Sums {
			if strings.HasPrefix(name, "/") || strings.HasPrefix(name+"/", "../") || strings.Contains(name, "/../") {
				t.Errorf("%q leads out", name)
			}
		}
		if again, err := Parse([]byte(m.Text())); err != nil || !maps.Equal(again.Sums, m.Sums) {
			t.Errorf("%v: %+v, then %+v", err, m, again)
		}
	})
}
