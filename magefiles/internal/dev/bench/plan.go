package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/secretdir"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// Plan measures plans of many hubs that are all unchanged, each with an image and a release, in a sandbox of its own.
type Plan struct {
	Run     *process.Runner
	Console *ui.Console
	Tools   *toolchain.Box
	Scratch string

	project project
	kubectl string
	state   *sandbox.State
}

// Measure prints the seconds that a plan takes of 100 and of 1,000 hubs, and the build of one unchanged hub among them,
// which plans that hub alone; and how much each grows when the hubs become ten times as many.
func (p *Plan) Measure(ctx context.Context) error {
	down, err := p.up(ctx)
	if err != nil {
		return err
	}
	defer down()
	took := map[string][]time.Duration{}
	hubs := 0
	for _, more := range []int{100, 900} {
		if err := p.add(ctx, hubs, hubs+more); err != nil {
			return err
		}
		hubs += more
		for _, target := range [][]string{{"sandbox:status"}, {"plan"}, {"build:hub", planned(hubs / 2)}} {
			middle, err := p.time(ctx, target)
			if err != nil {
				return err
			}
			took[target[0]] = append(took[target[0]], middle)
			p.Console.Result("%s-of-%d %.2f s", strings.Replace(target[0], ":", "-", 1), hubs, middle.Seconds())
		}
	}
	for _, target := range []string{"plan", "build:hub"} {
		p.Console.Result("ratio %s-growth %.1f (1000 hubs against 100)", strings.Replace(target, ":", "-", 1), took[target][1].Seconds()/took[target][0].Seconds())
	}
	return nil
}

// up starts the sandbox, and makes the repository without hubs.
func (p *Plan) up(ctx context.Context) (down func(), err error) {
	paths, err := p.Tools.Ensure(ctx, "kubectl")
	if err != nil {
		return nil, err
	}
	p.kubectl = paths["kubectl"]
	box := &sandbox.Sandbox{Dir: filepath.Join(p.Scratch, "box"), Run: p.Run, Console: p.Console, Tools: p.Tools, Nodes: sandbox.Played}
	if p.state, err = box.Up(ctx); err != nil {
		return nil, err
	}
	down = func() { _ = box.Down(context.WithoutCancel(ctx)) }
	p.project = project{run: p.Run, dir: filepath.Join(p.Scratch, "project"), env: []string{
		"HUBOPS_SANDBOX_DIR=" + box.Dir, "HUBOPS_CACHE=" + p.Tools.Cache, "SANDBOX=1", "CI=", "NO_SETUP=",
	}}
	if err := p.project.init(ctx); err != nil {
		down()
		return nil, err
	}
	return down, nil
}

// time runs a target five times and returns the median.
func (p *Plan) time(ctx context.Context, target []string) (time.Duration, error) {
	var times []time.Duration
	for range 5 {
		start := time.Now()
		if _, err := p.project.mage(ctx, target...); err != nil {
			return 0, err
		}
		times = append(times, time.Since(start))
	}
	return middle(times), nil
}

func planned(i int) string { return fmt.Sprintf("plan-%04d", i) }

// plannedTemplate is that of a hub whose pods count as soon as they are ready, and have its image.
var plannedTemplate = strings.NewReplacer("SECONDS", "0", "{{ . }}:1", "{{ with $.Values.jupyterhub.singleuser.image }}{{ .name }}:{{ .tag }}{{ end }}").Replace(hubTemplate)

func plannedValues(i int) string {
	return "jupyterhub:\n  hub: {baseUrl: /" + planned(i) + "/}\n  singleuser: {image: {name: x, tag: y}}\n"
}

// write writes hubs and commits them.
func (p *Plan) write(ctx context.Context, from, to int) error {
	for i := from; i < to; i++ {
		err := writeFiles(p.project.dir, map[string]string{
			path.Join("hub-charts", planned(i), "Chart.yaml"):         "apiVersion: v2\nname: " + planned(i) + "\nversion: 0.1.0\n",
			path.Join("hub-charts", planned(i), "values.yaml"):        plannedValues(i),
			path.Join("hub-charts", planned(i), "templates/hub.yaml"): plannedTemplate,
			path.Join("user-images", planned(i), "Dockerfile"):        "FROM base:1\nLABEL hub=" + planned(i) + "\n",
		})
		if err != nil {
			return err
		}
	}
	return p.project.commit(ctx)
}

// add makes hubs, as if all of them had been pushed and deployed, and checks that the plan finds nothing to do.
func (p *Plan) add(ctx context.Context, from, to int) error {
	if err := p.write(ctx, from, to); err != nil {
		return err
	}
	out, err := p.project.mage(ctx, "plan")
	if err != nil {
		return err
	}
	tags := tagsIn(out)
	digest, err := p.push(ctx, tags, from, to)
	if err != nil {
		return err
	}
	if err := p.release(ctx, tags, digest, from, to); err != nil {
		return err
	}
	if out, err = p.project.mage(ctx, "plan"); err != nil {
		return err
	}
	if unchanged := strings.Count(out, "unchanged since revision 1\n"); unchanged != to {
		return fmt.Errorf("the plan finds %d of %d hubs unchanged:\n%.2000s", unchanged, to, out)
	}
	return nil
}

// tagsIn reads from a printed plan the tag of each hub's image.
func tagsIn(plan string) map[string]string {
	tags := map[string]string{}
	for line := range strings.Lines(plan) {
		if words := strings.Fields(line); len(words) > 2 && words[2] == "build" {
			tags[words[0]] = words[1]
		}
	}
	return tags
}

func (p *Plan) repository(hub string) string {
	return p.state.Registry + "/" + strings.ReplaceAll(sandbox.Images, "{hub}", hub)
}

// push puts one empty image into the repository of each hub, under the tag that the plan wants.
func (p *Plan) push(ctx context.Context, tags map[string]string, from, to int) (v1.Hash, error) {
	digest, err := empty.Image.Digest()
	if err != nil {
		return digest, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for i := from; i < to; i++ {
		group.Go(func() error {
			ref, err := name.NewTag(p.repository(planned(i))+":"+tags[planned(i)], name.Insecure)
			if err != nil {
				return err
			}
			return remote.Write(ref, empty.Image, remote.WithContext(ctx))
		})
	}
	return digest, group.Wait()
}

// charts returns the charts of the hubs' repository.
func (p *Plan) charts(ctx context.Context) (*chart.Charts, error) {
	repo, err := git.Open(ctx, p.Run, p.project.dir, filepath.Join(p.Scratch, "git"))
	if err != nil {
		return nil, err
	}
	files, err := repo.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return chart.New(files, nil, secretdir.Places{}), nil
}

// release makes what helm keeps of a release, its objects left out: a Secret with the labels of the record.
func (p *Plan) release(ctx context.Context, tags map[string]string, image v1.Hash, from, to int) error {
	c, err := config.Load(p.project.dir, []string{"HOME=" + p.Scratch})
	if err != nil {
		return err
	}
	charts, err := p.charts(ctx)
	if err != nil {
		return err
	}
	var objects []any
	for i := from; i < to; i++ {
		hub := planned(i)
		record := history.Record{
			Commit: "0123456789ab", Run: "bench", Helm: "v4", ImageTag: tags[hub], ImageDigest: history.Image(image.String()),
			Dependencies: history.None, Secrets: history.None, Revision: "1",
			Values:  history.Digest(p.repository(hub), strings.Join(c.NamePaths, ","), strings.Join(c.TagPaths, ",")),
			Options: history.Digest(fmt.Sprint(c.Force, c.Wait, c.CleanupOnFail, c.HelmVersion)),
		}
		tree, err := charts.Tree(ctx, "hub-charts/"+hub)
		if err != nil {
			return err
		}
		if record.Chart, err = charts.Digest(ctx, tree); err != nil {
			return err
		}
		stored, err := storedRelease(hub)
		if err != nil {
			return err
		}
		labels := record.Map()
		labels["owner"], labels["name"], labels["status"], labels["version"] = "helm", hub, "deployed", "1"
		labels["createdAt"] = strconv.FormatInt(time.Now().Unix(), 10)
		objects = append(
			objects,
			map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": hub}},
			map[string]any{
				"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "data": map[string][]byte{"release": stored},
				"metadata": map[string]any{"name": "sh.helm.release.v1." + hub + ".v1", "namespace": hub, "labels": labels},
			},
		)
	}
	list, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": objects})
	if err != nil {
		return err
	}
	file := filepath.Join(p.Scratch, "releases.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		return err
	}
	return p.Run.Run(ctx, process.Cmd{Name: p.kubectl, Args: []string{"create", "--filename", file}, Env: []string{"KUBECONFIG=" + p.state.Kubeconfig}, Quiet: true})
}
