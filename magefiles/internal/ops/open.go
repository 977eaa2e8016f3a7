package ops

import (
	"context"
	"net/netip"
	"os"
	"runtime"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/sandbox"
)

// OpenHub prints the address at which a browser of this machine reaches a hub, and opens it where there is a desktop.
func OpenHub(ctx context.Context, name string) error {
	r := runOf(ctx)
	address, err := r.addressOf(ctx, name)
	if err != nil {
		return err
	}
	r.Console.Result("%s", address)
	r.openInBrowser(address)
	return nil
}

// openInBrowser opens an address; that it cannot is no failure: the address is on the screen.
func (r *run) openInBrowser(address string) {
	program := map[bool]string{true: "open", false: "xdg-open"}[runtime.GOOS == "darwin"]
	if _, err := process.LookPath(program); err != nil || !r.Config.Desktop {
		return
	}
	// It may be the browser itself, which outlives this run.
	if _, err := r.Run.Start(process.Cmd{Name: program, Args: []string{address}}, os.DevNull); err != nil {
		r.Console.Info("", "no browser opens: %v", err)
	}
}

// addressOf returns the address of a hub: of the sandbox if that is up, or else the one that its values name.
func (r *run) addressOf(ctx context.Context, name string) (string, error) {
	to, err := r.to.Destination(ctx)
	if err != nil {
		return "", err
	}
	if to.Sandbox == nil {
		return r.publicAddress(ctx, name)
	}
	if !to.Sandbox.RunsContainers() {
		return "", exit.Errorf(exit.Setup, "the sandbox's nodes are played: no hub runs there that a browser could reach").Try("start one with a real node: SANDBOX_NODES=real mage sandbox:up, after sandbox:down")
	}
	reached, err := r.reached(ctx)
	if err != nil {
		return "", err
	}
	found, unknown := r.surveyor.HubsAlone(ctx, name)
	namespace := name // of a hub that is in another repository, as those of the demonstration are
	if unknown == nil {
		namespace = found.Hubs[0].At.Namespace
	}
	for _, service := range reached {
		if service.Namespace == namespace && service.Service == r.serviceOf(name) && len(service.URLs) > 0 {
			return service.URLs[0], nil
		}
	}
	if unknown != nil {
		return "", unknown
	}
	return "", exit.Errorf(exit.Rollout, "nothing leads to hub %s in the sandbox: it has no service %s of type LoadBalancer", name, r.serviceOf(name)).Try("deploy it first, with deploy:hub %s", name)
}

// serviceOf returns the name of the service at which a hub answers.
func (r *run) serviceOf(name string) string {
	return kube.ServiceOf(r.Config.For(name).HealthService)
}

// publicAddress returns the address that the values of a hub name which are not secret.
func (r *run) publicAddress(ctx context.Context, name string) (string, error) {
	found, err := r.surveyor.HubsAlone(ctx, name)
	if err != nil {
		return "", err
	}
	hosts, err := r.surveyor.Hosts(ctx, found.Hubs[0])
	if err != nil {
		return "", err
	}
	if len(hosts) == 0 {
		return "", exit.Input("no file of values of hub %s that is not secret names its host", name).Try("name it in ingress.hosts or proxy.https.hosts; or start the sandbox, and deploy the hub there")
	}
	scheme := "https://"
	if _, err := netip.ParseAddr(hosts[0]); err == nil { // of a load balancer: no certificate has it
		scheme = "http://"
	}
	base, err := hub.BaseURL(r.Config.Root, found.Hubs[0])
	return scheme + hosts[0] + kube.Folder(base), err
}

// reached lists what this machine reaches of the sandbox's services: hubs with their base URL.
func (r *run) reached(ctx context.Context) ([]sandbox.Reached, error) {
	reached, err := r.to.Sandbox().Reach()
	if err != nil || len(reached) == 0 {
		return nil, err
	}
	if to, err := r.to.Destination(ctx); err != nil || to.Sandbox == nil { // SANDBOX=0
		return reached, err
	}
	releases, err := release.New(ctx, r.Session, r.to, r.surveyor)
	if err != nil {
		return nil, err
	}
	for i, service := range reached {
		if service.Service != r.serviceOf(service.Namespace) {
			continue
		}
		base, err := releases.BaseURLIn(ctx, service.Namespace)
		if err != nil {
			return nil, err
		}
		reached[i].URLs = slices.Clone(service.URLs)
		for j := range reached[i].URLs {
			reached[i].URLs[j] += kube.Folder(base)
		}
	}
	return reached, nil
}
