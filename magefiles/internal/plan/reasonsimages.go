package plan

// imageReasons are those of signatures, of images that tags name, and of images that are built elsewhere.
func imageReasons() []Reason {
	return []Reason{
		{
			"image-shared", "with hub …, which has the same image",
			"Several hubs have one image, and the first of them builds and pushes it for all.",
			[]string{"Nothing."},
		},
		{
			"image-failed", "its image was not built",
			"The hub is not deployed: this run could not make the image that it is to have. Other hubs are not stopped by that.",
			[]string{"Look at the build of its image in the log, and mend what it tells."},
		},
		{
			"image-unsigned", "the registry has …, not signed: …",
			"There is a key to sign with, and the registry has the image without a signature. A run signs only what it has built itself: anybody who may write to the registry can push to a tag first.",
			[]string{"`REBUILD=1 mage push:hub <hub>` builds, pushes and signs it anew.", "If nobody of you has pushed it, find out who may write to the registry."},
		},
		{
			"image-replaced", "… names … in the registry, and this run has pushed … under it: …",
			"This run has pushed the image, and the registry has another one under its tag now: another run replaced it, or somebody else did.",
			[]string{"See whether another run was pushing the same commit at that time, and begin this one again.", "`ALLOW_IMAGE=<digest>` deploys the one that is there."},
		},
		{
			"image-doubted", "… names … in the registry, and … when revision … was deployed: …",
			"A tag stands for one content. The registry has another image under it than the one that was deployed under it before, and nobody vouches for that one.",
			[]string{"Find out who replaced it: it was built anew with other bases, or somebody pushed to the tag.", "`ALLOW_IMAGE=<digest>` deploys the one that is there; `REBUILD=1` makes it anew."},
		},
		{
			"elsewhere-absent", "… is not in its registry",
			"The hub is not deployed: an image that it wants, and that is built elsewhere, is not in its registry.",
			[]string{"Correct its name or tag below `images` in hubops.yaml: the reason has file and line."},
		},
		{
			"elsewhere-found", "built elsewhere: … is …",
			"The image is built by somebody else, so nothing is built or pushed. The digest is what its registry has under the tag now, and what nodes pull.",
			[]string{"Nothing."},
		},
		{
			"elsewhere-assumed", "built elsewhere; … is taken by its name, for this is a sandbox, …",
			"The registry of the image does not answer. In a sandbox no node pulls it, so it is taken to be there.",
			[]string{"Nothing. Outside of the sandbox the hub would not be deployed."},
		},
		{
			"elsewhere-missing", "built elsewhere; … is not in its registry",
			"The registry of an image that is built elsewhere has no such tag, so pods could not be started.",
			[]string{"Correct its name or tag below `images` in hubops.yaml.", "If it was there, ask whoever builds it whether the tag was deleted."},
		},
		{
			"elsewhere-unknown", "built elsewhere; whether … is not known: …",
			"The registry of an image that is built elsewhere does not answer, or refuses this login, so nobody knows which image its tag names, or whether that is signed.",
			[]string{"Look at the cause behind it: a login is needed (`docker login`), or the registry is away."},
		},
		{
			"elsewhere-refused", "…: nobody knows whether it …: …",
			"The hub is to be deployed with an image that is built elsewhere, and its registry does not say whether it has it, or whether it is signed. A deploy would pin whatever there is.",
			[]string{"Look at the cause behind it, and begin the run again when the registry answers."},
		},
		{
			"elsewhere-moved", "images.…: … names … now, and … in revision …",
			"The tag of an image that is built elsewhere names another image now than the one that is deployed, and `follow` says that the hub follows it.",
			[]string{"Nothing: the deploy takes the new one. A digest in hubops.yaml holds one image."},
		},
		{
			"elsewhere-doubted", "… names … now, and … when revision … was deployed: it was built anew there, …",
			"The tag of an image that is built elsewhere names another image than when it was deployed: it was built anew there, or somebody replaced it.",
			[]string{
				"Ask whoever builds it which is so.", "`ALLOW_IMAGE=<digest>` deploys it once; a digest in hubops.yaml (`name@sha256:…`) holds one.",
				"`images.<key>.follow: true` takes what the tag names each time.",
			},
		},
		{
			"signature-refused", "…; to be refused, for …",
			"Images must be signed (`image.cosign_key`), and this one is not, so the deploy would be refused when it comes to it.",
			[]string{
				"Push it with the key (`COSIGN_PRIVATE_KEY`): `REBUILD=1 mage push:hub <hub>` signs an image that is there already.",
				"Of an image that is built elsewhere, have its builder sign it, or say `unsigned: true` below `images`.",
			},
		},
	}
}
