package behaviour

// seen are hubs that cannot become ready in ways that operators have seen.
var seen = []Behaviour{
	{
		Name: "real-once", Does: "exits 3 at once", Values: `args: [exit, "3", "0", "no such file: /srv/config.py"]`,
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 3: no such file: /srv/config.py`,
	},
	{
		Name: "real-later", Does: "exits 1 after 6 s", Values: `args: [exit, "1", "6", "the database is locked"]`,
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 1: the database is locked`,
	},
	{
		Name: "real-memory", Does: "is killed for memory", Values: "args: [eat]\ncontainer: {resources: {limits: {memory: 48Mi}}}",
		Says: `deployment/hub, container hub: is killed for want of memory; its limit is 48Mi`,
	},
	{
		Name: "real-probe", Does: "fails its liveness probe", Values: "args: [run]\ncontainer: {livenessProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1, failureThreshold: 1}}",
		Says: `deployment/hub, container hub: is killed because it fails its liveness probe: Liveness probe failed: .*`,
	},
	{
		Name: "real-name", Does: "fails on a DNS name", Values: "args: [resolve, db]",
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 1: lookup db on .*: no such host`,
	},
	{
		Name: "real-zero", Does: "its main process ends with 0", Values: `args: [exit, "0", "1", "done"]`,
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 0: its main process must go on running`,
	},
	{
		Name: "real-command", Does: "command not in the image", Values: "args: [run]\ncontainer: {command: [/srv/start]}",
		Says: `deployment/hub, container hub: cannot start: its command /srv/start is not in image 127.0.0.1:\d+/tests/behave:t1, or cannot be run \(hub-charts/real-command/values.yaml:2\)`,
	},
	{
		Name: "real-missing", Does: "image not in the registry", Values: "args: [run]\nimage: REGISTRY/none:t1",
		Says: `deployment/hub, container hub: image 127.0.0.1:\d+/none:t1: there is no such image in the registry \(hub-charts/real-missing/values.yaml:2\)`,
	},
	{
		Name: "real-refuses", Does: "registry that refuses connections", Values: "args: [run]\nimage: 127.0.0.1:9/none:t1",
		Says:  `deployment/hub, container hub: image 127.0.0.1:9/none:t1: the registry cannot be reached \(hub-charts/real-refuses/values.yaml:2\)`,
		Ahead: `hub: registry unreachable`,
	},
	{
		Name: "real-secret", Does: "Secret missing", Values: "args: [run]\ncontainer: {env: [{name: A, valueFrom: {secretKeyRef: {name: none, key: a}}}]}",
		Says: `deployment/hub, container hub: cannot start: there is no secret none \(hub-charts/real-secret/values.yaml:2\)`,
	},
	{
		Name: "real-key", Does: "key missing in a Secret",
		Values: "args: [run]\ncontainer: {env: [{name: A, valueFrom: {secretKeyRef: {name: some, key: a}}}]}\nobjects:\n  - {apiVersion: v1, kind: Secret, metadata: {name: some}, stringData: {b: c}}",
		Says:   `deployment/hub, container hub: cannot start: secret some has no key a \(hub-charts/real-key/values.yaml:2\)`,
	},
	{
		Name: "real-init", Does: "init container exits 2", Values: "args: [run]\npod: {initContainers: [{name: prepare, image: IMAGE, args: [exit, '2', '0', cannot migrate]}]}",
		Says: `deployment/hub, container prepare: crashes: \d+ restarts?, exit code 2: cannot migrate`,
	},
	{
		Name: "real-unready", Does: "readiness probe never passes", Values: "args: [serve, '503']\ncontainer: {readinessProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1}}",
		Says:  `deployment/hub, container hub: runs, and does not pass its probe yet: Readiness probe failed: .*`,
		Ahead: `hub: probe not yet passing`,
	},
	{
		Name: "real-selector", Does: "node selector that no node has", Values: "args: [run]\npod: {nodeSelector: {disk: none}}",
		Says: `deployment/hub: no node could ever take its pod: 1 node\(s\) didn.t match.*`,
	},
	{
		Name: "real-class", Does: "StorageClass that does not exist", Values: claimed("storageClassName: none"),
		Says: `claim a: names StorageClass none, which does not exist \(hub-charts/real-class/values.yaml:4\)`,
	},
	{
		Name: "real-classless", Does: "no StorageClass, and no volume", Values: claimed(`storageClassName: ""`),
		Says: `claim a: names no StorageClass.*`,
	},
	{
		Name: "real-account", Does: "service account missing", Values: "args: [run]\npod: {serviceAccountName: none}",
		Says: `deployment/hub: its pods run as service account none, which does not exist.*`,
	},
	{
		Name: "real-quota", Does: "quota exceeded", Values: "args: [run]\nobjects:\n  - {apiVersion: v1, kind: ResourceQuota, metadata: {name: a}, spec: {hard: {pods: '0'}}}",
		Says: `deployment/hub: its pods would exceed quota a.*`,
	},
}

// claimed are values of a hub with a claim of that class, on lines 2 to 4.
func claimed(class string) string {
	return "args: [run]\npod: {volumes: [{name: a, persistentVolumeClaim: {claimName: a}}]}\nobjects:\n" +
		"  - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {" + class + ", accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}"
}
