package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A hub that is copied from one of the demonstration has no credential of that: the password that everybody may know is the chart's.
func TestACopyOfADemonstrationsHubSharesNoSecret(t *testing.T) {
	dir := t.TempDir()
	if err := writeTree("demo/project", dir, words("localhost:1", true)); err != nil {
		t.Fatal(err)
	}
	for _, hub := range demoHubs {
		values, err := os.ReadFile(filepath.Join(dir, "hub-charts", hub, "values.yaml"))
		if err != nil || strings.Contains(strings.ToLower(string(values)), "password") {
			t.Errorf("%s: %s, %v", hub, values, err)
		}
	}
	chart := t.TempDir()
	if err := writeTree("demo/classroom", chart, chartWords()); err != nil {
		t.Fatal(err)
	}
	values, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	if err != nil || !strings.Contains(string(values), "password: "+Password+" ") {
		t.Errorf("%s, %v", values, err)
	}
}
