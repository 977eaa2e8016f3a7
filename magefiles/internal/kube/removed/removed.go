// Package removed knows the versions of Kubernetes' API that newer clusters have no longer, and which chart makes objects of them. Versions of
// APIs and charts go in, sentences come out. It does no I/O: package kube asks the cluster what it has.
//
//	removed.Of("policy/v1beta1", "PodDisruptionBudget") // gone since 1.25, policy/v1 now
//	removed.Works("jupyterhub", "policy/v1beta1")       // 1.0.0
package removed

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// ErrOutdated is the error of a chart, or a release, with objects of APIs that the cluster has no longer.
var ErrOutdated = errors.New("made for an older Kubernetes")

// API is a version of an API that Kubernetes has removed.
type API struct {
	Version string   // policy/v1beta1
	Kinds   []string // nil: all that it had
	Since   string   // of Kubernetes, without it
	Now     string   // the version that has the kinds now; "" if none has
}

// String is "gone since 1.25, policy/v1 now".
func (a API) String() string {
	if a.Now == "" {
		return "gone since " + a.Since + ", without a successor"
	}
	return "gone since " + a.Since + ", " + a.Now + " now"
}

// Of returns what is known of a kind of a version of the API, and whether it is one that was removed.
func Of(version, kind string) (API, bool) {
	at := slices.IndexFunc(apis, func(a API) bool { return a.Version == version && (a.Kinds == nil || slices.Contains(a.Kinds, kind)) })
	if at < 0 {
		return API{}, false
	}
	return apis[at], true
}

// Works returns the first version of a chart that makes no object of a version of the API where the cluster has a newer one; "" if that is
// not known.
func Works(chart, version string) string { return works[chart][version] }

// Use is what makes objects of an API that is gone.
type Use struct {
	Chart   string // its name; "" if nobody knows
	Release string // its version; "" likewise
	Own     bool   // it is the hub's own chart, in the repository
	Place   string // the template, course/templates/hub.yaml
	Version string // of the API
	Kind    string
}

// Sentence tells all that is made of APIs that are gone, chart by chart, each kind once. It leaves out what is not known to be gone.
func Sentence(uses []Use) string {
	var charts, all []string
	said := map[string][]string{}
	for _, use := range uses {
		api, known := Of(use.Version, use.Kind)
		if !known {
			continue
		}
		chart := use.chart()
		if said[chart] == nil {
			charts = append(charts, chart)
		}
		text := use.Kind + " of " + use.Version + " (" + api.String()
		if first := Works(use.Chart, use.Version); first != "" {
			text += "; " + use.Chart + " does without from " + first + " on"
		}
		if text += ")"; !slices.Contains(said[chart], text) {
			said[chart] = append(said[chart], text)
		}
	}
	for _, chart := range charts {
		all = append(all, chart+" makes "+strings.Join(said[chart], ", "))
	}
	return strings.Join(all, "; ")
}

func (u Use) chart() string {
	if u.Chart == "" {
		return cmp.Or(u.Place, "the chart")
	}
	return strings.TrimSpace("chart " + u.Chart + " " + u.Release)
}

// Remedy says what to do about them.
func Remedy(uses []Use) string {
	var parts []string
	add := func(text string) {
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	for _, use := range uses {
		api, known := Of(use.Version, use.Kind)
		switch {
		case !known:
		case use.Own && api.Now != "":
			add("write " + api.Now + " into " + cmp.Or(use.Place, "its templates"))
		case use.Own:
			add("take it out of " + cmp.Or(use.Place, "its templates"))
		case newest(uses, use.Chart) != "":
			add("take version " + newest(uses, use.Chart) + " of chart " + use.Chart + ", or a later one")
		default:
			add("take a version of chart " + cmp.Or(use.Chart, use.Place) + " that is made for this cluster")
		}
	}
	return strings.Join(parts, "; ")
}

// newest is the first version of a chart that does without all of them.
func newest(uses []Use, chart string) string {
	last := ""
	for _, use := range uses {
		if first := Works(chart, use.Version); use.Chart == chart && (last == "" || older(last, first)) {
			last = first
		}
	}
	return last
}

// MayMake returns what a version of a chart makes, where its values say so, of APIs that were removed since.
func MayMake(chart, release string) []Use {
	var uses []Use
	for version, first := range works[chart] {
		if older(release, first) {
			for _, kind := range made[chart][version] {
				uses = append(uses, Use{Chart: chart, Release: release, Version: version, Kind: kind})
			}
		}
	}
	slices.SortFunc(uses, func(a, b Use) int { return cmp.Compare(a.Version+a.Kind, b.Version+b.Kind) })
	return uses
}

// older reports whether a version of a chart comes before another one; what is no version does not.
func older(a, b string) bool {
	first, err := semver.NewVersion(a)
	if err != nil {
		return false
	}
	second, err := semver.NewVersion(b)
	return err == nil && first.LessThan(second)
}
