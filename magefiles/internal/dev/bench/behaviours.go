package bench

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/dev/behaviour"
	"hub-ops/magefiles/internal/process"
)

// atOnce is how many deploys are measured at a time: they wait most of it, and have a node of two cores to themselves.
const atOnce = 3

// outcome is what a deploy of a hub that behaves in some way came to.
type outcome struct {
	behaviour.Behaviour
	told  string // seconds until the first right line
	ended time.Duration
	first string // that line
	wrong string // with its verdict; "" if it is right
}

// measureBehaviours deploys each hub of package behaviour to the real node, as an operator does, and prints what was said of it.
func (d *Diagnosis) measureBehaviours(ctx context.Context) error {
	hubs := behaviour.All()
	digest, err := behaviour.Push(ctx, d.Run, d.Root, d.Scratch, d.state.Registry)
	if err != nil {
		return err
	}
	for _, hub := range hubs {
		if err := d.writeBehaviour(ctx, hub, digest); err != nil {
			return err
		}
	}
	d.Console.Info("", "a real node, and %d hubs, %d at a time; %d of them are well", len(hubs), atOnce, count(hubs, behaviour.Behaviour.Well))
	outcomes := make([]outcome, len(hubs))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, hub := range hubs {
		group.Go(func() (err error) {
			outcomes[i], err = d.measureBehaviour(ctx, hub)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return d.tellBehaviours(outcomes)
}

// behaved is the repository of a hub: one run works in a repository at a time.
func behaved(hub behaviour.Behaviour) string { return "behaved-" + hub.Name }

// writeBehaviour makes the repository of a hub.
func (d *Diagnosis) writeBehaviour(ctx context.Context, hub behaviour.Behaviour, digest string) error {
	root := d.path(behaved(hub))
	files := hub.Files(d.state.Registry, digest)
	files["hubops.yaml"] = fmt.Sprintf("helm: {timeout: %s}\n", cut)
	if err := writeFiles(root, files); err != nil {
		return err
	}
	repository := project{run: d.Run, dir: root}
	return errors.Join(repository.init(ctx), repository.commit(ctx))
}

func count[T any](all []T, is func(T) bool) (found int) {
	for _, one := range all {
		if is(one) {
			found++
		}
	}
	return found
}

// measureBehaviour deploys one hub. What it leaves on the node is taken away: the next ones shall have it to themselves.
func (d *Diagnosis) measureBehaviour(ctx context.Context, hub behaviour.Behaviour) (outcome, error) {
	screen := &screen{cause: hub.Told()}
	err := d.deploy(ctx, behaved(hub), screen, "deploy:hub", hub.Name)
	if screen.start.IsZero() || ctx.Err() != nil {
		return outcome{}, fmt.Errorf("the deploy of hub %s has not begun: %w", hub.Name, errors.Join(err, ctx.Err()))
	}
	found := outcome{Behaviour: hub, ended: time.Since(screen.start), told: screen.seconds(), first: said(screen.first), wrong: hub.Wrong(screen.lines, err == nil)}
	d.Console.Info("", "%s: %s", hub.Name, verdict(found))
	if found.wrong != "" {
		for _, line := range screen.lines {
			d.Console.Info(hub.Name, "%s", line)
		}
	}
	return found, d.away(ctx, hub.Name)
}

// away deletes the namespace of a hub, without waiting for it.
func (d *Diagnosis) away(ctx context.Context, namespace string) error {
	kubectl, err := d.Tools.Pinned(ctx, "kubectl")
	if err != nil {
		return err
	}
	return d.Run.Run(ctx, process.Cmd{
		Name: kubectl, Args: []string{"delete", "namespace", namespace, "--wait=false", "--ignore-not-found"}, Env: []string{"KUBECONFIG=" + d.state.Kubeconfig}, Quiet: true,
	})
}

func verdict(o outcome) string {
	if o.wrong == "" {
		return "right"
	}
	return "WRONG: " + o.wrong
}

// prefix is what stands before each line of a run: the hub, or the program, that it is about.
var prefix = regexp.MustCompile(`^[\w-]+ \| +`)

// said is a line without what stands before it.
func said(line string) string { return strings.TrimSpace(prefix.ReplaceAllString(line, "")) }

// tellBehaviours prints the table, and fails if a verdict is wrong.
func (d *Diagnosis) tellBehaviours(outcomes []outcome) error {
	rows := [][]string{{"hub", "what happens", "told after s", "ended after s", "first right line", "verdict"}}
	var wrong []error
	for _, o := range outcomes {
		rows = append(rows, []string{o.Name, o.Does, o.told, fmt.Sprintf("%.1f", o.ended.Seconds()), o.first, verdict(o)})
		if o.wrong != "" {
			wrong = append(wrong, fmt.Errorf("hub %s (%s): %s", o.Name, o.Does, o.wrong))
		}
	}
	d.Console.Table(rows)
	slow := slices.MaxFunc(slices.DeleteFunc(slices.Clone(outcomes), func(o outcome) bool { return o.Well() || o.wrong != "" }), func(a, b outcome) int { return int(a.ended - b.ended) })
	d.Console.Result("wrong %d of %d, the last failure after %.1f s: %s", len(wrong), len(outcomes), slow.ended.Seconds(), slow.Name)
	return errors.Join(wrong...)
}
