package ops

import (
	"context"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/secret"
	"hub-ops/magefiles/internal/yamldoc"
)

// Lint checks Dockerfiles, charts, values and secrets of all hubs. Errors are bad input, warnings are only printed.
func Lint(ctx context.Context) error {
	r := runOf(ctx)
	hubs, err := r.surveyor.Hubs(ctx)
	if err != nil {
		return err
	}
	repo, err := r.to.Git(ctx)
	if err != nil {
		return err
	}
	findings, known := r.plain(ctx, repo, hub.LoginFile, hub.GKEKeyFile), make([]lint.Hub, 0, len(hubs))
	for _, h := range hubs {
		seen, own, err := r.lintHub(ctx, repo, h)
		if err != nil {
			return err
		}
		known, findings = append(known, seen), append(findings, own...)
	}
	findings = append(append(findings, lint.Addresses(known)...), lint.Secrets(known)...)
	return r.report(len(hubs), findings)
}

// lintHub checks the files of one hub.
func (r *run) lintHub(ctx context.Context, repo *git.Repo, h hub.Hub) (lint.Hub, []lint.Finding, error) {
	known := lint.Hub{Hub: h, Repository: registry.Registry{Template: r.Config.ImageRepository}.Repository(h.Name)}
	var err error
	if known.Values, err = yamldoc.ReadIfThere(r.Config.Root, h.ChartDir+"/values.yaml"); err != nil {
		return known, nil, err
	}
	tree, err := r.surveyor.Tree(ctx, h)
	if err != nil {
		return known, nil, err
	}
	known.Pinned = tree.Locked()
	findings := append(lint.Charts(known), lint.Images(known, r.Config.For(h.Name).NamePaths)...)
	if h.ImageDir != "" {
		file := h.ImageDir + "/Dockerfile"
		content, err := os.ReadFile(filepath.Join(r.Config.Root, file)) // #nosec G304 -- a file of the operator's repository
		if err != nil {
			return known, nil, exit.Input("%s: %w", file, err)
		}
		findings = append(findings, lint.Dockerfile(file, string(content), r.Config.BuildArgs)...)
	}
	if h.Secret == "" {
		return known, findings, nil
	}
	findings = append(findings, r.plain(ctx, repo, h.Secret, h.Secret+"~")...) // with the copy that an editor leaves
	content, err := r.to.Vault().Kept(h.Secret)
	if err == nil && secret.FormOf(content) != secret.SOPS { // otherwise it is locked here, as it should be, or sops would ask a service
		if known.Secrets, err = yamldoc.ParseSecret(h.Secret, content); err != nil {
			return known, nil, err
		}
	}
	return known, findings, nil
}

// plain finds those of the files that are there and committed in plain text.
func (r *run) plain(ctx context.Context, repo *git.Repo, files ...string) []lint.Finding {
	var findings []lint.Finding
	for _, file := range files {
		if _, err := os.Lstat(filepath.Join(r.Config.Root, file)); err != nil {
			continue
		}
		if secret.IsPlain(repo.Committed(ctx, file)) {
			findings = append(findings, lint.Finding{Rule: lint.PlainSecret, File: file, Line: 1, Text: lint.PlainText(file)})
		}
	}
	return findings
}

// report prints the findings that hubops.yaml does not allow.
func (r *run) report(hubs int, findings []lint.Finding) error {
	lint.Sort(findings)
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
