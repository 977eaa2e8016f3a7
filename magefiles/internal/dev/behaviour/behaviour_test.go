package behaviour

import (
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func TestEachBehaviourIsAHub(t *testing.T) {
	names, well := map[string]bool{}, 0
	for _, b := range All() {
		if names[b.Name] || !regexp.MustCompile(`^[a-z][a-z-]{1,40}$`).MatchString(b.Name) {
			t.Errorf("%s: no name, or that of two", b.Name)
		}
		names[b.Name] = true
		var values struct {
			Args           []string
			Image          string
			Container, Pod map[string]any
			Objects        []map[string]any
		}
		decoder := yaml.NewDecoder(strings.NewReader(b.Files("127.0.0.1:5000", "sha256:0")["hub-charts/"+b.Name+"/values.yaml"]))
		decoder.KnownFields(true)
		if err := decoder.Decode(&values); err != nil || len(values.Args) == 0 {
			t.Errorf("%s: %v, args %q", b.Name, err, values.Args)
		}
		if b.Well() {
			well++
		}
		_ = b.Told()
	}
	if well < 10 || len(names)-well < 30 {
		t.Errorf("%d hubs, %d of them are well", len(names), well)
	}
}

func TestAVerdictIsRightOrWrong(t *testing.T) {
	ill := Behaviour{Name: "a", Says: `deployment/hub: no secret (b|c)`}
	well := Behaviour{Name: "a"}
	const right = "Error: hub a cannot become ready: deployment/hub: no secret b"
	for name, c := range map[string]struct {
		Behaviour
		lines    string
		deployed bool
		want     string
	}{
		"the cause":                   {ill, right, false, ""},
		"the cause, and a remedy":     {ill, right + "; add it", false, ""},
		"the cause, and others":       {ill, right + " (and 2 more)", false, ""},
		"another cause":               {ill, "Error: hub a cannot become ready: deployment/hub: no node", false, "wrong cause"},
		"the cause, and half of more": {ill, right + "or else", false, "wrong cause"},
		"the cause of another hub":    {ill, strings.Replace(right, "hub a", "hub b", 1), false, "wrong cause"},
		"deployed":                    {ill, "a: deployed", true, "false success"},
		"well":                        {well, "a: deployed", true, ""},
		"well, and failed":            {well, right, false, "false alarm"},
		"well, and in doubt":          {well, "a | hub a did not stay ready:\na: deployed", true, "false alarm, taken back"},
		"well, and another is not":    {well, strings.Replace(right, "hub a", "hub b", 1), true, ""},
	} {
		if got := c.Wrong(strings.Split(c.lines, "\n"), c.deployed); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
