package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/removed"
	"hub-ops/magefiles/internal/kube/rights"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// checks are the checks of what a deploy needs. Later ones use what earlier ones have found.
type checks struct {
	*run.Run
	hubs   []hub.Hub
	kube   *kube.Client
	rows   [][]string
	failed int

	cluster string // that is being checked; "" for the only one
}

// check is one of them.
type check struct {
	what string
	find func(context.Context) (string, error)
}

// Check prints a table of all that push and deploy need: whether it is there, what is wrong, and what to do. It changes nothing,
// and builds no tool.
func Check(ctx context.Context) error {
	c := &checks{Run: run.New(run.Of(ctx).WithoutBuilding()), rows: [][]string{{"CHECK", "", "WHAT", "WHAT TO DO"}}}
	if _, err := c.To.Destination(ctx); err != nil {
		return err
	}
	defer c.Console.Beat(ui.Heartbeat, "checking")()
	for _, check := range []check{
		{"hubs", c.files}, {"builder", c.images}, {"registry", c.push}, {"kubectl", c.tool("kubectl")}, {"helm", c.tool("helm", "helm3")},
	} {
		c.note(ctx, check.what, check.find)
	}
	for _, c.cluster = range clusters(c.Run) {
		c.kube = nil
		for _, check := range []check{{"cluster", c.reach}, {"permissions", c.permissions}, {"Tiller", c.tiller}, {"releases", c.releases}, {"charts", c.charts}} {
			c.note(ctx, strings.TrimSpace(check.what+" "+c.cluster), check.find)
		}
	}
	c.Console.Table(c.rows)
	if c.failed > 0 {
		return exit.With(exit.Setup, fmt.Errorf("%d of the checks failed", c.failed))
	}
	return ctx.Err()
}

// errUnknown is the result of a check that needs the result of a failed one.
var errUnknown = errors.New("cannot be said without what failed above")

func (c *checks) note(ctx context.Context, what string, find func(context.Context) (string, error)) {
	text, err := find(ctx)
	c.Tell(err)
	switch {
	case errors.Is(err, errUnknown):
		c.rows = append(c.rows, []string{what, "?", err.Error(), ""})
	case err != nil:
		c.failed++
		c.rows = append(c.rows, []string{what, "no", oneLine(exit.Cause(err)), oneLine(exit.Remedy(err))})
	default:
		c.rows = append(c.rows, []string{what, "ok", text, ""})
	}
}

// oneLine writes the lines of a text as a cell of the table.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }

func (c *checks) files(ctx context.Context) (text string, err error) {
	c.hubs, err = c.Surveyor.Hubs(ctx)
	return fmt.Sprintf("%d, all readable", len(c.hubs)), err
}

func (c *checks) images(ctx context.Context) (string, error) {
	builder, err := c.To.Builder(ctx)
	if err != nil {
		return "", err
	}
	return builder.String(), nil
}

func (c *checks) push(ctx context.Context) (string, error) {
	at := slices.IndexFunc(c.hubs, func(h hub.Hub) bool { return len(h.Built()) > 0 })
	if at < 0 {
		return "no hub has an image of its own", nil
	}
	registry, err := c.To.Registry(ctx)
	if err != nil {
		return "", err
	}
	return "takes images for " + registry.Repository("{hub}"), registry.Check(ctx, c.hubs[at].Name)
}

// tool looks for a program that is there, on PATH or built before.
func (c *checks) tool(names ...string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if path := c.Tools.Have(ctx, names...); path != "" {
			return path, nil
		}
		return "", exit.Errorf(exit.Setup, "no %s that fits, on PATH or built", names[0]).Try("run 'mage setup', which builds it")
	}
}

func (c *checks) reach(ctx context.Context) (string, error) {
	if c.Tools.Have(ctx, "kubectl") == "" {
		return "", errUnknown
	}
	cluster, err := c.To.On(c.cluster).Cluster(ctx)
	if err != nil {
		return "", err
	}
	version, err := cluster.Kube.Version(ctx)
	if err != nil {
		return "", err
	}
	c.kube = cluster.Kube
	return fmt.Sprintf("%s answers, Kubernetes %s", cluster, version), nil
}

func (c *checks) permissions(ctx context.Context) (string, error) {
	hubs, err := c.Surveyor.AddressesOn(ctx, c.cluster)
	if err != nil || c.kube == nil || len(hubs) == 0 {
		return "", errUnknown
	}
	missing, err := rights.Missing(ctx, c.kube.Server, hubs[0].Namespace, c.kube.User(hubs[0].Hub), uses(c.Run, hubs))
	if err != nil {
		return "", err
	}
	if len(missing) > 0 {
		return "", exit.Errorf(exit.Setup, "not allowed to %s", strings.Join(missing, "; ")).Try("ask for a role that is (Kubernetes Engine Developer and RBAC, or cluster-admin)")
	}
	return "all that a deploy needs", nil
}

func (c *checks) tiller(ctx context.Context) (string, error) {
	if c.kube == nil {
		return "", errUnknown
	}
	namespaces, known, err := c.kube.Tillers(ctx)
	switch {
	case err != nil:
		return "", err
	case !known:
		return "this account may not see whether one runs", nil
	}
	return "none, the server of Helm 2 does not run here", survey.CheckTiller(namespaces)
}

// charts tells of charts that are made for an older Kubernetes than the cluster's. Whether they make what is gone is up to their values: a
// deploy and a diff say that.
func (c *checks) charts(ctx context.Context) (string, error) {
	if c.kube == nil || len(c.hubs) == 0 {
		return "", errUnknown
	}
	version, err := c.kube.Version(ctx)
	if err != nil {
		return "", err
	}
	var uses []removed.Use
	for _, h := range c.hubs {
		if h.At.Cluster != c.cluster {
			continue
		}
		for _, dependency := range h.Chart.Dependencies {
			for _, use := range removed.MayMake(dependency.Name, dependency.Version) {
				if _, known, err := c.kube.PathOf(ctx, use.Version, use.Kind, h.At.Namespace); err != nil {
					return "", err
				} else if !known && !slices.Contains(uses, use) {
					uses = append(uses, use)
				}
			}
		}
	}
	if len(uses) == 0 {
		return "none is known to be too old for Kubernetes " + version, nil
	}
	return fmt.Sprintf("if its values say so, %s: not for Kubernetes %s; %s", removed.Sentence(uses), version, removed.Remedy(uses)), nil
}

func (c *checks) releases(ctx context.Context) (string, error) {
	if c.kube == nil {
		return "", errUnknown
	}
	return release.CheckStuck(ctx, c.kube)
}
