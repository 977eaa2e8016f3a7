package repository

import (
	"cmp"
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/secret"
	"hub-ops/magefiles/internal/yamldoc"
)

// Lint checks Dockerfiles, charts, values and secrets of all hubs. Errors are bad input, warnings are only printed.
func Lint(ctx context.Context) error {
	r := run.Of(ctx)
	hubs, err := r.Surveyor.Hubs(ctx)
	if err != nil {
		return err
	}
	repo, err := r.To.Git(ctx)
	if err != nil {
		return err
	}
	findings, err := plainFiles(ctx, r, repo, append(r.Config.CredentialFiles(), hub.LoginFile, hub.GKEKeyFile)...)
	if err != nil {
		return err
	}
	known := make([]lint.Hub, 0, len(hubs))
	for _, h := range hubs {
		seen, own, err := lintHub(ctx, r, repo, h)
		if err != nil {
			return err
		}
		known, findings = append(known, seen), append(findings, own...)
	}
	findings = append(append(findings, lint.Addresses(known)...), lint.Secrets(known)...)
	return printFindings(r, len(hubs), findings)
}

// lintHub checks the files of one hub.
func lintHub(ctx context.Context, r *run.Run, repo *git.Repo, h hub.Hub) (lint.Hub, []lint.Finding, error) {
	known := lint.Hub{Hub: h, Repository: cmp.Or(registry.Registry{Template: r.Config.ImageRepository}.Repository(h.Main().Name), "what image.repository names")}
	for _, name := range h.ValueFiles() {
		top, err := yamldoc.ReadIfThere(r.Config.Root, name)
		if err != nil {
			return known, nil, err
		}
		if top != nil || len(h.Values) == 0 {
			known.Values = append(known.Values, lint.File{Name: name, Top: top})
		}
	}
	tree, err := r.Surveyor.Tree(ctx, h)
	if err != nil {
		return known, nil, err
	}
	known.Pinned = tree.Locked()
	findings := append(lint.Charts(known), lint.Images(known, r.Config.For(h.Name).NamePaths)...)
	findings = append(findings, lint.Elsewhere(known)...)
	charts, err := r.To.Charts(ctx)
	if err != nil {
		return known, nil, err
	}
	pins, err := charts.Pins(ctx)
	if err != nil {
		return known, nil, err
	}
	findings = append(findings, lint.Fetched(tree.Fetched(), pins, func(file, text string) (string, int) { return lineOf(r, file, text) })...)
	for _, image := range h.Built() {
		if image.Recipe != "" {
			continue
		}
		file := image.Dir + "/Dockerfile"
		content, err := os.ReadFile(filepath.Join(r.Config.Root, file)) // #nosec G304 -- a file of the operator's repository
		if err != nil {
			return known, nil, exit.Input("%s: %w", file, err)
		}
		args := slices.Clone(r.Config.BuildArgs)
		for _, base := range image.Bases { // whatever its tag: a build gives it by its digest
			args = append(args, base.Variable+"=image:"+base.Key)
		}
		findings = append(findings, lint.Dockerfile(file, string(content), args)...)
	}
	for _, name := range h.Secrets {
		plain, err := plainFiles(ctx, r, repo, name, name+"~") // with the copy that an editor leaves
		if err != nil {
			return known, nil, err
		}
		findings = append(findings, plain...)
		content, err := r.To.Vault().Kept(name)
		if err != nil || secret.FormOf(content) == secret.SOPS { // it is locked here, as it should be, or sops would ask a service
			continue
		}
		top, err := yamldoc.ParseSecret(name, content)
		if err != nil {
			return known, nil, err
		}
		known.Secrets = append(known.Secrets, lint.File{Name: name, Top: top})
	}
	return known, findings, nil
}

// lineOf finds the line of a Chart.yaml, or of the requirements.yaml beside it, that has a text.
func lineOf(r *run.Run, file, text string) (name string, line int) {
	for _, name := range []string{file, path.Join(path.Dir(file), "requirements.yaml")} {
		content, _ := os.ReadFile(filepath.Join(r.Config.Root, filepath.FromSlash(name))) // #nosec G304 -- a file of the operator's repository
		for i, line := range strings.Split(string(content), "\n") {
			if strings.Contains(line, text) {
				return name, i + 1
			}
		}
	}
	return file, 1
}

// plainFiles finds those of the files that are there and committed in plain text, or that are links: of those Git holds where they lead.
func plainFiles(ctx context.Context, r *run.Run, repo *git.Repo, files ...string) ([]lint.Finding, error) {
	snapshot, err := r.To.Files(ctx)
	if err != nil {
		return nil, err
	}
	var findings []lint.Finding
	for _, file := range files {
		if _, err := os.Lstat(filepath.Join(r.Config.Root, file)); err != nil {
			continue
		}
		committed, err := repo.Committed(ctx, file)
		if err != nil {
			return nil, err
		}
		switch link := snapshot.LinkOn(file); {
		case link != "":
			findings = append(findings, lint.Finding{Rule: lint.LinkedSecret, File: file, Line: 1, Text: link + " is a link, so nobody can tell what is committed: write the file, encrypted, in its place"})
		case secret.IsPlain(committed):
			findings = append(findings, lint.Finding{Rule: lint.PlainSecret, File: file, Line: 1, Text: lint.PlainText(file)})
		}
	}
	return findings, nil
}

// printFindings prints the findings that hubops.yaml does not allow.
func printFindings(r *run.Run, hubs int, findings []lint.Finding) error {
	lint.Sort(findings)
	findings = slices.Compact(findings) // hubs may share a chart
	problems, warnings, allowed := 0, 0, 0
	for _, finding := range findings {
		switch {
		case r.Config.Allows(finding.Rule, finding.File):
			allowed++
			continue
		case finding.Warning:
			warnings++
		default:
			problems++
		}
		r.Console.Result("%s", finding)
	}
	r.Console.Info("", "lint: %d hubs, %d errors, %d warnings, %d allowed by hubops.yaml", hubs, problems, warnings, allowed)
	if problems > 0 {
		return exit.Input("lint: %d errors", problems).Try("mend them, or allow what is meant in hubops.yaml, lint.allow: ['rule:file']")
	}
	return nil
}
