package diagnosis

// containerKinds are about containers that do not start, or do not stay.
var containerKinds = []Kind{
	{
		"crash-loop", "Container crashes", "crashes: …", Proven,
		"The container starts and ends, again and again: twice in a row with the same exit code and the same last lines in its log, or three times in any way. A further start would be no different.",
		[]string{
			"Read the log that the report shows: the last lines say why. More of it: `kubectl --namespace <hub> logs <pod> --container <name> --previous`.",
			"Correct the values, the secret values or the image, and deploy again. `mage rollback:hub <hub>` brings back what was healthy.",
		},
	},
	{
		"ended", "Container did not stay", "ended with …", Proven,
		"The container was ready, and ended within `watch.settle`, a second time or for good. helm and kubectl had called it rolled out by then. A first end is told and forgiven: the container is started again at once, and must hold anew.",
		[]string{
			"Read its log, in the report. What ends right after its start often lacks a key, a file or a service.",
			"If it takes a while to be able to work, give it a readiness probe: then that decides.",
		},
	},
	{
		"restarting", "Container is tried again", "and is tried again (…", Waits,
		"The container ended, and the kubelet starts it again. A hub that waits for its database may do so a few times.",
		[]string{"Wait. If it goes on, it becomes [crash-loop](/failures/crash-loop)."},
	},
	{
		"out-of-memory", "Out of memory", "is killed for want of memory; …", Proven,
		"The container used more memory than its limit, or than its node has.",
		[]string{
			"Raise its memory limit in the values (`hub.resources`, `proxy.chp.resources`, `singleuser.memory`), and deploy again.",
			"If the limit is large already, look for what grows: a hub with thousands of users, a notebook extension.",
		},
	},
	{
		"liveness-probe", "Killed by its liveness probe", "is killed because it fails its liveness probe: …", Proven,
		"The container runs, does not answer its liveness probe, and is killed for that.",
		[]string{
			"Look at its log: does it do its work, and is it only slow? Then raise `initialDelaySeconds` or `failureThreshold` of the probe.",
			"Check port and path of the probe against what the container serves, such as another `baseUrl`.",
		},
	},
	{
		"startup-probe", "Killed by its startup probe", "is killed because it fails its startup probe: …", Proven,
		"The container runs, does not answer its startup probe as long as that is tried, and is killed for that. The exit code says nothing then.",
		[]string{
			"Look at its log: does it do its work, and is it only slow? Then raise `failureThreshold` or `periodSeconds` of the probe.",
			"Check port and path of the probe against what the container serves.",
		},
	},
	{
		"post-start-hook", "Killed for its postStart hook", "is killed because its postStart hook fails", Proven,
		"The kubelet runs the command or the request of `lifecycle.postStart` when the container has started, and kills the container if that fails. The exit code says nothing then. What the hook said is kept from everybody, for it may hold a secret.",
		[]string{
			"Run the hook's command by hand in a container of the image: is it there, and may it be run?",
			"Take the hook out of the values (`singleuser.lifecycleHooks`, `hub.lifecycle`), and do its work in the image or in an init container.",
		},
	},
	{
		"not-ready", "Runs, and is not ready", "runs, and is not ready yet", Waits,
		"The container runs, and its readiness probe does not pass yet. When the limit of the deploy (`helm.timeout`) comes, this is the cause.",
		[]string{
			"Read its log: what does it wait for?",
			"Raise `helm.timeout` where a hub takes long to start, for instance while it upgrades its database.",
		},
	},
	{
		"no-command", "Command not in the image", "cannot start: its command … is not in image …, or cannot be run", Proven,
		"The command of the container is not in the image, is a directory, or may not be executed.",
		[]string{
			"Correct the command in the values (`singleuser.cmd`, `hub.command`), or install it in the image.",
			"A script needs its execute bit in Git: `git update-index --chmod=+x <file>`.",
		},
	},
	{
		"container-error", "Container cannot start", "cannot start: …", Certain,
		"The container runtime could not make or start the container. The line ends with what it said.",
		[]string{"Read what the runtime says: `kubectl --namespace <hub> describe pod <pod>`. Often a mount, a user or a security setting is wrong."},
	},
	{
		"container-config", "Configuration is missing", "cannot start: …", Certain,
		"Something that the container's configuration names is not there, and the message is none of the known ones.",
		[]string{"Read the message, and look at the pod: `kubectl --namespace <hub> describe pod <pod>`."},
	},
	{
		"missing-key", "Key is missing", "cannot start: … has no key …", Certain,
		"The Secret or ConfigMap is there, and lacks the key that the container names.",
		[]string{
			"Add the key where the Secret is made: in `secrets/<hub>.yaml`, or in the chart's template.",
			"Which keys there are: `kubectl --namespace <hub> describe secret <name>`.",
		},
	},
	{
		"missing-secret", "Secret is missing", "cannot start: there is no …", Certain,
		"The container names a Secret that is not in the namespace. It does not come with the chart, or has another name.",
		[]string{
			"Add it to the chart, or correct the name. If somebody makes it by hand, it has to be there before the deploy.",
			"Where a controller makes it after the pods, raise `watch.fail_after`.",
		},
	},
	{
		"missing-configmap", "ConfigMap is missing", "cannot start: there is no …", Certain,
		"The container names a ConfigMap that is not in the namespace. It does not come with the chart, or has another name.",
		[]string{
			"Add it to the chart, or correct the name.",
			"Where a controller makes it after the pods, raise `watch.fail_after`.",
		},
	},
	{
		"starting", "Container is being started", "is being started", Waits,
		"Nothing is wrong: the node is making the container.",
		[]string{"Wait."},
	},
}
