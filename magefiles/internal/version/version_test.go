package version

import (
	"strings"
	"testing"
)

func TestTheSourceIsSaid(t *testing.T) {
	for _, c := range []struct{ stamp, imported, want string }{
		{"0ceccdd", "", "0ceccdd, not modified"},
		{"0ceccdd-dirty", "v0.1.0", "0ceccdd, modified"},
		{"", "v0.0.0-20261128150000-0ceccdd00000", "v0.0.0-20261128150000-0ceccdd00000"},
		{"", "", "of a commit that was not recorded when it was compiled"},
	} {
		if got := source(c.stamp, c.imported); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if text := Text(); !strings.HasPrefix(text, "hub-ops ") || !strings.Contains(text, ", go1.") {
		t.Error(text)
	}
}

func TestVersionsAreToldApart(t *testing.T) {
	for _, c := range []struct{ commit, imported, want string }{
		{"0123456789abcdef", "", "0123456789ab"},
		{"0123456789abcdef", "v0.1.0", "0123456789ab"},
		{"0ceccdd", "", "0ceccdd"},
		{"", "v0.1.0", "v0.1.0"},
		{"", "", ""},
	} {
		if got := short(c.commit, c.imported); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
