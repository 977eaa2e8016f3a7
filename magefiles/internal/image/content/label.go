package content

// Labels that every image carries: opencontainers/image-spec, annotations.md.
const (
	LabelRevision   = "org.opencontainers.image.revision"    // the commit, with "-dirty" if there is more than that in it
	LabelSource     = "org.opencontainers.image.source"      // where the commit is
	LabelCreated    = "org.opencontainers.image.created"     // the commit's date
	LabelBaseName   = "org.opencontainers.image.base.name"   // as the Dockerfile has it
	LabelBaseDigest = "org.opencontainers.image.base.digest" // in its registry when the image was built
)

// LabelCheck is on an image that had to do what a check.yaml lists before it was pushed: its SHA-256.
const LabelCheck = "hub-ops.check"

// LabelRepo2docker is on an image that repo2docker has built: its version, which repo2docker itself puts there.
const LabelRepo2docker = "repo2docker.version"
