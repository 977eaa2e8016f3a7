package history

import (
	"slices"
	"time"
)

// Kind is of what kind a change of a release is, as rounds tell them apart.
type Kind string

// The kinds of changes that can go in rounds. Values of a hub are none.
const (
	ChartKind Kind = "chart" // its files less its own values.yaml, or what it depends on
	ImageKind Kind = "image" // another one, or another content under the same tag
	ToolKind  Kind = "tool"  // hub-ops, helm, or how helm is called
)

// AllKinds are the kinds, in the order in which people read them.
func AllKinds() []Kind { return []Kind{ChartKind, ImageKind, ToolKind} }

// Kinds returns of which of the kinds a change from the record to want is. A version of a tool that one of the two does not know is no change.
func (r Record) Kinds(want Record, among []Kind) []Kind {
	changed := map[Kind]bool{
		ChartKind: r.otherChart(want) || differ(r.Dependencies, want.Dependencies),
		ImageKind: differ(r.ImageTag, want.ImageTag) || len(r.Images.changed(want.Images)) > 0 || r.Drifted(want),
		ToolKind:  r.Options != want.Options || otherVersion(r.Tool, want.Tool) || otherVersion(r.Helm, want.Helm),
	}
	return slices.DeleteFunc(slices.Clone(among), func(k Kind) bool { return !changed[k] })
}

// otherChart compares what is left of charts without their values. Of a record that an older hub-ops has made, only the whole can be compared.
func (r Record) otherChart(want Record) bool {
	if known(r.ChartCode) && known(want.ChartCode) {
		return r.ChartCode != want.ChartCode
	}
	return r.Chart != want.Chart
}

// differ compares two parts of which None is one that is not there.
func differ(was, is string) bool {
	return was != is && (was != None || is != "") && (was != "" || is != None)
}

// otherVersion compares versions as labels have them.
func otherVersion(was, is string) bool {
	is = labelValue(is)
	return known(was) && known(is) && was != is
}

// Running is the revision that users have: the newest that was once deployed, also where a later one failed or was not ended. Its number is 0
// if there is none.
func (r Release) Running() Revision {
	newest := r.Newest()
	if newest.Status == "uninstalled" {
		return Revision{}
	}
	return r.Healthy(newest.Number + 1)
}

// Had returns since when the running revision, and those before it without a break, have been the same in these kinds: by the API server's
// clock. One that failed, or that was made without hub-ops, is a break. It is the zero time if nothing runs.
func (r Release) Had(kinds []Kind) time.Time {
	running := r.Running()
	since := running.Since
	if !running.Own() {
		return since
	}
	for _, earlier := range slices.Backward(r.Revisions) {
		if earlier.Number >= running.Number {
			continue
		}
		if earlier.Status != "superseded" || !earlier.Own() || len(earlier.Record.Kinds(running.Record, kinds)) > 0 {
			break
		}
		since = earlier.Since
	}
	return since
}

// Tried reports whether what is wanted has failed, in these kinds, and has not been deployed since: the release may have been brought back to what
// it was before.
func (r Release) Tried(want Record, kinds []Kind) bool {
	for _, revision := range slices.Backward(r.Revisions) {
		if !revision.Own() || len(revision.Record.Kinds(want, kinds)) > 0 {
			continue
		}
		return revision.Status == "failed"
	}
	return false
}
