package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/connect"
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
	return r.onEach(ctx, found, func(ctx context.Context, part *survey.Survey) (became, error) {
		show, err := r.status(ctx, part)
		if err != nil {
			return hasFailed, inCluster(part, err)
		}
		oneByOne.Lock()
		defer oneByOne.Unlock()
		return allIsWell, show()
	})
}

// answers makes sure that a cluster can be asked.
func (r *run) answers(ctx context.Context, to *connect.Connections) error {
	cluster, err := to.Cluster(ctx)
	if err == nil {
		_, err = cluster.Kube.Version(ctx)
	}
	return err
}

// status asks the cluster of a part, and returns what shows the answers.
func (r *run) status(ctx context.Context, found *survey.Survey) (show func() error, err error) {
	if err := r.answers(ctx, r.on(found)); err != nil {
		return nil, err
	}
	cluster, err := r.on(found).Cluster(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.surveyor.AskCluster(ctx, found); err != nil {
		return nil, err
	}
	pods, err := cluster.Kube.Pods(ctx)
	if err != nil {
		return nil, err
	}
	registry, err := r.to.Registry(ctx)
	if err != nil {
		return nil, err
	}
	rows, moved, err := status{registry, found, pods}.rows(ctx)
	if err != nil {
		return nil, err
	}
	return func() error {
		r.Console.Result("%s", cluster)
		r.Console.Table(rows)
		for _, line := range moved {
			if line != "" {
				r.Console.Result("%s", line)
			}
		}
		if text := found.Fleet.Tiller(); text != "" {
			r.Console.Problem("", "%s: no hub can be deployed beside it", text)
		}
		return r.showOrphans(ctx, found)
	}, nil
}

// status is what the rows are made from.
type status struct {
	registry imageregistry.Registry
	found    *survey.Survey
	pods     map[string]kube.Pods // by namespace
}

// rows asks the registry for every deployed image at once. moved names the images whose base has moved.
func (s status) rows(ctx context.Context) (rows [][]string, moved []string, err error) {
	all := s.found.Orphans()
	for _, h := range s.found.Hubs {
		all = append(all, h.At)
	}
	slices.SortFunc(all, func(a, b layout.Address) int { return cmp.Or(cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Key(), b.Key())) })
	of := make([][][]string, len(all))
	moved = make([]string, len(all))
	const questions = 16
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, at := range all {
		group.Go(func() (err error) {
			of[i], moved[i], err = s.hub(ctx, at)
			return err
		})
	}
	err = group.Wait()
	return append([][]string{{"HUB", "RELEASE", "REVISION", "COMMIT", "IMAGE", "DIGEST", "PODS", "STATE"}}, slices.Concat(of...)...), moved, err
}

// hub returns the rows of a hub: one, and one more for each image that it has beside the first.
func (s status) hub(ctx context.Context, at layout.Address) (rows [][]string, moved string, err error) {
	newest := s.found.Fleet.Release(at).Newest()
	if newest.Number == 0 {
		return [][]string{{at.Hub, "never deployed", "", "", "", "", "", ""}}, "", nil
	}
	made, state, facts := newest.Record, "not in the repository", plan.HubFacts{}
	if s.found.Wants(at) {
		facts = s.found.FactsOf(at.Hub)
		state, moved = facts.Release.String(), s.moved(ctx, facts, made)
	}
	for _, key := range deployedImages(made) {
		shown, digest, err := s.image(ctx, facts, key, made.Image(key))
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, []string{"", "", "", "", shown, digest, "", ""})
	}
	copy(rows[0], []string{at.Hub, newest.Status, strconv.Itoa(newest.Number), made.Commit})
	rows[0][6], rows[0][7] = s.pods[at.Namespace].String(), state
	return rows, moved, nil
}

// deployedImages are the keys of the images that a record has: "" is there too if it has none.
func deployedImages(made history.Record) []string {
	keys := made.Images.Keys()
	if len(keys) == 0 || made.ImageTag != "" && made.ImageTag != history.None {
		keys = append([]string{""}, keys...)
	}
	return keys
}

// image returns what is shown of an image that a release records, and of its digest. Of one that is built elsewhere that is what is recorded:
// nodes pull it by that.
func (s status) image(ctx context.Context, facts plan.HubFacts, key string, made history.RecordedTag) (shown, digest string, err error) {
	fact := facts.Image(key)
	if shown = made.Tag; key != "" {
		shown = key + ":" + made.Tag
	}
	switch {
	case made.Tag == "" || made.Tag == history.None || facts.Name == "":
	case fact.BuiltElsewhere():
		if made.Tag == fact.RecordedTag() {
			shown = key + ":" + fact.Tag
		}
		if made.Digest != "" {
			digest = fmt.Sprintf("sha256:%.12s", made.Digest)
		}
	case fact.Name != "":
		digest, err = s.digest(ctx, fact.Name, made.Tag)
	}
	return shown, digest, err
}

// moved names, in a line each, the images of a hub that were built on another base than is there now.
func (s status) moved(ctx context.Context, facts plan.HubFacts, made history.Record) string {
	var lines []string
	for _, image := range facts.Images {
		tag := made.Image(image.Key).Tag
		if tag == "" || tag == history.None || image.BuiltElsewhere() {
			continue
		}
		if base := s.registry.Moved(ctx, image.Name, tag).Name; base != "" {
			lines = append(lines, facts.Name+": "+base+" is another image now than the one that "+tag+" was built on")
		}
	}
	return strings.Join(lines, "\n")
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
