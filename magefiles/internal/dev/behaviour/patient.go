package behaviour

// patient are hubs that are well, and most of them only take their time: none may fail.
var patient = []Behaviour{
	{Name: "patient-plain", Does: "runs", Values: "args: [run]"},
	{Name: "patient-well", Does: "answers at once", Values: "args: [serve, '200']\nobjects:\n  - " + balancer},
	{Name: "patient-ready", Does: "is ready after 15 s", Values: "args: [later, '15']\ncontainer: {" + probed + "}"},
	{Name: "patient-heavy", Does: "image of 300 MiB", Values: "args: [run]\nimage: REGISTRY/tests/heavy:t1"},
	{Name: "patient-restarts", Does: "exits 1 once after 2 s, then runs", Values: onceOf("'2'", "")},
	{Name: "patient-restarts-ready", Does: "the same, with a readiness probe", Values: onceOf("'2'", "{volumeMounts: [{name: a, mountPath: /state}], "+probed+"}")},
	{Name: "patient-restarts-late", Does: "exits 1 once after 7 s, then runs", Values: onceOf("'7'", "")},
	{
		Name: "patient-database", Does: "crashes until its database is there", Values: "args: [dial, 'db:8000']\nobjects:\n" +
			"  - {apiVersion: v1, kind: Service, metadata: {name: db}, spec: {selector: {component: db}, ports: [{port: 8000}]}}\n" +
			"  - {apiVersion: apps/v1, kind: Deployment, metadata: {name: db}, spec: {selector: {matchLabels: {component: db}}, template: {metadata: {labels: {component: db}}, spec: {containers: [{name: db, image: IMAGE, args: [later, '8'], " + probed + "}]}}}}",
	},
	{Name: "patient-init", Does: "init container of 12 s", Values: "args: [run]\npod: {initContainers: [{name: prepare, image: IMAGE, args: [exit, '0', '12', done]}]}"},
	{Name: "patient-sidecar", Does: "sidecar that is ready after 6 s", Values: "args: [run]\npod: {initContainers: [{name: agent, image: IMAGE, restartPolicy: Always, args: [later, '6'], startupProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1, failureThreshold: 30}}]}"},
	{Name: "patient-startup", Does: "startup probe passes after 12 s", Values: "args: [later, '12']\ncontainer: {startupProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1, failureThreshold: 40}, livenessProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1}}"},
	{Name: "patient-stumbles", Does: "fails its liveness probe twice of three", Values: "args: [stumble, '2']\ncontainer: {livenessProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1, failureThreshold: 3}}"},
	{Name: "patient-flaps", Does: "is ready, is not for 3 s, is again", Values: "args: [flap]\ncontainer: {readinessProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1, failureThreshold: 1}}"},
	{Name: "patient-claim", Does: "writes to a claim", Values: claimed("volumeMode: Filesystem") + "\ncontainer: {volumeMounts: [{name: a, mountPath: /data}]}"},
	{Name: "patient-job", Does: "a Job beside it takes 8 s", Values: "args: [run]\nobjects:\n  - " + job("name: seed", "exit, '0', '8', done")},
	{Name: "patient-hook", Does: "pre-install hook of 8 s", Values: "args: [run]\nobjects:\n  - " + job(`name: migrate, annotations: {helm.sh/hook: pre-install}`, "exit, '0', '8', done")},
	{Name: "patient-says", Does: "logs an error, and goes on", Values: "args: [say, 'FATAL: cannot reach the database, CrashLoopBackOff, exit code 1']"},
}

// balancer leads to port 8000 of the hub, as the public chart's does.
const balancer = "{apiVersion: v1, kind: Service, metadata: {name: proxy-public}, spec: {type: LoadBalancer, selector: {component: hub}, ports: [{port: 80, targetPort: 8000}]}}"

// onceOf is a hub that ends once, after some seconds.
func onceOf(seconds, container string) string {
	if container == "" {
		container = "{volumeMounts: [{name: a, mountPath: /state}]}"
	}
	return "args: [once, '1', " + seconds + ", 'the proxy is not there yet']\npod: {volumes: [{name: a, emptyDir: {}}]}\ncontainer: " + container
}
