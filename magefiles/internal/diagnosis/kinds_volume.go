package diagnosis

// volumeKinds are about volumes and networks of pods.
var volumeKinds = []Kind{
	{
		"no-storage-class", "StorageClass does not exist", "names StorageClass …, which does not exist", Certain,
		"The claim names a class that the cluster has not. A claim's class cannot be changed later.",
		[]string{
			"Correct `storageClassName` in the values; `kubectl get storageclasses` lists what there is.",
			"Delete the claim, which holds nothing: `kubectl --namespace <hub> delete persistentvolumeclaim <claim>`. Then deploy again.",
		},
	},
	{
		"no-volume", "Nothing makes the volume", "names no StorageClass, and no volume is there for it: nothing will ever make one", Certain,
		"The claim names no class, the cluster has no default one, and no volume is free for it.",
		[]string{
			"Name a class in the values, or make one the cluster's default.",
			"Delete the claim, which holds nothing: `kubectl --namespace <hub> delete persistentvolumeclaim <claim>`. Then deploy again.",
		},
	},
	{
		"claim-pending", "Claim is not bound yet", "is not bound yet: …", Waits,
		"The volume is on its way, or the provisioner has trouble of its own. The line ends with what it said.",
		[]string{"Wait. If it lasts: `kubectl --namespace <hub> describe persistentvolumeclaim <claim>`, and the log of the provisioner."},
	},
	{
		"volume", "Volume is not attached yet", "a volume is not attached yet: …", Waits,
		"A volume has to leave another node first, or its driver takes its time. One that can be on one node only stays there until the old pod is gone.",
		[]string{
			"Wait some minutes.",
			"If the old pod hangs on a node that is gone, delete the node from the cluster: its volumes are let go.",
		},
	},
	{
		"no-host-path", "Not on the node", "cannot start: on its node … is not a …", Certain,
		"The pod mounts a file or a directory of its node (`hostPath` with a `type`), and that is not there. Nothing makes it.",
		[]string{
			"Make it on each node that may take the pod, or have the kubelet make it: `type: DirectoryOrCreate`.",
			"A hub's data belongs into a claim: a pod that comes to another node does not find what it wrote on this one.",
		},
	},
	{
		"sandbox", "Network is not there yet", "its network is not there yet: …", Waits,
		"The node could not give the pod a network. A node that has just come may take a moment; an IP range that is used up never mends itself.",
		[]string{"Wait a minute. If it lasts, look at the network plugin's pods on that node, and at the range of addresses for pods."},
	},
}
