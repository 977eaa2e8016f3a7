package config

// imageSettings are about images: what they are made of, who builds them, and where they are kept.
var imageSettings = []Setting{
	{
		Key: "image.repository", Env: "IMAGE_REPOSITORY",
		Help:  "Repository of a hub's user image, such as `registry.example.org/us/user-{hub}`; `{hub}` is the image's name, which is the hub's as a rule. Without it, no hub with an image of its own is pushed or deployed; a sandbox needs no value.",
		field: func(c *Config) any { return &c.ImageRepository },
		rule:  perHubRepository,
	},
	{
		Key: "image.shared", Env: "IMAGE_SHARED",
		Help:  "Directories that are copied into every build context, each under its own name: with `user-images/scripts` a Dockerfile can say `COPY scripts /scripts`. What is in them counts for the tag.",
		field: func(c *Config) any { return &c.Shared },
		rule:  directories,
	},
	{
		Key: "image.build_args", Env: "IMAGE_BUILD_ARGS",
		Help:  "Build arguments of every image, as `NAME=value`. They count for the tag, and can be read in the image: no place for a secret.",
		field: func(c *Config) any { return &c.BuildArgs },
		rule:  buildArguments,
	},
	{
		Key: "image.platforms", Env: "IMAGE_PLATFORMS",
		Help:  "Platforms that images are for, as `linux/arm64`; `linux/amd64` if empty, on every machine. They count for the tag. Several make an index, which only BuildKit builds.",
		field: func(c *Config) any { return &c.Platforms },
		rule:  platforms,
	},
	{
		Key: "image.attestations", Env: "IMAGE_ATTESTATIONS",
		Help:  "What BuildKit attests of an image: `provenance`, `sbom`. It is pushed beside the image, as BuildKit makes it.",
		field: func(c *Config) any { return &c.Attestations },
		rule:  oneOf("provenance", "sbom"),
	},
	{
		Key: "image.compression", Env: "COMPRESSION", Default: "gzip",
		Help:  "How new layers are compressed: `gzip`, which every engine pulls, or `zstd`, which is faster and smaller, and which Docker pulls since 23.0 and containerd since 1.5.",
		field: func(c *Config) any { return &c.Compression },
		rule:  oneOf("gzip", "zstd"),
	},
	{
		Key: "image.name_paths", Env: "IMAGE_NAME_PATHS", Default: "jupyterhub.singleuser.image.name",
		Help:  "Value paths of the chart that receive the image's name.",
		field: func(c *Config) any { return &c.NamePaths },
	},
	{
		Key: "image.tag_paths", Env: "IMAGE_TAG_PATHS", Default: "jupyterhub.singleuser.image.tag",
		Help:  "Value paths of the chart that receive the image's tag, always as a string.",
		field: func(c *Config) any { return &c.TagPaths },
	},
	{
		Key: "image.max_size", Env: "IMAGE_MAX_SIZE",
		Help:  "Largest size of an image, as the registry has it (compressed): `6GB`, or one for each hub or pattern: `{\"*\": 6GB, bootcamp-hub: 8GB}`, as a variable `*=6GB,bootcamp-hub=8GB`. A larger one is not pushed.",
		field: func(c *Config) any { return &c.MaxSize },
	},
	{
		Key: "image.cosign_key", Env: "COSIGN_PUBLIC_KEY",
		Help:  "Public key of the signatures of images: a file of the repository (`cosign.pub`), its content, or a key of a key management service (`gcpkms://…`). With it, no image is deployed that cosign does not find signed by that key.",
		field: func(c *Config) any { return &c.CosignPublicKey },
	},
	{
		Env: "COSIGN_PRIVATE_KEY", Secret: true, access: forDeploy,
		Help:  "Private key with which cosign signs what is pushed: the content of `cosign.key`, as it is or in base64. Where no public key is set, deploys want its signatures.",
		field: func(c *Config) any { return &c.CosignPrivateKey },
	},
	{
		Env: "COSIGN_KEY_FILE", access: forDeploy,
		Help:  "File of that private key, or its place in a key management service, instead of its content.",
		field: func(c *Config) any { return &c.CosignKeyFile },
	},
	{
		Env: "COSIGN_PASSWORD", Secret: true, access: forDeploy, Help: "Password of the private key.",
		field: func(c *Config) any { return &c.CosignPassword },
	},
	{
		Key: "image.root", Env: "IMAGE_ROOT", Default: "warn",
		Help:  "An image that runs as root: `warn`, `refuse`, or `allow`.",
		field: func(c *Config) any { return &c.RootImages },
		rule:  oneOf("warn", "refuse", "allow"),
	},
	{
		Key: "image.keep_age", Env: "IMAGE_KEEP_AGE", Default: "720h",
		Help:  "`images:prune` keeps the tags of images that are younger than this; with a unit up to `h`: `720h` are 30 days.",
		field: func(c *Config) any { return &c.KeepAge },
		rule:  notNegative,
	},
	{
		Key: "image.keep_count", Env: "IMAGE_KEEP_COUNT", Default: "5",
		Help:  "So many tags of each hub that nothing needs are kept by `images:prune`, the newest.",
		field: func(c *Config) any { return &c.KeepCount },
		rule:  notNegative,
	},
	{
		Key: "builder", Env: "BUILDER",
		Help:  "What builds images: `docker`, `podman`, or `buildkit` by buildctl; if empty, BuildKit where `BUILDKIT_HOST` is set, then Docker, then Podman.",
		field: func(c *Config) any { return &c.Builder },
		rule:  oneOf("", "docker", "podman", "buildkit"),
	},
	{
		Env: "BUILDKIT_HOST", Help: "Address of a buildkitd: on this machine, or in a cluster (`unix://…`, `tcp://…`, `kube-pod://…`).",
		field: func(c *Config) any { return &c.BuildKitHost },
	},
	{
		Env: "BUILD", Default: "true", Help: "`0`: build nothing; then nothing is pushed either, and the run says so.",
		field: func(c *Config) any { return &c.Build },
	},
	{
		Env: "REBUILD", Default: "false", Help: "`1`: build and push although the registry has the tag.",
		field: func(c *Config) any { return &c.Rebuild },
	},
	{
		Key: "bump", Env: "BUMP", Default: "minor",
		Help:  "How far `bump:chart` and `bump:base` go: `minor` stays within a major version, `patch` within a minor one, `major` takes any newer one.",
		field: func(c *Config) any { return &c.Bump },
		rule:  oneOf("patch", "minor", "major"),
	},
	{
		Env: "APPLY", Default: "false", Help: "`1`: `images:prune` deletes what it lists.",
		field: func(c *Config) any { return &c.Apply },
	},
	{
		Key: "image.rebuild_on_base", Env: "REBUILD_ON_BASE", Default: "false",
		Help:  "Build images anew, under tags of their own, when the image that they are built on has moved in its registry.",
		field: func(c *Config) any { return &c.RebuildOnBase },
	},
	{
		Env: "REGISTRY_USERNAME", access: forRegistry, Help: "User for the image registry; without it, the standard keychains are asked.",
		field: func(c *Config) any { return &c.RegistryUsername },
	},
	{
		Env: "REGISTRY_PASSWORD", Secret: true, access: forRegistry, Help: "Password or token for the image registry.",
		field: func(c *Config) any { return &c.RegistryPassword },
	},
	{
		Env: "REGISTRY_HOST", Help: "Host that this login is for, `docker.io` for Docker Hub: no other gets it. If empty, the hosts that `image.repository` names on the owning branches at `origin`.",
		field: func(c *Config) any { return &c.RegistryHost },
	},
}
