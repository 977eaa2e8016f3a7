package history

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// OtherValues lists the paths of the values that were not the same when two revisions were made, sorted: of what was given to them, which a
// hub's secret values are. Those at the paths in plain, such as jupyterhub.singleuser.image.tag, are left out. A list is one value.
func OtherValues(a, b Stored, plain []string) []string {
	return otherValues(a.Config, b.Config, "", plain, nil)
}

func otherValues(a, b map[string]any, above string, plain, found []string) []string {
	both := maps.Clone(a)
	if both == nil {
		both = map[string]any{}
	}
	maps.Copy(both, b)
	for _, key := range slices.Sorted(maps.Keys(both)) {
		path := strings.TrimPrefix(above+"."+key, ".")
		inA, mapA := a[key].(map[string]any)
		inB, mapB := b[key].(map[string]any)
		_, hasA := a[key]
		_, hasB := b[key]
		switch {
		case slices.Contains(plain, path):
		case (mapA || !hasA) && (mapB || !hasB) && len(inA)+len(inB) > 0:
			found = otherValues(inA, inB, path, plain, found)
		case mapA && mapB || hasA == hasB && reflect.DeepEqual(a[key], b[key]): // two that are empty, or the same
		case mapA || mapB || hasA || hasB:
			found = append(found, path)
		}
	}
	return found
}

// PathsOf lists the paths at which the revision was given the same values as these: those of files that everybody can read, which no
// secret value has taken the place of.
func (s Stored) PathsOf(values map[string]any) []string { return samePaths(s.Config, values, "", nil) }

func samePaths(given, values map[string]any, above string, found []string) []string {
	for _, key := range slices.Sorted(maps.Keys(given)) {
		path := strings.TrimPrefix(above+"."+key, ".")
		inner, isMap := given[key].(map[string]any)
		own, _ := values[key].(map[string]any)
		value, there := values[key]
		switch {
		case isMap:
			found = samePaths(inner, own, path, found)
		case there && sameJSON(given[key], value):
			found = append(found, path)
		}
	}
	return found
}

// sameJSON compares what helm has kept as JSON with what a file of YAML has: their numbers are of other types.
func sameJSON(a, b any) bool {
	one, err := json.Marshal(a)
	if err != nil {
		return false
	}
	other, err := json.Marshal(b)
	return err == nil && bytes.Equal(one, other)
}

// Rotated returns the first revision after the given one that was made with other secret values, as the records say; its number is 0 if
// they do not.
func (r Release) Rotated(after Revision) Revision {
	if !after.Own() {
		return Revision{}
	}
	for _, revision := range r.Revisions {
		if revision.Number > after.Number && revision.Own() && !revision.Record.SameSecrets(after.Record) {
			return revision
		}
	}
	return Revision{}
}

// SameSecrets reports whether two records were made with the same secret values, as they are kept or as they are decrypted: SOPS never
// writes the same bytes twice. What is not known is not the same.
func (r Record) SameSecrets(other Record) bool {
	same := func(a, b string) bool { return a == b && a != "" && a != Unknown }
	return same(r.Secrets, other.Secrets) || same(r.Decrypted, other.Decrypted) && r.Decrypted != None
}
