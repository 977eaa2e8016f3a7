package diagnosis

// podKinds are about pods that are not made, or find no place, and about what makes them.
var podKinds = []Kind{
	{
		"no-node-fits", "No node fits", "no node could ever take its pod: …", Certain,
		"The scheduler says that no node there is could take the pod, not even an empty one: it asks for more than a node has, or for a label or a toleration that none fits. With an autoscaler a run first waits for that (`watch.scale_up_grace`).",
		[]string{
			"Compare what the pod asks for (`resources`, `nodeSelector`, `tolerations`) with the nodes: `kubectl get nodes --show-labels`.",
			"Add a node pool that has it, or ask for less.",
		},
	},
	{
		"unscheduled", "No node has room", "no node has room for its pod: …", Waits,
		"The nodes are full, not ready or drained. That can change by itself, so a deploy waits until `helm.timeout`.",
		[]string{
			"Look at what is on the nodes: `kubectl describe nodes`.",
			"Let the autoscaler add more: look at the limits of its node groups.",
		},
	},
	{
		"scale-up", "A node is being added", "a node is being added for its pod: …", Waits,
		"The autoscaler adds a node for the pod. That takes minutes, and nothing is wrong.",
		[]string{"Wait, or raise `helm.timeout` if nodes of your cloud take longer."},
	},
	{
		"evicted", "Evicted by its node", "its pod was evicted: …", Proven,
		"A node has ended the pod to get storage or memory back, and the controller makes another one. If the pod has used more storage than its own limit allows, the next does the same: the second time, the deploy fails. If the node as a whole had no more, it is waited for.",
		[]string{
			"More than its own limit: raise `resources.limits.ephemeral-storage`, or the `sizeLimit` of the volume that the line names; or write to a claim.",
			"The node had no more: what uses it up says `kubectl describe node <node>`. Images and logs count.",
		},
	},
	{
		"node-not-ready", "Its node is not ready", "its node … is not ready, and nothing is heard of its pod", Waits,
		"The node on which the pod is does not report any more: it is being restarted, its kubelet has ended, or the network between is down. It may come back, so a deploy waits until `helm.timeout`, and its failure names the node then. A run sees it when the node has not renewed its lease for 15 seconds; the cluster calls the node not ready after most of a minute. After five minutes Kubernetes makes the pod anew elsewhere, unless it has a volume that only one node can have, or the pod before it was on that node and must end first.",
		[]string{
			"Look at the node: `kubectl describe node <node>`.",
			"Where it is gone for good, remove it: `kubectl delete node <node>`. Its pods are made anew then.",
		},
	},
	{
		"quota", "Quota exceeded", "its pods would exceed quota …", Certain,
		"The namespace has a ResourceQuota, and the new pods do not fit into it beside those that are there. While pods are ending, a run waits for what they give back.",
		[]string{
			"Raise the quota, or ask for less: `kubectl --namespace <hub> describe resourcequota`.",
			"A rolling update has old and new pods at once: the quota must have room for both, or the strategy be `Recreate`.",
		},
	},
	{
		"no-service-account", "Service account is missing", "its pods run as service account …, which does not exist", Certain,
		"The pods name a service account that is not in the namespace.",
		[]string{"Add it to the chart, or correct `serviceAccountName`: `kubectl --namespace <hub> get serviceaccounts`."},
	},
	{
		"pod-security", "Refused by Pod Security", "its pods are refused by the namespace's Pod Security level …", Certain,
		"The namespace has a level of Pod Security that the pods do not keep: they want to be privileged, to run as root, or to mount a directory of the node.",
		[]string{
			"Change what the line names, in the values.",
			"If the hub does need it, an administrator can give the namespace another level.",
		},
	},
	{
		"admission", "Refused by a webhook", "its pods are refused by admission webhook …", Certain,
		"A policy of the cluster (Gatekeeper, Kyverno or another webhook) denies the pods.",
		[]string{"Do what the message says, or ask those who run the policy."},
	},
	{
		"webhook", "Admission webhook out of reach", "admission webhook … does not answer: …", Network,
		"The API server has to ask a webhook about each pod, and that does not answer. A run waits for `watch.pull_grace`.",
		[]string{
			"Look whether the webhook's own pods run: `kubectl get pods --all-namespaces`.",
			"If the webhook is no longer there, remove its configuration: `kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations`.",
		},
	},
	{
		"refused", "Pods are refused", "its pods are refused: …", Certain,
		"The API server does not take the pods, for a reason that is none of the known ones. The line ends with what it said.",
		[]string{"Read the message. `kubectl --namespace <hub> get events` has it too."},
	},
	{
		"job-failed", "Job has failed", "has failed: …", Certain,
		"A Job or a hook of the release has failed as often as it may. helm waits for hooks, so the upgrade cannot go on.",
		[]string{
			"Read the log that the report shows.",
			"The hook of the JupyterHub chart that pulls images on all nodes can fail for one bad node: look at the node, or set `prePuller.hook.enabled: false`.",
		},
	},
	{
		"job-running", "Job is running", "is running; … of its pods have failed", Waits,
		"A Job or a hook of the release runs, and the upgrade waits for it.",
		[]string{"Wait. Its log: `kubectl --namespace <hub> logs job/<name>`."},
	},
	{
		"paused", "Rollout is paused", "is paused: its newest version is not rolled out before it is resumed", Certain,
		"Somebody has paused the Deployment, or the chart does. Nothing happens before it is resumed.",
		[]string{"`kubectl --namespace <hub> rollout resume deployment/<name>`, and find out who paused it."},
	},
	{
		"blocked", "Blocked by an old pod", "is of an earlier revision and not ready, and Kubernetes replaces it only when it is", Waits,
		"Kubernetes replaces the pods of a StatefulSet only while they are ready. One of an earlier revision is not, and so the new one does not come. If the old one crashes, the deploy fails; otherwise it waits.",
		[]string{"Delete the old pod: `kubectl --namespace <hub> delete pod <pod>`. Its claim stays."},
	},
	{
		"lagging", "Not all pods are new", "of its pods are of the newest revision, …", Waits,
		"The workload is not through, and nothing else explains why. It is told at the end of a wait.",
		[]string{"Look at it: `kubectl --namespace <hub> describe <kind>/<name>`. Raise `helm.timeout` where many pods are replaced one by one."},
	},
	{
		"namespace-terminating", "Namespace is being deleted", "the namespace is being deleted: nothing new can be made in it", Certain,
		"Somebody deleted the namespace, and something in it holds that up: a finalizer whose controller is gone, as a rule.",
		[]string{
			"What holds it up: `kubectl get namespace <hub> --output jsonpath={.status.conditions}`.",
			"When it is gone, deploy again. Claims that were in it are gone too.",
		},
	},
}
