package diagnosis

import "testing"

func TestRefusalsNameWhatIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ output, want string }{
		"immutable under --force": {
			`Error: UPGRADE FAILED: failed to replace object: Deployment.apps "hub" is invalid: spec.selector: Invalid value: {"matchLabels":{"component":"x"}}: field is immutable`,
			`deployment/hub: field spec.selector cannot be changed: put it back, or delete the object, then deploy again: kubectl delete deployment/hub`,
		},
		"immutable as a patch": {
			`Error: UPGRADE FAILED: cannot patch "db" with kind StatefulSet: StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden`,
			`statefulset/db: field spec cannot be changed: put it back, or delete the object and keep its pods, then deploy again: kubectl delete statefulset/db --cascade=orphan`,
		},
		"claim": {
			`Error: UPGRADE FAILED: cannot patch "hub-db-dir" with kind PersistentVolumeClaim: PersistentVolumeClaim "hub-db-dir" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests`,
			`persistentvolumeclaim/hub-db-dir: field spec cannot be changed: leave it as it was; a claim can only grow, and deleting it deletes the data`,
		},
		"service under --force": {
			`failed to replace object: Service "proxy-public" is invalid: spec.clusterIPs[0]: Invalid value: []string(nil): primary clusterIP can not be unset`,
			`service/proxy-public: field spec.clusterIPs[0] cannot be changed: put it back, or delete the object, then deploy again: kubectl delete service/proxy-public`,
		},
		"account": {
			`Error: query: failed to query with labels: secrets is forbidden: User "system:serviceaccount:rb:deployer" cannot list resource "secrets" in API group "" in the namespace "hub-a"`,
			`account system:serviceaccount:rb:deployer may not list secrets in namespace hub-a: give it a role that lets it; to check: kubectl auth can-i list secrets --namespace hub-a`,
		},
		"account, cluster": {
			`Error: namespaces is forbidden: User "deployer" cannot create resource "namespaces" in API group "" at the cluster scope`,
			`account deployer may not create namespaces in the whole cluster: give it a role that lets it; to check: kubectl auth can-i create namespaces`,
		},
		"terminating": {
			`Error: create: failed to create: secrets "sh.helm.release.v1.t.v1" is forbidden: unable to create new content in namespace term4 because it is being terminated`,
			`namespace term4 is being deleted, nothing can be made in it: wait until it is gone, then deploy again; what holds it up: kubectl get namespace term4 --output jsonpath={.status.conditions}`,
		},
		"quota": {
			"Error: 1 error occurred:\n\t* deployments.apps \"hub\" is forbidden: exceeded quota: small, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0\n",
			`deployments.apps hub would exceed quota small: requested count/deployments.apps=1, used count/deployments.apps=0, of count/deployments.apps=0: raise the quota, or free what is used`,
		},
		"invalid": {
			`Deployment.apps "proxy" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0`,
			`deployment/proxy is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0`,
		},
		"webhook": {
			`Error: UPGRADE FAILED: admission webhook "policy.example" denied the request: label owner is missing`,
			`admission webhook policy.example denies it: label owner is missing`,
		},
		"something else": {"Error: UPGRADE FAILED: context deadline exceeded", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Refusal(test.output, "kubectl"); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add(`Deployment.apps "hub" is invalid: spec.selector: Invalid value: {}: field is immutable`)
	f.Add(`User "a" cannot get resource "b" in API group "c"`)
	f.Fuzz(func(_ *testing.T, output string) { Refusal(output, "kubectl") })
}
