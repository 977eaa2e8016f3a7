package hub

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestNoHubHasTheNameOfASystemNamespace(t *testing.T) {
	for name, want := range map[string]string{
		"default": "Kubernetes", "kube-system": "Kubernetes", "kube-public": "Kubernetes", "kube-node-lease": "Kubernetes", "kube-flannel": "Kubernetes",
		"openshift": "OpenShift", "openshift-monitoring": "OpenShift",
		"gke-managed-system": "Google", "gmp-system": "Google", "gmp-public": "Google", "config-management-system": "Google",
		"hub-ops": "hub-ops itself", "hub-ops-system": "hub-ops itself",
		"kubernetes": "", "kube": "", "defaults": "", "default-hub": "", "operating-system": "", "gke": "", "openshifting": "", "course": "",
	} {
		err := CheckName(name)
		if (err != nil) != (want != "") || err != nil && (!strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASystemNamespaceIsRefusedWithItsDirectory(t *testing.T) {
	root := tree(t, "hub-charts/kube-system/Chart.yaml", "apiVersion: v2\nname: kube-system\nversion: 0.1.0\n", "infra/default/Chart.yaml", "apiVersion: v2\nname: default\nversion: 0.1.0\n")
	_, err := all(t, root, "infra/default")
	for _, want := range []string{`hub-charts/kube-system: hub name "kube-system" is that of a system namespace: kube-* belongs to Kubernetes`, "infra/default: hub name"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if err := load(t, root, "kube-system"); err == nil || !strings.HasPrefix(err.Error(), "hub-charts/kube-system: ") {
		t.Errorf("by its name: %v", err)
	}
}
