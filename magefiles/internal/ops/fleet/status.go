// Package fleet tells what the clusters hold of all hubs. In go what each cluster and the registry answer; out come the table of the status,
// its document, and the page of the fleet over time. Nothing is changed.
package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/classroom"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	imageregistry "hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// Status prints what each cluster holds of its hubs: release, revision, image and its digest, pods.
func Status(ctx context.Context) error {
	r := run.Of(ctx)
	if len(r.Config.Clusters) == 0 {
		if err := answers(ctx, r.To); err != nil { // before the registry is asked about anything
			return err
		}
	}
	found, err := r.Surveyor.Of(ctx)
	if err != nil {
		return err
	}
	if r.Config.Watch && r.Config.Output == "" && r.Console.Fits() {
		return watchStatus(ctx, r, r.Surveyor.Parts(found))
	}
	if r.Config.Watch {
		r.Console.Info("", "WATCH=1 needs a terminal, with all lines off: this is the status once")
	}
	var oneByOne sync.Mutex
	doc := document.Status{Version: document.Version, Kind: document.StatusKind}
	err = r.OnEach(ctx, found, func(ctx context.Context, part *survey.Survey) (run.Became, error) {
		report, err := askStatus(ctx, r, part)
		if err != nil {
			return run.HasFailed, err
		}
		oneByOne.Lock()
		defer oneByOne.Unlock()
		doc.Clusters = append(doc.Clusters, report.ClusterStatus)
		if r.Config.Output == "" {
			showStatus(r, report)
		}
		return run.AllIsWell, nil
	})
	slices.SortFunc(doc.Clusters, func(a, b document.ClusterStatus) int { return cmp.Compare(a.Cluster, b.Cluster) })
	return r.PresentAfter(err, doc)
}

// answers makes sure that a cluster can be asked.
func answers(ctx context.Context, to *connect.Connections) error {
	cluster, err := to.Cluster(ctx)
	if err == nil {
		_, err = cluster.Kube.Version(ctx)
	}
	return err
}

// askStatus asks the cluster of a part.
func askStatus(ctx context.Context, r *run.Run, found *survey.Survey) (*statusReport, error) {
	if err := answers(ctx, r.On(found)); err != nil {
		return nil, err
	}
	cluster, err := r.On(found).Cluster(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.Surveyor.AskCluster(ctx, found); err != nil {
		return nil, err
	}
	pods, err := cluster.Kube.Pods(ctx)
	if err != nil {
		return nil, err
	}
	registry, err := r.To.Registry(ctx)
	if err != nil {
		return nil, err
	}
	has := &statusReport{ClusterStatus: document.ClusterStatus{Cluster: found.Cluster, Server: cluster.String()}}
	if has.hubs, has.Notes, err = (status{registry, found, pods}).hubs(ctx); err != nil {
		return nil, err
	}
	rooms, err := cluster.Kube.Rooms(ctx)
	if err != nil {
		has.Notes = append(has.Notes, "which hubs keep room for users is not known: "+exit.Cause(err))
	}
	for _, room := range rooms {
		for _, h := range found.Hubs {
			if h.At.Namespace == room.Namespace && h.At.Release == room.Release {
				has.Notes = append(has.Notes, classroom.Kept{Hub: h.Name, Count: room.Count, Set: room.Replicas, Own: room.Before, Until: room.Until}.Tell(time.Now()))
			}
		}
	}
	for _, h := range has.hubs {
		has.Hubs = append(has.Hubs, h.HubStatus)
	}
	has.urgentFirst()
	if text := found.Fleet.Tiller(); text != "" {
		has.Problems = append(has.Problems, text+": no hub can be deployed beside it")
	}
	has.Orphans, err = r.Surveyor.OrphanNotes(ctx, found)
	return has, err
}

// showStatus prints what a cluster holds for people.
func showStatus(r *run.Run, has *statusReport) {
	r.Console.Result("%s", has.Server)
	if r.Console.Fits() {
		r.Console.Columns(statusColumns, has.fitting(time.Now()))
	} else {
		r.Console.Table(has.rows(time.Now()))
	}
	r.Console.Result("%s", has.sum())
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

// statusEvery is the pause between two looks of WATCH=1.
const statusEvery = 5 * time.Second

// watchStatus shows the status of all clusters in place, until the run is interrupted.
func watchStatus(ctx context.Context, r *run.Run, parts []*survey.Survey) error {
	for {
		blocks := make([]ui.Block, len(parts))
		var all sync.WaitGroup
		for i, part := range parts {
			all.Go(func() { blocks[i] = statusBlock(ctx, r, part) })
		}
		all.Wait()
		if ctx.Err() == nil {
			r.Console.Page(append(blocks, ui.Block{Lines: []string{"", time.Now().Format(time.TimeOnly) + ", again every " + statusEvery.String() + "; Ctrl-C ends it"}}))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(statusEvery):
		}
	}
}

// statusBlock asks a cluster, and returns what is shown of it.
func statusBlock(ctx context.Context, r *run.Run, part *survey.Survey) ui.Block {
	has, err := askStatus(ctx, r, part)
	if err != nil {
		return ui.Block{Lines: []string{exit.Cause(run.InCluster(part, err))}}
	}
	return ui.Block{Lines: append([]string{has.Server}, has.Problems...), Columns: statusColumns, Rows: has.fitting(time.Now())}
}

// status is what the answers are made from.
type status struct {
	registry imageregistry.Registry
	found    *survey.Survey
	pods     map[string]kube.Pods // by namespace
}

// hubs asks the registry for every deployed image at once. notes names the images whose base has moved, and tells how long users' servers took.
func (s status) hubs(ctx context.Context) (hubs []hubStatus, notes []string, err error) {
	all := s.found.Orphans()
	for _, h := range s.found.Hubs {
		all = append(all, h.At)
	}
	slices.SortFunc(all, func(a, b layout.Address) int { return cmp.Or(cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Key(), b.Key())) })
	hubs, of := make([]hubStatus, len(all)), make([][]string, len(all))
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
func (s status) hub(ctx context.Context, at layout.Address) (is hubStatus, moved []string, err error) {
	newest := s.found.Fleet.Release(at).Newest()
	is.urgency = differs
	is.HubStatus = document.HubStatus{Hub: at.Hub, Namespace: at.Namespace, Release: at.Release, InRepository: s.found.Wants(at), State: "never deployed", Behind: unknownBehind}
	if newest.Number == 0 {
		return is, nil, nil
	}
	made, pods, facts := newest.Record, s.pods[at.Namespace], plan.HubFacts{}
	is.Status, is.Revision, is.Commit, is.State = newest.Status, newest.Number, made.Commit, "not in the repository"
	is.Pods = document.Pods{Ready: pods.Ready, All: pods.All}
	is.newest, is.pods, is.chart, is.urgency = newest, pods, pods.Chart, unasked
	if is.InRepository {
		facts = s.found.FactsOf(at.Hub)
		is.State, is.Unchanged = facts.Release.String(), facts.Release.Unchanged()
		is.imageMade, moved = s.moved(ctx, facts, made)
		s.compare(ctx, &is)
	}
	for _, key := range deployedImages(made) {
		image, err := s.image(ctx, facts, key, made.Image(key))
		if err != nil {
			return is, nil, err
		}
		is.Images = append(is.Images, image)
	}
	lost := false
	if newest.Status == "deployed" && pods.All == pods.Users {
		if lost, err = s.found.Fleet.WantsPods(ctx, at); err != nil {
			return is, nil, err
		}
	}
	if lost {
		is.State = "its pods are gone; " + is.State
	}
	if newest.Status != "deployed" || pods.Unready > 0 || lost || is.missing() != "" {
		is.urgency = broken
	}
	is.tell()
	return is, moved, nil
}

// compare notes how far a hub's release is behind the repository.
func (s status) compare(ctx context.Context, is *hubStatus) {
	own := s.found.Hubs[slices.IndexFunc(s.found.Hubs, func(one hub.Hub) bool { return one.Name == is.Hub })]
	is.behind, is.urgency = "?", differs
	if is.Unchanged {
		is.behind, is.urgency = "0", well
		is.chart = cmp.Or(is.chart, chartOf(own))
	} else if n, err := s.found.Repo.Behind(ctx, strings.TrimSuffix(is.Commit, "-dirty"), pathsOf(own)...); err == nil {
		is.behind = strconv.Itoa(n)
	}
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

// deployedImages are the keys of the images that a record has.
func deployedImages(made history.Record) []string {
	keys := made.Images.Keys()
	if made.ImageTag != "" && made.ImageTag != history.None {
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

// moved names, in a line each, the images of a hub that were built on another base than is there now. made is when the first of its images was made, zero
// if nobody knows.
func (s status) moved(ctx context.Context, facts plan.HubFacts, recorded history.Record) (made time.Time, lines []string) {
	for _, image := range facts.Images {
		tag := recorded.Image(image.Key).Tag
		if tag == "" || tag == history.None || image.BuiltElsewhere() {
			continue
		}
		at, base := s.registry.Age(ctx, image.Name, tag)
		if made.IsZero() {
			made = at
		}
		if base.Name != "" {
			lines = append(lines, facts.Name+": "+base.Name+" is another image now than the one that "+tag+" was built on")
		}
	}
	return made, lines
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
		return notThere, nil
	}
	return imageregistry.ShortDigest(digest), nil
}
