package plan

import (
	"cmp"
	"slices"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
)

// Repository is what the gate knows of one repository: its hubs, and whose they are.
type Repository struct {
	Hubs     []string
	Branches []config.Branch // as the checkout says
	Owners   Owners          // as the default branch at origin says
	Default  string          // that branch
	Resumes  bool            // scheduled builds go on with rounds, as the checkout says
}

// Cases returns the events of the repository: pushes to each of its branches that deploy, with the hubs of each owner, and what else can
// happen, with all hubs.
func (r Repository) Cases() ([]Case, error) {
	groups, err := r.groups()
	if err != nil {
		return nil, err
	}
	event := func(kind ci.Kind, branch string) ci.Event { return ci.Event{Kind: kind, Branch: branch} }
	cases := []Case{r.about("a run on somebody's machine", event(ci.Local, ""), r.Hubs)}
	for _, branch := range r.deploying() {
		for _, hubs := range groups {
			cases = append(cases, r.about("push to "+branch, event(ci.Push, branch), hubs))
			if r.Resumes {
				scheduled := event(ci.Cron, branch)
				scheduled.Resumes = true
				cases = append(cases, r.about(scheduled.String(), scheduled, hubs))
			}
		}
	}
	other := event(ci.Push, "another-branch")
	stale, fork, tag, unknown := event(ci.Push, r.Default), event(ci.PullRequest, r.Default), event(ci.Tag, ""), event(ci.Other, r.Default)
	stale.Tip.Commit, fork.Fork, tag.Detail, unknown.Detail, unknown.Fork = "a newer commit", true, "of any name", "run of an unknown CI system", true
	for _, hubs := range groups {
		cases = append(cases, r.about("push to any other branch", other, hubs))
	}
	return append(cases,
		r.about("push to "+r.Default+", which has moved on", stale, r.of(groups, r.Default)),
		r.about("pull request from this repository", event(ci.PullRequest, r.Default), r.Hubs), r.about("pull request from a fork", fork, r.Hubs),
		r.about("tag", tag, r.Hubs), r.about("cron", event(ci.Cron, r.Default), r.Hubs), r.about("build by the API, or by hand", event(ci.API, r.Default), r.Hubs),
		r.about("a CI system that is not known", unknown, r.Hubs),
	), nil
}

func (r Repository) about(name string, event ci.Event, hubs []string) Case {
	return Case{Name: name, Event: event, Hub: hubs[0], Hubs: hubs, Branches: r.Branches, Published: r.Owners.Branches, From: r.Owners.From}
}

// deploying lists the branches that deploy, by the checkout or by the default branch.
func (r Repository) deploying() []string {
	var names []string
	for _, branch := range slices.Concat(r.Owners.Branches, r.Branches) {
		if !slices.Contains(names, branch.Name) {
			names = append(names, branch.Name)
		}
	}
	return names
}

// groups are the hubs about which the gate decides the same: of one owner, by the checkout and by the default branch.
func (r Repository) groups() ([][]string, error) {
	var groups [][]string
	at := map[Ownership]int{}
	for _, hub := range r.Hubs {
		own, err := OwnershipOf(r.Branches, r.Owners, hub)
		if err != nil {
			return nil, err
		}
		if _, known := at[own]; !known {
			at[own] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[own]] = append(groups[at[own]], hub)
	}
	return groups, nil
}

// of returns the group of hubs that a branch owns, all hubs if it owns none.
func (r Repository) of(groups [][]string, branch string) []string {
	for _, hubs := range groups {
		if own, err := OwnershipOf(r.Branches, r.Owners, hubs[0]); err == nil && cmp.Or(own.Here, own.Published) == branch {
			return hubs
		}
	}
	return r.Hubs
}
