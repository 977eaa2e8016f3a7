package git

import (
	"slices"
	"testing"
)

func TestARepositoryHasOneNameUnderAllItsAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"https://github.com/Us/hubs.git":              "us/hubs",
		"https://x:secret@github.com/us/hubs":         "us/hubs",
		"git@github.com:us/hubs.git":                  "us/hubs",
		"github-work:us/hubs":                         "us/hubs",
		"ssh://git@git.example.org:2222/us/hubs.git/": "us/hubs",
		"https://gitlab.example.org/group/sub/hubs/":  "group/sub/hubs",
		"/srv/git/hubs.git":                           "",
		"../hubs":                                     "",
		"./a:b":                                       "",
		"file:///srv/git/hubs.git":                    "",
		`C:\hubs`:                                     "",
		"":                                            "",
	} {
		if got := RepositoryName(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}

func TestRemotesBeginWithOrigin(t *testing.T) {
	r := newRepository(t)
	if got, err := r.open().Remotes(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("without a remote: %q, %v", got, err)
	}
	r.git("remote", "add", "a-fork", "git@github.com:ann/hubs.git")
	r.git("remote", "add", "mirror", "https://gitlab.com/us/hubs")
	r.git("remote", "add", "origin", "https://github.com/us/hubs.git")
	if got, err := r.open().Remotes(t.Context()); err != nil || !slices.Equal(got, []string{"us/hubs", "ann/hubs"}) {
		t.Errorf("got %q, %v", got, err)
	}
}
