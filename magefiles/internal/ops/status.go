package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/history"
	imageregistry "hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

// Status prints what each cluster holds of its hubs: release, revision, image and its digest, pods.
func Status(ctx context.Context) error {
	r := runOf(ctx)
	if len(r.Config.Clusters) == 0 {
		if err := r.answers(ctx, r.to); err != nil { // before the registry is asked about anything
			return err
		}
	}
	found, err := r.surveyor.Of(ctx)
	if err != nil {
		return err
	}
	var oneByOne sync.Mutex
	doc := document.Status{Version: document.Version, Kind: document.StatusKind}
	err = r.onEach(ctx, found, func(ctx context.Context, part *survey.Survey) (became, error) {
		has, err := r.status(ctx, part)
		if err != nil {
			return hasFailed, err
		}
		oneByOne.Lock()
		defer oneByOne.Unlock()
		doc.Clusters = append(doc.Clusters, has)
		if r.Config.Output == "" {
			r.showStatus(has)
		}
		return allIsWell, nil
	})
	slices.SortFunc(doc.Clusters, func(a, b document.ClusterStatus) int { return cmp.Compare(a.Cluster, b.Cluster) })
	return r.presentAfter(err, doc)
}

// answers makes sure that a cluster can be asked.
func (r *run) answers(ctx context.Context, to *connect.Connections) error {
	cluster, err := to.Cluster(ctx)
	if err == nil {
		_, err = cluster.Kube.Version(ctx)
	}
	return err
}

// status asks the cluster of a part.
func (r *run) status(ctx context.Context, found *survey.Survey) (has document.ClusterStatus, err error) {
	if err := r.answers(ctx, r.on(found)); err != nil {
		return has, err
	}
	cluster, err := r.on(found).Cluster(ctx)
	if err != nil {
		return has, err
	}
	if err := r.surveyor.AskCluster(ctx, found); err != nil {
		return has, err
	}
	pods, err := cluster.Kube.Pods(ctx)
	if err != nil {
		return has, err
	}
	registry, err := r.to.Registry(ctx)
	if err != nil {
		return has, err
	}
	has = document.ClusterStatus{Cluster: found.Cluster, Server: cluster.String()}
	if has.Hubs, has.Notes, err = (status{registry, found, pods}).hubs(ctx); err != nil {
		return has, err
	}
	if text := found.Fleet.Tiller(); text != "" {
		has.Problems = append(has.Problems, text+": no hub can be deployed beside it")
	}
	has.Orphans, err = r.orphans(ctx, found)
	return has, err
}

// showStatus prints what a cluster holds for people.
func (r *run) showStatus(has document.ClusterStatus) {
	rows := [][]string{{"HUB", "RELEASE", "REVISION", "COMMIT", "IMAGE", "DIGEST", "PODS", "STATE"}}
	for _, h := range has.Hubs {
		rows = append(rows, statusRows(h)...)
	}
	r.Console.Result("%s", has.Server)
	r.Console.Table(rows)
	for _, note := range has.Notes {
		r.Console.Result("%s", note)
	}
	for _, problem := range has.Problems {
		r.Console.Problem("", "%s", problem)
	}
	for _, orphan := range has.Orphans {
		r.Console.Result("%s", orphan)
	}
}

// statusRows are the rows of a hub: one, and one more for each image that it has beside the first.
func statusRows(h document.HubStatus) (rows [][]string) {
	if h.Revision == 0 {
		return [][]string{{h.Hub, h.State, "", "", "", "", "", ""}}
	}
	for _, image := range h.Images {
		shown := image.Tag
		if image.Key != "" {
			shown = image.Key + ":" + shown
		}
		rows = append(rows, []string{"", "", "", "", shown, image.Digest, "", ""})
	}
	copy(rows[0], []string{h.Hub, h.Status, strconv.Itoa(h.Revision), h.Commit})
	rows[0][6], rows[0][7] = kube.Pods{Ready: h.Pods.Ready, All: h.Pods.All}.String(), h.State
	return rows
}

// status is what the answers are made from.
type status struct {
	registry imageregistry.Registry
	found    *survey.Survey
	pods     map[string]kube.Pods // by namespace
}

// hubs asks the registry for every deployed image at once. notes names the images whose base has moved, and tells how long users' servers took.
func (s status) hubs(ctx context.Context) (hubs []document.HubStatus, notes []string, err error) {
	all := s.found.Orphans()
	for _, h := range s.found.Hubs {
		all = append(all, h.At)
	}
	slices.SortFunc(all, func(a, b layout.Address) int { return cmp.Or(cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Key(), b.Key())) })
	hubs, of := make([]document.HubStatus, len(all)), make([][]string, len(all))
	const questions = 16
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, at := range all {
		group.Go(func() (err error) {
			hubs[i], of[i], err = s.hub(ctx, at)
			return err
		})
	}
	err = group.Wait()
	return hubs, append(slices.Concat(of...), s.servers(all)...), err
}

// hub returns what the cluster holds of a hub.
func (s status) hub(ctx context.Context, at layout.Address) (is document.HubStatus, moved []string, err error) {
	newest := s.found.Fleet.Release(at).Newest()
	is = document.HubStatus{Hub: at.Hub, Namespace: at.Namespace, Release: at.Release, InRepository: s.found.Wants(at), State: "never deployed"}
	if newest.Number == 0 {
		return is, nil, nil
	}
	made, pods, facts := newest.Record, s.pods[at.Namespace], plan.HubFacts{}
	is.Status, is.Revision, is.Commit, is.State = newest.Status, newest.Number, made.Commit, "not in the repository"
	is.Pods = document.Pods{Ready: pods.Ready, All: pods.All}
	if is.InRepository {
		facts = s.found.FactsOf(at.Hub)
		is.State, is.Unchanged, moved = facts.Release.String(), facts.Release.Unchanged(), s.moved(ctx, facts, made)
	}
	for _, key := range deployedImages(made) {
		image, err := s.image(ctx, facts, key, made.Image(key))
		if err != nil {
			return is, nil, err
		}
		is.Images = append(is.Images, image)
	}
	return is, moved, nil
}

// servers tells of each hub how long a user's server took when one was last tried.
func (s status) servers(all []layout.Address) []string {
	var lines []string
	for _, at := range all {
		for _, revision := range slices.Backward(s.found.Fleet.Release(at).Revisions) {
			if spawn, recorded := history.ReadSpawn(revision.Record.Spawn); recorded && revision.Own() {
				lines = append(lines, fmt.Sprintf("%s: a user's server took %s, at revision %d", at.Hub, spawn, revision.Number))
				break
			}
		}
	}
	return lines
}

// deployedImages are the keys of the images that a record has: "" is there too if it has none.
func deployedImages(made history.Record) []string {
	keys := made.Images.Keys()
	if len(keys) == 0 || made.ImageTag != "" && made.ImageTag != history.None {
		keys = append([]string{""}, keys...)
	}
	return keys
}

// image returns what is shown of an image that a release records. The digest of one that is built elsewhere is the one that is recorded: nodes
// pull it by that.
func (s status) image(ctx context.Context, facts plan.HubFacts, key string, made history.RecordedTag) (is document.DeployedImage, err error) {
	fact := facts.Image(key)
	is = document.DeployedImage{Key: key, Tag: made.Tag}
	switch {
	case made.Tag == "" || made.Tag == history.None || facts.Name == "":
	case fact.BuiltElsewhere():
		if made.Tag == fact.RecordedTag() {
			is.Tag = fact.Tag
		}
		if made.Digest != "" {
			is.Digest = fmt.Sprintf("sha256:%.12s", made.Digest)
		}
	case fact.Name != "":
		is.Digest, err = s.digest(ctx, fact.Name, made.Tag)
	}
	return is, err
}

// moved names, in a line each, the images of a hub that were built on another base than is there now.
func (s status) moved(ctx context.Context, facts plan.HubFacts, made history.Record) (lines []string) {
	for _, image := range facts.Images {
		tag := made.Image(image.Key).Tag
		if tag == "" || tag == history.None || image.BuiltElsewhere() {
			continue
		}
		if base := s.registry.Moved(ctx, image.Name, tag).Name; base != "" {
			lines = append(lines, facts.Name+": "+base+" is another image now than the one that "+tag+" was built on")
		}
	}
	return lines
}

// digest returns the short form of a digest, or why there is none.
func (s status) digest(ctx context.Context, image, tag string) (string, error) {
	if s.registry.Template == "" {
		return "? (image.repository is not set)", nil
	}
	digest, err := s.registry.Digest(ctx, image, tag)
	switch {
	case errors.Is(err, imageregistry.ErrRefused):
		return "? (no access)", nil
	case err != nil:
		return "", err
	case digest == "":
		return "not in the registry", nil
	}
	return shortDigest(digest), nil
}
