package git

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// Remotes names the repositories that this clone has as remotes, as owner/name: that of origin first, each once. The host is left
// out, because the same repository has many: an SSH alias, a mirror. A directory on this machine is no repository that others know.
func (r *Repo) Remotes(ctx context.Context) ([]string, error) {
	out, err := r.git(ctx, "remote", "--verbose")
	if err != nil {
		return nil, r.explain(err)
	}
	var names []string
	for line := range strings.Lines(out) { // origin, a tab, the address, (fetch)
		remote, rest, _ := strings.Cut(strings.TrimSpace(line), "\t")
		address, _, _ := strings.Cut(rest, " (")
		name := RepositoryName(address)
		switch {
		case name == "" || slices.Contains(names, name) && remote != "origin":
		case remote == "origin":
			names = append([]string{name}, slices.DeleteFunc(names, func(known string) bool { return known == name })...)
		default:
			names = append(names, name)
		}
	}
	return names, nil
}

// RepositoryName is owner/name of an address of any of Git's forms: git-scm.com/docs/git-clone#_git_urls. It is "" for a directory.
func RepositoryName(address string) string {
	path := ""
	switch parsed, err := url.Parse(address); {
	case err == nil && parsed.Scheme != "" && strings.Contains(address, "://"):
		if parsed.Scheme != "file" {
			path = parsed.Path
		}
	case !strings.Contains(address, "://"):
		host, rest, isRemote := strings.Cut(address, ":") // git@host:owner/name
		if isRemote && !strings.Contains(host, "/") && len(host) > 1 {
			path = rest
		}
	}
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	return strings.ToLower(strings.Trim(path, "/"))
}
