package diagnosis

// imageKinds are about images that do not get to a node.
var imageKinds = []Kind{
	{
		"image-not-found", "Image not found", "image …: there is no such image in the registry", Certain,
		"The registry answers, and has no image of that name and tag. Either the tag was never pushed, or it was deleted, or the values name another repository.",
		[]string{
			"If it is the hub's own image: `mage push:hub <hub>`, then deploy again.",
			"Otherwise correct name and tag in the values. The error names the file and line where the tag stands.",
			"If images disappear by themselves, look at the registry's own rules for old tags, and at `mage images:prune`.",
		},
	},
	{
		"image-unauthorized", "Not allowed to pull the image", "the registry does not let the cluster pull it, or has no such repository", Certain,
		"The nodes' credentials do not open this repository. Many registries answer the same for a repository that does not exist.",
		[]string{
			"Check the name of the repository first.",
			"Give the hub an `imagePullSecret`, or let the nodes' account read the repository. A login on your machine does not help: nodes pull by themselves.",
		},
	},
	{
		"image-platform", "Image of another platform", "the image is not built for this node's platform", Certain,
		"The image has no variant for the processor or system of the node, such as an image for arm64 on an amd64 node.",
		[]string{
			"Set `image.platforms` to the platforms of the cluster's nodes, and push again.",
			"Or keep the pod on nodes of the image's platform, by a `nodeSelector` on `kubernetes.io/arch`.",
		},
	},
	{
		"image-never-pulled", "Image not on the node", "it is not on the node, and imagePullPolicy is Never", Certain,
		"The container may only use an image that the node has already, and this node has it not.",
		[]string{"Remove `imagePullPolicy: Never` from the values, or set it to `IfNotPresent`."},
	},
	{
		"image-signature", "Signature not accepted", "its signature is not accepted: …", Certain,
		"The node's container runtime verifies signatures, and does not accept this image's.",
		[]string{
			"Sign the image by the key that the node's policy wants: `REBUILD=1 mage push:hub <hub>` with `COSIGN_PRIVATE_KEY`.",
			"If the image is somebody else's, the policy of the nodes has to allow it.",
		},
	},
	{
		"invalid-image-name", "No valid name of an image", "that is no valid name of an image", Proven,
		"The name cannot be read: an empty tag, a capital letter, a space, or a value of the chart that was not set.",
		[]string{"Correct the name or the tag in the values. `mage diff:hub <hub>` shows what the chart makes of them."},
	},
	{
		"pull-rate-limit", "Registry limits the rate of pulls", "the registry limits the rate of pulls", Network,
		"Too many pulls came from the nodes' addresses. Docker Hub limits those who do not log in.",
		[]string{
			"Wait: the kubelet tries again, and a deploy waits for `watch.pull_grace`.",
			"Give the hub an `imagePullSecret`, or mirror the base images in a registry of your own.",
		},
	},
	{
		"pull-network", "Registry out of reach", "the registry cannot be reached", Network,
		"The node cannot resolve or reach the registry, or the registry has trouble of its own.",
		[]string{
			"Wait: a deploy waits for `watch.pull_grace`.",
			"Check the registry's own status, and whether nodes may reach it: firewall, proxy, DNS.",
		},
	},
	{
		"image-pull", "Image cannot be pulled", "it cannot be pulled: …", Network,
		"The container runtime gave a reason that is none of the known ones. The line ends with what it said.",
		[]string{"Read what the runtime says, and look at the pod's events: `kubectl --namespace <hub> describe pod <pod>`."},
	},
	{
		"pulling", "Image still being pulled", "image … is still being pulled", Waits,
		"Large images take minutes on a node that has none of their layers. Nothing is wrong.",
		[]string{
			"Wait, or raise `helm.timeout` for hubs with large images.",
			"To pull less: build hubs on one common base, so that nodes share its layers.",
		},
	},
}
