package bench

import "time"

// trouble is a deploy, with a kubelet's timing: the values that cause a failure, and a text by which output that names the cause is
// recognised.
type trouble struct {
	name, values, cause string
	least               time.Duration // in which the cause must be told
}

// A failure without a crash is certain after a short grace. One with a crash is so when the container has ended twice.
const soon, twice = 10 * time.Second, 15 * time.Second

// troubles are deploys that cannot succeed. Those from crash-at-once on are ready for a moment, and reported as deployed by helm.
var troubles = []trouble{
	{"image-not-found", `pod: {hub-ops.sandbox/fails: ImagePullBackOff, hub-ops.sandbox/message: "ErrImagePull: rpc error: code = NotFound desc = failed to resolve reference: not found"}`, `there is no such image|: not found`, soon},
	{"image-unauthorized", `pod: {hub-ops.sandbox/fails: ErrImagePull, hub-ops.sandbox/message: "failed to authorize: 401 Unauthorized"}`, `does not let the cluster pull it|401 Unauthorized`, soon},
	{"invalid-image-name", `pod: {hub-ops.sandbox/fails: InvalidImageName, hub-ops.sandbox/message: "invalid reference format"}`, `no valid name of an image|invalid reference`, soon},
	{"missing-secret", `pod: {hub-ops.sandbox/fails: CreateContainerConfigError, hub-ops.sandbox/message: 'secret "oauth" not found'}`, `no secret oauth|secret "oauth"`, soon},
	{"missing-key", `pod: {hub-ops.sandbox/fails: CreateContainerConfigError, hub-ops.sandbox/message: "couldn't find key client_id in Secret hub/oauth"}`, `key client_id`, soon},
	{"missing-command", `pod: {hub-ops.sandbox/fails: RunContainerError, hub-ops.sandbox/message: 'runc create failed: exec: "jupyterhubb": executable file not found in $PATH'}`, `command jupyterhubb is not in`, soon},
	{"quota", `quota: true`, `would exceed quota small|exceeded quota: small`, soon},
	{"storage-class", `class: fastest`, `StorageClass fastest|"fastest" not found`, soon},
	{"no-storage-class", `class: ""`, `names no StorageClass|no storage class is set`, soon},
	{"no-node-fits", `nodeSelector: {machine: none}`, `match Pod's node affinity/selector`, soon},
	{"failed-hook", `hook: true`, `hook \(pre-install\) has failed|migrate not ready. status: Failed|BackoffLimitExceeded`, soon},
	{"failed-job", `job: {hub-ops.sandbox/fails: Exit}`, `the job has failed|seed not ready. status: Failed`, soon},
	{"crash-loop", `pod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/ready: "no"}`, `crashes: \d restart|CrashLoopBackOff`, twice},
	{"init-crash", "init: true\npod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/container: prepare, hub-ops.sandbox/exit-code: \"2\"}", `container prepare: crashes: \d restart|CrashLoopBackOff`, twice},
	{"crash-at-once", `pod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/exit-code: "3"}`, `exit code 3`, twice},
	{"crash-after-6s", `pod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/after: 6s}`, `exit code 1`, twice},
	{"out-of-memory", `pod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/exit-code: "137", hub-ops.sandbox/reason: OOMKilled}`, `killed for want of memory`, twice},
	{"liveness-probe", `pod: {hub-ops.sandbox/fails: Liveness}`, `fails its liveness probe`, twice},
	{"dns-look-up", `pod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/message: "lookup db: no such host"}`, `lookup db: no such host`, twice},
	{"ends-with-0", `pod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/exit-code: "0"}`, `its main process must go on running`, twice},
}

// patients are deploys that only take their time: none may fail.
var patients = []trouble{
	{name: "image-is-pulled", values: `pod: {hub-ops.sandbox/fails: ContainerCreating, hub-ops.sandbox/recovers: "yes"}`},
	{name: "pulls-are-limited", values: `pod: {hub-ops.sandbox/fails: ErrImagePull, hub-ops.sandbox/message: "429 Too Many Requests: toomanyrequests", hub-ops.sandbox/recovers: "yes"}`},
	{name: "registry-away", values: `pod: {hub-ops.sandbox/fails: ImagePullBackOff, hub-ops.sandbox/message: "ErrImagePull: failed to do request: dial tcp: i/o timeout", hub-ops.sandbox/recovers: "yes"}`},
	{name: "probe-not-passing-yet", values: `pod: {hub-ops.sandbox/fails: NotReady, hub-ops.sandbox/recovers: "yes"}`},
	{name: "one-crash-then-well", values: `pod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/ends: "1", hub-ops.sandbox/ready: later}`},
	{name: "crashes-until-its-database-is-there", values: `{pod: {hub-ops.sandbox/fails: CrashLoopBackOff, hub-ops.sandbox/ends: "2", hub-ops.sandbox/ready: later}, database: true}`},
	{name: "job-that-ends", values: `job: {}`},
	{name: "volume-bound-later", values: `{volume: true, class: ""}`},
}
