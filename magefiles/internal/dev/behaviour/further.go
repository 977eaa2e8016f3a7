package behaviour

// probed are the fields of a container with a readiness probe on port 8000.
const probed = "readinessProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1}"

// further are hubs that cannot become ready: those that look well and crash, and causes that are told apart only by what a real kubelet says.
var further = []Behaviour{
	{
		Name: "further-ready", Does: "is ready, and exits 1 after 4 s", Values: "args: [fall, '1', '4', 'no space for sessions']\ncontainer: {" + probed + "}",
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 1: no space for sessions`,
	},
	{
		Name: "further-probed", Does: "is ready, and exits 1 after 7 s", Values: "args: [fall, '1', '7', 'token expired']\ncontainer: {" + probed + "}",
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 1: token expired`,
	},
	{
		Name: "further-late", Does: "exits 1 after 7 s", Values: "args: [exit, '1', '7', 'lost the lease']",
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 1: lost the lease`,
	},
	{
		Name: "further-grows", Does: "is killed for memory after 5 s", Values: "args: [eat, '5']\ncontainer: {resources: {limits: {memory: 64Mi}}}",
		Says: `deployment/hub, container hub: is killed for want of memory; its limit is 64Mi`,
	},
	{
		Name: "further-signal", Does: "segmentation fault after 2 s", Values: "args: [signal, '11', '2']",
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 139 \(SIGSEGV\)`,
	},
	{
		Name: "further-startup", Does: "startup probe never passes", Values: "args: [serve, '503']\ncontainer: {startupProbe: {httpGet: {path: /, port: 8000}, periodSeconds: 1, failureThreshold: 4}}",
		Says: `deployment/hub, container hub: is killed because it fails its startup probe: Startup probe failed: .*`,
	},
	{
		Name: "further-hooked", Does: "postStart hook fails", Values: "args: [run]\ncontainer: {lifecycle: {postStart: {exec: {command: [/srv/announce]}}}}",
		Says: `deployment/hub, container hub: is killed because its postStart hook fails: its command /srv/announce is not in image 127.0.0.1:\d+/tests/behave:t1, or cannot be run \(hub-charts/further-hooked/values.yaml:2\)`,
	},
	{
		Name: "further-config", Does: "ConfigMap of a volume missing", Values: "args: [run]\npod: {volumes: [{name: a, configMap: {name: none}}]}\ncontainer: {volumeMounts: [{name: a, mountPath: /a}]}",
		Says: `deployment/hub: cannot start: there is no configmap none \(hub-charts/further-config/values.yaml:2\)`,
	},
	{
		Name: "further-directory", Does: "directory of the node missing", Values: "args: [run]\npod: {volumes: [{name: a, hostPath: {path: /srv/none, type: Directory}}]}\ncontainer: {volumeMounts: [{name: a, mountPath: /a}]}",
		Says: `deployment/hub: cannot start: on its node node-0 /srv/none is not a directory \(hub-charts/further-directory/values.yaml:2\)`,
	},
	{
		Name: "further-digest", Does: "digest not in the registry", Values: "args: [run]\nimage: REGISTRY/tests/behave@sha256:0000000000000000000000000000000000000000000000000000000000000000",
		Says: `deployment/hub, container hub: image 127.0.0.1:\d+/tests/behave@sha256:0+: there is no such image in the registry \(hub-charts/further-digest/values.yaml:2\)`,
	},
	{
		Name: "further-name", Does: "no valid name of an image", Values: "args: [run]\nimage: REGISTRY/Tests/Behave:t1",
		Says: `deployment/hub, container hub: image 127.0.0.1:\d+/Tests/Behave:t1: .*(no valid name|invalid reference).*`,
	},
	{
		Name: "further-root", Does: "must not be root, and is", Values: "args: [run]\ncontainer: {securityContext: {runAsNonRoot: true}}",
		Says: `deployment/hub, container hub: cannot start: .*runAsNonRoot and image will run as root.*`,
	},
	{
		Name: "further-readonly", Does: "writes to a read-only disk", Values: "args: [write, /log]\ncontainer: {securityContext: {readOnlyRootFilesystem: true}}",
		Says: `deployment/hub, container hub: (ended with|crashes: .*,) exit code 1: open /log: read-only file system`,
	},
	{
		Name: "further-large", Does: "asks for more than the node has", Values: "args: [run]\ncontainer: {resources: {requests: {cpu: '900'}}}",
		Says: `deployment/hub: no node could ever take its pod: .*Insufficient cpu.*`,
	},
	{
		Name: "further-sidecar", Does: "its sidecar exits 1 after 3 s", Values: "args: [run]\npod: {initContainers: [{name: agent, image: IMAGE, restartPolicy: Always, args: [exit, '1', '3', 'no license']}]}",
		Says: `deployment/hub, container agent: (ended with|crashes: .*,) exit code 1: no license`,
	},
	{
		Name: "further-stuck", Does: "init container never ends", Values: "args: [run]\npod: {initContainers: [{name: prepare, image: IMAGE, args: [run]}]}",
		Says:  `deployment/hub, container prepare: .*`,
		Ahead: `hub \(prepare\): `,
	},
	{
		Name: "further-hook", Does: "pre-install hook fails", Values: "args: [run]\nobjects:\n  - " + job(`name: migrate, annotations: {helm.sh/hook: pre-install}`, `exit, '1', '0', 'cannot migrate'`),
		Says: `job/migrate: .*(hook \(pre-install\) has failed|the job has failed|has failed).*`,
	},
}

// job is a Job of such metadata and arguments.
func job(metadata, args string) string {
	return "{apiVersion: batch/v1, kind: Job, metadata: {" + metadata + "}, spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: job, image: IMAGE, args: [" + args + "]}]}}}}"
}
