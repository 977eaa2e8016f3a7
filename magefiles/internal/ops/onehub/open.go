// Package onehub does with one hub, by its name, what its operator asks for between deploys: shows its logs and its address, starts a shell in
// its image, keeps room for a class, rolls it back, removes or retires it. In goes the name; out comes what is shown, or another revision.
package onehub

import (
	"context"
	"errors"
	"net/netip"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ops/sandbox"
)

// Open prints the address at which a browser of this machine reaches a hub, and opens it where there is a desktop.
func Open(ctx context.Context, name string) error {
	r := run.Of(ctx)
	address, err := addressOf(ctx, r, name)
	if err != nil {
		return err
	}
	r.Console.Result("%s", address)
	r.OpenInBrowser(address)
	return nil
}

// addressOf returns the address of a hub: of the sandbox if that is up, or else the one that its values name.
func addressOf(ctx context.Context, r *run.Run, name string) (string, error) {
	to, err := r.To.Destination(ctx)
	if err != nil {
		return "", r.OrUnknown(ctx, name, err)
	}
	if to.Sandbox == nil {
		return publicAddress(ctx, r, name)
	}
	if err := checkInSandbox(ctx, r, name); err != nil {
		return "", err
	}
	if !to.Sandbox.RunsContainers() {
		return "", exit.Errorf(exit.Setup, "the sandbox's nodes are played: no hub runs there that a browser could reach").Try("start one with a real node: SANDBOX_NODES=real mage sandbox:up, after sandbox:down")
	}
	reached, err := sandbox.Reached(ctx, r)
	if err != nil {
		return "", err
	}
	found, unknown := r.Surveyor.HubsAlone(ctx, name)
	namespace := name // of a hub that is in another repository, as those of the demonstration are
	if unknown == nil {
		namespace = found.Hubs[0].At.Namespace
	}
	at := kube.ServiceOf(r.Config.For(name).HealthService)
	for _, service := range reached {
		if service.Namespace == namespace && service.Service == at && len(service.URLs) > 0 {
			return service.URLs[0], nil
		}
	}
	if unknown != nil {
		return "", unknown
	}
	return "", exit.Errorf(exit.Rollout, "nothing leads to hub %s in the sandbox: it has no service %s of type LoadBalancer", name, at).Try("deploy it first, with deploy:hub %s", name)
}

// checkInSandbox refuses a name that neither the repository has nor a namespace of the sandbox: those of the demonstration are in another repository.
func checkInSandbox(ctx context.Context, r *run.Run, name string) error {
	unknown := r.Surveyor.CheckThere(ctx, name)
	if unknown == nil {
		return nil
	}
	cluster, err := r.To.Cluster(ctx)
	if err != nil {
		return errors.Join(unknown, err)
	}
	namespace, err := cluster.Kube.Namespace(ctx, name)
	if err != nil || !namespace.Found {
		return errors.Join(unknown, err)
	}
	return nil
}

// publicAddress returns the address that the values of a hub name which are not secret.
func publicAddress(ctx context.Context, r *run.Run, name string) (string, error) {
	found, err := r.Surveyor.HubsAlone(ctx, name)
	if err != nil {
		return "", err
	}
	hosts, err := r.Surveyor.Hosts(ctx, found.Hubs[0])
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
