package process

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// causes are what the outputs of real programs in testdata/said give: Git 2, Docker 28 (client) and 20 (engine), Podman, kubectl 1.37,
// helm 4.3, gcloud 528, sops 3.13, buildctl 0.34, cosign 3.1, Go.
var causes = map[string]string{
	"git-dubious":        `fatal: detected dubious ownership in repository at '/srv/hubs'`,
	"git-none":           `fatal: not a git repository (or any of the parent directories): .git`,
	"git-ls-nohost":      `fatal: unable to access 'https://no-such-host.invalid/x.git/': Could not resolve host: no-such-host.invalid`,
	"git-ls-refused":     `fatal: unable to access 'http://127.0.0.1:1/x.git/': Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server`,
	"git-ls-local":       `fatal: '/nowhere/x.git' does not appear to be a git repository`,
	"git-ssh":            `ssh: connect to host 127.0.0.1 port 22: Connection refused`,
	"git-hostkey":        `Host key verification failed.`,
	"git-ls-401":         `fatal: could not read Username for 'http://127.0.0.1:18765': terminal prompts disabled`,
	"git-ls-403":         `fatal: unable to access 'http://127.0.0.1:18765/403/x.git/': The requested URL returned error: 403`,
	"git-ls-404":         `fatal: repository 'http://127.0.0.1:18765/404/x.git/' not found`,
	"docker-nodaemon":    `Cannot connect to the Docker daemon at unix:///nowhere.sock. Is the docker daemon running?`,
	"docker-tcp":         `Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?`,
	"docker-pull-none":   `Error response from daemon: Get "http://127.0.0.1:18765/v2/": EOF`,
	"docker-build-copy":  `COPY failed: file not found in build context or excluded by .dockerignore: stat nope: file does not exist`,
	"docker-build-inst":  `Error response from daemon: dockerfile parse error line 2: unknown instruction: FOO`,
	"docker-build-base":  `Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused`,
	"docker-build-run":   `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown`,
	"docker-build-fails": `ERROR: No matching distribution found for nope (the command returned a non-zero code: 1)`,
	"podman-build-fails": `ERROR: No matching distribution found for nope (the command exit status 1)`,
	"buildkit-fails":     `ERROR: No matching distribution found for nope (the command did not complete successfully: exit code: 1)`,
	"docker-usage":       `docker: 'docker build' requires 1 argument`,
	"podman-pull":        `Error: initializing source docker://127.0.0.1:1/x:1: pinging container registry 127.0.0.1:1: Get "https://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused`,
	"podman-build":       `Error: building at STEP "COPY nope /": checking on sources under "/src/d": copier: stat: "/nope": no such file or directory`,
	"kubectl-noserver":   `The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?`,
	"kubectl-forbidden":  `Error from server (Forbidden):`,
	"kubectl-badconfig":  `error: error loading config file "/etc/passwd": couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`,
	"kubectl-plugin":     `print credential failed with error: Failed to retrieve access token:: failure while executing gcloud, with args [config config-helper --format=json]: exit status 1 (err: ERROR: (gcloud.config.config-helper) You do not currently have an active account selected.`,
	"kubectl-plugin2":    `ERROR: token expired`,
	"helm-dep":           `Unable to get an update from the "http://127.0.0.1:1/" chart repository: Get "http://127.0.0.1:1/index.yaml": dial tcp 127.0.0.1:1: connect: connection refused`,
	"helm-oci":           `Error: could not download oci://127.0.0.1:1/x/jupyterhub: failed to perform "FetchReference" on source: Get "https://127.0.0.1:1/v2/x/jupyterhub/manifests/9.9.9": dial tcp 127.0.0.1:1: connect: connection refused`,
	"helm-fail":          `Error: execution error at (hc/templates/a.yaml:1:6): no good`,
	"helm-schema":        `Error: values don't meet the specifications of the schema(s) in the following chart(s): hc: - at '': missing property 'b'; - at '/a': got string, want integer`,
	"helm-values":        `Error: cannot load values.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 1: did not find expected node content`,
	"helm-upgrade":       `Error: kubernetes cluster unreachable: Get "http://127.0.0.1:1/version": dial tcp 127.0.0.1:1: connect: connection refused`,
	"helm-nofile":        `Error: open /nowhere.yaml: no such file or directory`,
	"gcloud-key":         `ERROR: (gcloud.auth.activate-service-account) The .json key file is not in a valid format.`,
	"gcloud-cred":        `ERROR: (gcloud.container.clusters.get-credentials) You do not currently have an active account selected.`,
	"sops-nokey":         `Failed to get the data key required to decrypt the SOPS file: failed to load age identities. Did not find keys in locations 'SOPS_AGE_SSH_PRIVATE_KEY_FILE', 'SOPS_AGE_SSH_PRIVATE_KEY_CMD', '/home/a/.ssh/id_ed25519', '/home/a/.ssh/id_rsa', 'SOPS_AGE_KEY', 'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD', and '/home/a/.config/sops/age/keys.txt'.`,
	"sops-wrongkey":      `Failed to get the data key required to decrypt the SOPS file: failed to load age identities. Errors while loading age identities: failed to parse 'SOPS_AGE_KEY' age identities: malformed secret key: invalid checksum. Did not find keys in locations 'SOPS_AGE_SSH_PRIVATE_KEY_FILE', 'SOPS_AGE_SSH_PRIVATE_KEY_CMD', '/home/a/.ssh/id_ed25519', '/home/a/.ssh/id_rsa', 'SOPS_AGE_KEY_FILE', and 'SOPS_AGE_KEY_CMD'.`,
	"sops-bad":           `Error decrypting tree: Error walking tree: Could not decrypt value: Error base64-decoding data: illegal base64 data at input byte 4`,
	"buildctl":           `error: failed to call info: Unavailable: connection error: desc = "transport: Error while dialing: dial unix /nowhere.sock: connect: no such file or directory"`,
	"cosign":             `error during command execution: setting trusted material: getting trusted root from TUF for new bundle verification: error getting live trusted root: failed to create TUF client failed to load metadata: tuf refresh failed: Get "https://tuf-repo-cdn.sigstore.dev/15.root.json": dial tcp: lookup tuf-repo-cdn.sigstore.dev on 192.0.2.53:53: no such host`,
	"gobuild":            `./a.go:2:15: undefined: x`,
}

func TestTheCauseIsChosen(t *testing.T) {
	files, err := filepath.Glob("testdata/said/*.txt")
	if err != nil || len(files) != len(causes) {
		t.Fatalf("%d outputs and %d causes, %v", len(files), len(causes), err)
	}
	for _, file := range files {
		output, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if got := Cause(string(output)); got != causes[name] {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, causes[name])
		}
	}
}

func TestCausesOfPlainOutputs(t *testing.T) {
	for output, want := range map[string]string{
		"": "", "\n \n": "", "one": "one", "one\ntwo\n": "two", "Error: why\nmore\n": "Error: why",
		"fatal: Could not read from remote repository.\n":                                                                                                                   "fatal: Could not read from remote repository.",
		"remote: ====\nremote: ERROR: no such project\nremote: ====\nfatal: Could not read from remote repository.\n":                                                       "remote: ERROR: no such project",
		"git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.\n":                                                                   "git@github.com: Permission denied (publickey).",
		"error: RPC failed; HTTP 413\nfatal: the remote end hung up unexpectedly\n":                                                                                         "error: RPC failed; HTTP 413",
		"Error: hc/templates/a.yaml:1:13\n  executing \"hc\" at <.Values.a.b>:\n    nil pointer evaluating interface {}.b\n\nUse --debug flag to render out invalid YAML\n": `Error: hc/templates/a.yaml:1:13 executing "hc" at <.Values.a.b>: nil pointer evaluating interface {}.b`,
		"Step 1/2 : FROM a\n ---> 1\nStep 2/2 : RUN false\n ---> Running in 2\nThe command '/bin/sh -c false' returned a non-zero code: 1\n":                                "The command '/bin/sh -c false' returned a non-zero code: 1",
		"Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred:\n\t* timed out\n\n":                                                                             "Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred: * timed out",
	} {
		if got := Cause(output); got != want {
			t.Errorf("%q: got %q, want %q", output, got, want)
		}
	}
}

// A cause is one line, and there is one wherever there is a word.
func FuzzCause(f *testing.F) {
	f.Add("fatal: a\n\nb")
	f.Add("Failed to get the data key required to decrypt the SOPS file.\n | a")
	f.Add("Error:\nerror:\n:")
	f.Fuzz(func(t *testing.T, output string) {
		cause := Cause(output)
		if strings.Contains(cause, "\n") || (cause == "") != (strings.TrimSpace(output) == "") && !strings.Contains(output, "...") {
			t.Errorf("%q: %q", output, cause)
		}
	})
}
