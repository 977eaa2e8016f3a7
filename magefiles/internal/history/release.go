package history

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Secret is the metadata of a Secret in which helm keeps a revision. Its content is not fetched, so one request is enough for all
// releases, and no manifest or secret value leaves the cluster.
type Secret struct {
	Namespace string
	Name      string
	Labels    map[string]string
	Created   string // by the API server's clock, in RFC 3339
	Changed   string // likewise, the last time; "" if it does not say that
}

// SecretName is the name that helm gives the Secret of a revision.
func SecretName(hub string, revision int) string {
	return fmt.Sprintf("sh.helm.release.v1.%s.v%d", hub, revision)
}

// Release is what the labels of a Helm release's Secrets say of it.
type Release struct {
	Namespace string
	Name      string
	Revisions []Revision // oldest first
}

// Revision is one of a release's revisions.
type Revision struct {
	Number int
	Status string    // deployed, superseded, failed, pending-upgrade, …
	Made   time.Time // by the clock of the machine that helm ran on
	Begun  time.Time // by the clock of the API server
	Since  time.Time // when it was begun or, as long as it is the deployed one, done: by the clock of the API server
	Record Record
}

// Own reports whether the record is about this revision. helm copies the labels of the last revision to the next one, and a
// rollback those of the revision that it goes back to: after "helm upgrade --set" by hand they tell of values that are gone.
func (r Revision) Own() bool { return r.Record.Revision == strconv.Itoa(r.Number) }

// Took is how long helm took for a revision that is deployed, by the clock of the API server. It is not known of others: a revision that another
// one supersedes is changed once more.
func (r Revision) Took() (took time.Duration, known bool) {
	if r.Status != "deployed" || r.Begun.IsZero() || r.Since.Before(r.Begun) {
		return 0, false
	}
	return r.Since.Sub(r.Begun), true
}

// Newest is the last revision; its number is 0 if there is none.
func (r Release) Newest() Revision {
	if len(r.Revisions) == 0 {
		return Revision{}
	}
	return r.Revisions[len(r.Revisions)-1]
}

// Current is the revision that an upgrade starts from: what it has and the next one has not is deleted. That is the deployed one;
// the newest if there is none; one with the number 0 if nothing is installed. See prepareUpgrade in pkg/action/upgrade.go of helm.
func (r Release) Current() Revision {
	newest := r.Newest()
	if newest.Status == "uninstalled" {
		return Revision{}
	}
	if deployed := r.Deployed(); deployed.Number > 0 {
		return deployed
	}
	return newest
}

// Deployed is the newest revision that is deployed; its number is 0 if there is none.
func (r Release) Deployed() Revision {
	for _, revision := range slices.Backward(r.Revisions) {
		if revision.Status == "deployed" {
			return revision
		}
	}
	return Revision{}
}

// Of is the revision with that number; its number is 0 if there is none.
func (r Release) Of(number int) Revision {
	for _, revision := range r.Revisions {
		if revision.Number == number {
			return revision
		}
	}
	return Revision{}
}

// Healthy is the last revision before the given one that was once deployed: a rollback goes back to it. Its number is 0
// if there is none. A superseded revision counts: helm marks the deployed one so a moment before it marks the next one
// as deployed, and a run that is killed in between leaves none that is called deployed.
func (r Release) Healthy(before int) Revision {
	for _, revision := range slices.Backward(r.Revisions) {
		if revision.Number < before && (revision.Status == "deployed" || revision.Status == "superseded") {
			return revision
		}
	}
	return Revision{}
}

// LastOf is the newest revision that records which image a tag named, of the hub's image with that key; its number is 0 if there is none. What
// was deployed under that tag was this image, whatever the registry says of the tag now.
func (r Release) LastOf(key, tag string) Revision {
	for _, revision := range slices.Backward(r.Revisions) {
		if image := revision.Record.Image(key); image.Tag == tag && known(image.Digest) {
			return revision
		}
	}
	return Revision{}
}

// ReadReleases groups revisions by their release, under namespace/name. It passes over a Secret that is labelled like
// helm's and names no revision.
func ReadReleases(secrets []Secret) map[string]Release {
	releases := map[string]Release{}
	for _, secret := range secrets {
		name, revision, ok := readRevision(secret.Labels)
		if !ok {
			continue
		}
		revision.Begun, revision.Since = secret.since(""), secret.since(revision.Status)
		key := secret.Namespace + "/" + name
		release := releases[key]
		release.Namespace, release.Name = secret.Namespace, name
		release.Revisions = append(release.Revisions, revision)
		releases[key] = release
	}
	for _, release := range releases {
		slices.SortFunc(release.Revisions, func(a, b Revision) int { return a.Number - b.Number })
	}
	return releases
}

// readRevision reads the labels that helm puts on a revision: pkg/storage/driver/secrets.go of its source.
func readRevision(labels map[string]string) (name string, revision Revision, ok bool) {
	number, err := strconv.Atoi(labels["version"])
	return labels["name"], Revision{
		Number: number, Status: labels["status"], Record: From(labels),
		Made: unixTime(cmp.Or(labels["createdAt"], labels["modifiedAt"])),
	}, err == nil && labels["name"] != ""
}

// since is when the revision was begun, by the API server's clock, and for a deployed one when its Secret was changed last: helm has done
// that when the upgrade was through. It does it again on a revision that another one supersedes.
func (s Secret) since(status string) time.Time {
	text := s.Created
	if status == "deployed" {
		text = cmp.Or(s.Changed, s.Created)
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}

func unixTime(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
