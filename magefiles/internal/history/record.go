// Package history reads what is recorded of a release's past. It does no I/O: package kube fetches Secrets and their labels, and this
// package reads them. Packages survey, release, plan and kube call it.
//
//   - Record is what a release was made from. A deploy puts it on the release as labels.
//   - Release and its Revisions are read from the labels of helm's Secrets, so that one request for labels alone tells of
//     the whole fleet what has changed since.
//   - Stored is what helm keeps in the Secret of one revision: manifest, values, status.
//
// For example, what a deploy of hub course would change:
//
//	newest := history.ReadReleases(secrets)["course/course"].Newest()
//	newest.Record.Changed(wanted) // "chart", "secret values"
package history

import (
	"regexp"
	"slices"
	"strings"
)

// Record is what went into a release. A digest is 40 hexadecimal digits; None stands for what the hub does not have.
type Record struct {
	Commit       string // abbreviated, with -dirty for uncommitted changes
	Run          string // who deployed: a CI build such as travis-12, or ann@laptop
	Hub          string // its name in the repository, whatever the release is called
	Repository   string // mark of the repository that it was deployed from: see Mark
	Helm         string // version
	Tool         string // version of hub-ops; None where it was not recorded when that was compiled
	ImageTag     string
	ImageDigest  string // what the registry had under the tag
	Images       Images // the others of the hub
	Chart        string // digest of the chart's files, local charts that it depends on included
	ChartCode    string // the same less the chart's own values.yaml: see Record.Kinds
	Dependencies string // digest of the charts it depends on, as the repository names them
	Values       string // digest of the values that are set on the command line, less the tag
	Secrets      string // keyed digest of the secret values: see Key
	Decrypted    string // keyed digest of the decrypted values, if SOPS encrypted them; None otherwise
	Options      string // digest of the switches of helm upgrade
	Spawn        string // how long a user's server took, when one was last tried: see Spawn
	Took         string // how long the deploy took: see TookOf
	Revision     string // the number of the revision that the record was made for: see Revision.Own
}

// None is recorded for an image, secret values or dependencies that a hub does not have.
const None = "none"

// Unknown stands for a part that cannot be read here, such as secret values that are still encrypted. It is never recorded.
const Unknown = "unknown"

// RevisionLabel is the label that says which revision a record was made for.
const RevisionLabel = "hub-ops.revision"

// hubLabel is the label that says which hub of its repository a release is.
const hubLabel = "hub-ops.hub"

// field is one label.
type field struct {
	label string
	words string // its name for people, if a difference counts as a change
	value func(*Record) *string
}

var fields = []field{
	{"hub-ops.commit", "", func(r *Record) *string { return &r.Commit }},
	{"hub-ops.run", "", func(r *Record) *string { return &r.Run }},
	{hubLabel, "", func(r *Record) *string { return &r.Hub }},
	{RepositoryLabel, "", func(r *Record) *string { return &r.Repository }},
	{"hub-ops.helm", "", func(r *Record) *string { return &r.Helm }},
	{"hub-ops.tool", "", func(r *Record) *string { return &r.Tool }},
	{"hub-ops.image-tag", "image", func(r *Record) *string { return &r.ImageTag }},
	{"hub-ops.image-digest", "", func(r *Record) *string { return &r.ImageDigest }},
	{"hub-ops.chart", "chart", func(r *Record) *string { return &r.Chart }},
	{"hub-ops.chart-code", "", func(r *Record) *string { return &r.ChartCode }},
	{"hub-ops.dependencies", "dependencies", func(r *Record) *string { return &r.Dependencies }},
	{"hub-ops.values", "values, or where the image goes", func(r *Record) *string { return &r.Values }},
	{"hub-ops.secrets", "secret values", func(r *Record) *string { return &r.Secrets }},
	{"hub-ops.decrypted", "", func(r *Record) *string { return &r.Decrypted }},
	{"hub-ops.options", "helm options", func(r *Record) *string { return &r.Options }},
	{SpawnLabel, "", func(r *Record) *string { return &r.Spawn }},
	{TookLabel, "", func(r *Record) *string { return &r.Took }},
	{RevisionLabel, "", func(r *Record) *string { return &r.Revision }},
}

// From reads a record from a release's labels.
func From(labels map[string]string) Record {
	var r Record
	for _, f := range fields {
		*f.value(&r) = labels[f.label]
	}
	r.Images = imagesFrom(labels)
	return r
}

// Map returns the record as labels. It sets every label, because helm keeps the last revision's value of a label that is not set.
func (r Record) Map() map[string]string {
	labels := map[string]string{}
	for _, f := range fields {
		if labels[f.label] = labelValue(*f.value(&r)); labels[f.label] == "" {
			labels[f.label] = None
		}
	}
	for key, image := range r.Images.all() {
		labels[imageLabel+key] = image
	}
	return labels
}

// Complete reports whether the record can be compared: releases of other tools, and of earlier versions, have no digests.
func (r Record) Complete() bool { return r.Chart != "" && r.Options != "" && r.Revision != "" }

// Changed returns the names, for people, of the parts in which want differs from the record.
func (r Record) Changed(want Record) []string {
	var changed []string
	for _, f := range fields {
		was, is := *f.value(&r), *f.value(&want)
		switch {
		case f.words == "" || was == is || was == None && is == "":
		case is == Unknown:
			changed = append(changed, f.words+" (cannot be compared here)")
		default:
			changed = append(changed, f.words)
		}
	}
	return append(changed, r.Images.changed(want.Images)...)
}

// Drifted reports whether the registry has another image under a recorded tag than the one that was deployed.
func (r Record) Drifted(want Record) bool { return r.DriftedTag(want) != "" }

// DriftedTag is the tag under which the registry has another image than the one that was deployed; "" if there is none.
func (r Record) DriftedTag(want Record) string {
	for _, key := range append([]string{""}, r.Images.Keys()...) {
		was, is := r.Image(key), want.Image(key)
		if was.Tag == is.Tag && known(was.Digest) && known(is.Digest) && was.Digest != is.Digest {
			return was.Tag
		}
	}
	return ""
}

// known reports whether a recorded digest is one.
func known(digest string) bool { return !slices.Contains([]string{"", None, Unknown}, digest) }

// notInLabel matches what a label's value cannot hold: kubernetes.io/docs/concepts/overview/working-with-objects/labels.
var notInLabel = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// labelValue makes a label's value of any text.
func labelValue(text string) string {
	const longest, edges = 63, "._-"
	text = strings.Trim(notInLabel.ReplaceAllString(text, "-"), edges)
	return strings.TrimRight(text[:min(len(text), longest)], edges)
}
