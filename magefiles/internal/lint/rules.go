package lint

// Rule explains one rule to an operator: the same text wherever it is shown.
type Rule struct {
	Name  string
	Finds string
	Level string
	Means string   // why it is a mistake
	Do    []string // what to do
}

// Rules returns every rule that hubops.yaml can allow.
func Rules() []Rule {
	return []Rule{
		{
			BaseUnpinned, "an image without a tag, or `latest`: a base, `# syntax`, `COPY --from`, `RUN --mount=from`; one that is built elsewhere, without `follow`", "error; a warning for the last",
			"The name can be another image tomorrow: then the same commit builds, or runs, something else.",
			[]string{"Give it the tag of a version, or better a digest: `FROM quay.io/jupyter/base-notebook:2026-08-01`."},
		},
		{
			DownloadUnpinned, "an `ADD` of an address without `--checksum`, or of a Git repository without a commit", "warning",
			"What is fetched can change, and nobody notices: the tag of the image comes from the Dockerfile.",
			[]string{"Add `--checksum=sha256:…`, or the hash of a commit behind `#`."},
		},
		{
			SecretInImage, "an `ARG` or `ENV` whose name is a credential's, as `API_KEY`, `PGPASSWORD` and `NPM_PAT` are", "error",
			"Everybody who can pull the image reads its history, and so the value.",
			[]string{"Take it as a secret of the build, `RUN --mount=type=secret`, or give it to the hub as a secret value.", "Change the credential if the image was pushed."},
		},
		{
			PlainSecret, "a secret file, `secrets/dockerhub` or `secrets/gke-auth-key.json` that is committed in plain text, or in which SOPS has left a credential, or everything, so", "error",
			"Everybody who can read the repository, and each clone of it, has the values.",
			[]string{"Encrypt the file with git-crypt or SOPS.", "Change every value in it: the history keeps the old ones."},
		},
		{
			LinkedSecret, "one of these that is a link, or lies behind one: Git holds where that leads to", "error; for a hub's secret file every run refuses it",
			"Git keeps the name of the target, not its content, so a deploy elsewhere has other values, or none.",
			[]string{"Commit the file itself in its place, encrypted."},
		},
		{
			SharedSecret, "one secret value in two hubs, where the files can be read", "error",
			"Who runs one of the hubs can act as the other: a proxy token or a cookie secret is valid for both.",
			[]string{"Make a value of its own for each: `openssl rand -hex 32`."},
		},
		{
			SameAddress, "two hubs with one host and `baseUrl`", "error; a warning without a host",
			"Only one of them can be reached, and which one is chance.",
			[]string{"Give each a host, or a `baseUrl`, of its own."},
		},
		{
			FloatingChart, "a chart dependency with a range for a version", "error; a warning with a lock file",
			"The same commit deploys another chart when a new version is published.",
			[]string{"Write the exact version into `Chart.yaml`, and commit `Chart.lock`."},
		},
		{
			ChartUnpinned, "a fetched chart in an exact version that `charts.sum` does not pin", "error; a warning without that file",
			"Its repository could serve another content under the same version.",
			[]string{"Run `mage charts:pin`, and commit `charts.sum`."},
		},
		{
			PlainHTTP, "a chart that comes from `http://`", "warning",
			"Anybody on the way can replace it.",
			[]string{"Use `https://`, or `oci://`."},
		},
		{
			OtherImage, "values that name an image which the deploy replaces, or none where none is built", "warning",
			"The deploy sets the image that the repository builds, so what the values say is read by nobody.",
			[]string{"Take the image out of the values, or set `unset` for its name and tag."},
		},
		{
			ShortSecret, "a secret value that is too short to be masked", "warning",
			"So short a text stands in many lines by chance; it is not masked, and may be seen in a log.",
			[]string{"Use a longer value, which is harder to guess too."},
		},
		{
			LockedFile, "a chart's file that git-crypt has locked; a deploy says so, lint does not", "refused",
			"The release would get the encrypted bytes for the file's content.",
			[]string{"Unlock the checkout with `GIT_CRYPT_KEY`, or move the file out of the chart.", "If it is meant, allow it: `locked-file:<file>`."},
		},
	}
}
