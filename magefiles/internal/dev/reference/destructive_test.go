package reference

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// scratch and cache are directories that nobody else writes to.
const (
	scratch = "it lies in the private directory of this run, which package scratch made and locks"
	cache   = "it lies in the cache of hub-ops, under a name that only hub-ops gives"
	sandbox = "it lies in the sandbox's directory: checkDir refuses one that holds anything and no marker of a sandbox"
)

// destructive is every function of this project that deletes or overwrites anything, in a cluster, in a registry or on disk: what it
// takes, and how it is known that this is ours to take. A function that begins to do so fails the test below until it is in here.
var destructive = []struct{ function, takes, ours string }{
	// The cluster. What a verb may work on, release/owner.go decides: checkOwner, checkOurs, checkOurNamespace.
	{"helm/arguments.go:upgradeArguments", "a release, and what it holds", "checkOwner, before the lock and under it: the release carries our record, or there is none and the namespace is ours or empty; ADOPT"},
	{"helm/arguments.go:brief", "nothing: it is shown", "-"},
	{"helm/arguments.go:switches", "objects of the release that cannot be patched, by --force", "as upgradeArguments; left out where the release holds a bound claim"},
	{"helm/arguments.go:dryRunArguments", "nothing: it renders", "-"},
	{"helm/arguments.go:rollbackArguments", "a release, and what it holds", "checkOurs in Rollback, checkOwner in deploys that fall back or mend"},
	{"helm/arguments.go:uninstallArguments", "a release, and what it holds, but for claims", "checkOurs in Remove; checkOwner in unstick, where a foreign release that is half changed is refused even with ADOPT"},
	{"kube/api/delete.go:Delete", "one object", "its path has group, version and namespace, and the UID is a precondition"},
	{"kube/api/request.go:open", "nothing: it refuses a deletion without a UID", "-"},
	{"kube/claims.go:DeleteClaims", "claims, with their data", "checkOurs or checkOurNamespace, then claims.Divide: the namespace's label or the claim's own marks; no pod uses them; by UID"},
	{"kube/userservers.go:DeleteUserServer", "the pod of a user's server", "the labels say that it is the server of that user; only the test user is asked for, whom the hub has made for this run or a killed one; by UID"},
	{"kube/leftovers.go:RemoveLeftovers", "what a failed upgrade has newly made", "Leftovers: in this revision and not in the last, by group, kind, namespace and name; helm's marks of this release; not older than the revision; by UID"},
	{"kube/stored.go:patchStored", "the Secret of a revision, or labels on it", "SetStored patches with the UID and the resourceVersion that were read; LabelStored adds a label of ours; a verb has asked whose the release is"},
	{"jupyter/server.go:AddUser", "nothing: it makes a user of a hub", "the hub refuses one that is there"},
	{"jupyter/server.go:Start", "nothing: it starts a server", "for a user that AddUser has made"},
	{"jupyter/server.go:Remove", "a user of a hub, the server, and the claim that the hub has made for it", "only the test user's name is given; he was made by this run, or by one that was killed; the role of the token can be for him alone"},
	{"jupyter/kernel.go:RunCell", "nothing: it starts a kernel", "in the server of that user"},
	{"kube/lock/lease.go:createLease", "nothing: it makes a Lease", "-"},
	{"kube/lock/lease.go:replaceLease", "the Lease hub-ops of a namespace", "with the UID and the resourceVersion that were read; a verb has asked whose the namespace is; other labels stay"},
	{"kube/lock/lock.go:take", "nothing: it makes a namespace", "only for a deploy, with our label"},
	{"kube/classroom.go:patchRoom", "the number of placeholders of a hub, and marks of ours", "checkOurs or the deploy's checkOwner, under the lock; with the UID and the resourceVersion that were read"},
	{"kube/recordkeys.go:MakeRecordKey", "nothing: it makes a Secret", "it fails if there is one"},
	{"kube/admission/admission.go:dryRun", "nothing: a dry run", "-"},
	{"kube/admission/doubt.go:holds", "nothing: it reads the word in a refusal", "-"},
	{"kube/admission/doubt.go:ways", "nothing: a dry run", "-"},
	{"kube/rights/permissions.go:Missing", "nothing: a question", "-"},
	{"ops/onehub/rollback.go:Rollback", "nothing itself: the word is in the refusal", "-"},
	{"release/data.go:deleteData", "nothing itself: the word is in advice", "-"},
	{"release/revision/revision.go:Open", "nothing itself: the word is in advice", "-"},

	// Registries.
	{"image/registry/deletion.go:Delete", "a tag of a hub's repository, and manifests", "prune.Plan: a tag that hub-ops makes, that nothing names, and whose manifests no other tag needs; manifests by digest"},
	{"image/push/publish.go:publish", "the tag of an image", "the tag is not there, or REBUILD=1"},
	{"image/push/publish.go:vouch", "nothing: it puts a manifest by its digest", "-"},
	{"image/push/publish.go:moveCacheTag", "the tag of the cache", "it is hub-ops's own name"},
	{"image/push/transfer.go:packed", "nothing: it puts an index by its digest", "-"},
	{"image/transport/resume.go:RoundTrip", "nothing: an upload that was begun goes on", "-"},
	{"helm/publish.go:Publish", "a chart in the sandbox's registry", "only the sandbox's demonstration calls it; on disk: " + scratch},

	// Comments.
	{"review/forge.go:create", "nothing: it makes a comment", "-"},
	{"review/forge.go:update", "the text of a comment of a pull request", "it begins with our marker, and its author is who the token is"},

	{"announce/announce.go:post", "nothing: it posts what was deployed", "-"},

	// Disk.
	{"git/base.go:Lay", "a new directory, with the files of a commit", scratch},
	{"preview/render.go:addValues", "copies of values", scratch},
	{"git/commit.go:Commit", "what is staged of the files of a commit that failed", "they had no changes before they were edited for it: checkClean"},
	{"git/lfs.go:write", "a file of a build's context that is being written", scratch},
	{"git/trees.go:writeWorkingTree", "the entries of an index", "the index is a private one: " + scratch},
	{"helm/cache.go:keep", "an archive of a chart", cache},
	{"chart/copy.go:Copy", "the files of a copy of a chart", scratch},
	{"helm/dependencies.go:place", "an archive of a chart in a copy of the chart", scratch},
	{"adopt/tree/upgrade.go:change", "a file of the copy of hub-ops in a repository", "the manifest there names it with the sum of what it is, in a directory below its own, it is a file and no link, and it is committed"},
	{"adopt/tree/upgrade.go:Differs", "a file to compare with", scratch},
	{"adopt/tree/write.go:replace", "a file of that copy", "as change; what is new has a path that nothing had"},
	{"newhub/place/place.go:Write", "a directory in Git's own, and new files", "the directory has the name that only hub-ops gives; what is new has a path that nothing had"},
	{"newhub/place/place.go:move", "nothing: it gives a file or directory of ours a path that nothing has", "a link replaces nothing; a directory at most an empty one"},
	{"newhub/place/place.go:Recover", "that directory", "as Write"},
	{"newhub/place/place.go:undo", "files of a hub that was not finished", "the record there names them, and their content is what was written; directories that are empty and were not there"},
	{"ops/repository/upgrade.go:Upgrade", "nothing itself: the word is the name of a directory", "-"},
	{"ops/dependencies/pin.go:replace", "charts.sum, and what is bumped", "it is hub-ops's own name, and mage charts:pin is told to write it; files that are bumped are committed as they are, were shown, and it was said that the edits are meant"},
	{"ops/dependencies/asread.go:putBack", "a file that a bump has written and not committed", "it was not there before, and holds what was written"},
	{"session/page.go:KeepPage", "a report of an earlier run", cache},
	{"helm/fetch.go:fetch", "a chart that is made to fetch others", scratch},
	{"image/build/builder.go:export", "a build's context", scratch},
	{"image/build/podman.go:FindPodman", "a file of settings for podman", scratch},
	{"image/cosign/cosign.go:Prepare", "files for cosign", scratch},
	{"image/engine/container.go:Remove", "a container", "it has our label; by the ID that the engine gave"},
	{"image/engine/container.go:End", "a container, with its volumes", "its name has a nonce of this run, or it has our label of trials and a name that says it is older than any trial"},
	{"image/build/repo2docker.go:byRepo2docker", "a Dockerfile, and the name that the image was built under", scratch + "; the name is made from the image's own"},
	{"image/build/trybuildkit.go:Try", "the Dockerfile of a trial", scratch},
	{"image/push/blobs.go:Save", "the list of what was pushed", cache},
	{"image/registry/credentials.go:WriteDockerConfig", "a Docker configuration", scratch},
	{"image/source/archive/archive.go:Close", "an unpacked archive", scratch},
	{"image/source/archive/member.go:take", "a layer of an archive", scratch},
	{"image/content/export.go:Export", "nothing: it writes a build's context", scratch},
	{"image/source/layout/layout.go:Pushed", "an OCI layout", cache},
	{"image/source/layout/layout.go:Sweep", "OCI layouts that nobody uses", cache},
	{"image/source/layout/layout.go:Write", "an OCI layout", cache},
	{"image/source/tarsplit/tarstream.go:close", "a temporary file", scratch},
	{"kube/access/access.go:Isolate", "a copy of a kubeconfig", scratch},
	{"kube/access/access.go:file", "a kubeconfig", scratch},
	{"kube/access/aks.go:convert", "a kubeconfig", scratch},
	{"kube/access/cloudsdk.go:copyLogins", "a copy of gcloud's or az's configuration", scratch},
	{"kube/access/gcloud.go:ConnectByGcloud", "a key file for gcloud", scratch},
	{"kube/access/gke.go:renew", "a kubeconfig with a token", scratch},
	{"kube/access/gke.go:write", "a kubeconfig with a token", scratch},
	{"kube/access/owncredentials.go:logIn", "a file with a secret for az", scratch},
	{"kube/api/proxy.go:serve", "the socket of kubectl proxy", scratch},
	{"kube/api/proxy.go:startProxy", "the directory of that socket", "MkdirTemp made it"},
	{"release/prepare.go:addValues", "copies of values", scratch},
	{"release/secrets.go:forgetSecrets", "decrypted values", scratch},
	{"sandbox/runc.go:runc", "a program", sandbox},
	{"sandbox/runc.go:runcOf", "a program's source", sandbox},
	{"sandbox/compile.go:compile", "a small program", sandbox},
	{"sandbox/compile.go:compileTo", "a small program that is being written, and one in its place, made of the same", cache},
	{"sandbox/compile.go:writeSources", "the source of a small program", sandbox},
	{"sandbox/kernel/cgroup.go:removeEach", "cgroups without processes", "their name is made from where the sandbox's directory lies, as the kernel knows that, or read from its node's files; the kernel refuses one with a process"},
	{"sandbox/real.go:awaitNode", "the StorageClass of the sandbox's cluster", "the cluster was made just now, and its kubeconfig lies in the sandbox's directory"},
	{"sandbox/programimage/programimage.go:Push", "the image of pods", "in the sandbox's registry, which was started just now"},
	{"sandbox/node/node.go:writePlan", "the plan of the node", sandbox},
	{"sandbox/node/certificates.go:writeCertificates", "certificates and keys", sandbox},
	{"sandbox/node/configurations.go:writeConfigurations", "configurations", sandbox},
	{"sandbox/node/configurations.go:writeHosts", "which hosts are asked for what a registry has", sandbox},
	{"sandbox/kernel/try_linux.go:tryOverlay", "a directory that it has made", sandbox},
	{"sandbox/realnode/namespaces.go:newRoot", "an empty directory", "it is in the node's own root directory, which is in memory"},
	{"sandbox/realnode/namespaces.go:coverSysctls", "files", "as newRoot"},
	{"sandbox/kernel/cgroup.go:enable", "which controllers cgroups have", "it only adds some, as a kubelet or systemd does"},
	{"sandbox/kernel/cgroup.go:MakeCgroup", "which processors the sandbox's cgroup has", "its name is made from the sandbox's directory"},
	{"sandbox/realnode/claims.go:serve", "nothing: it makes a volume", "-"},
	{"sandbox/realnode/claims.go:removeVolume", "a volume, and its directory", "in the sandbox's cluster and directory; the claim is gone, and the volume has our provisioner"},
	{"sandbox/realnode/balancers.go:balance", "the status of a Service", "in the sandbox's cluster"},
	{"sandbox/realnode/balancers.go:writeReach", "the list of addresses", sandbox},
	{"sandbox/buildkit.go:StartBuildKit", "buildkitd's settings; the signal only asks whether the process lives", sandbox},
	{"sandbox/cluster.go:startCluster", "files of the control plane", sandbox},
	{"sandbox/demonstration.go:Demonstration", "the demonstration project while it is made", sandbox},
	{"sandbox/hubimage/hubimage.go:build", "an image that was begun", cache},
	{"sandbox/hubimage/hubimage.go:furnish", "files of that image", cache},
	{"sandbox/hubimage/hubimage.go:Push", "an image of the demonstration", "in the sandbox's registry"},
	{"sandbox/load.go:Load", "a tag in the registry of the sandbox", "it is the sandbox that this user started, whose registry holds what is tried"},
	{"sandbox/demonstration.go:addProgram", "a file of that project", sandbox},
	{"sandbox/demonstration.go:writeTree", "files of that project", sandbox},
	{"sandbox/processes.go:endProcesses", "processes", "a path in the sandbox's directory is among their arguments, and they see the same directory there"},
	{"sandbox/rootless.go:inside", "the state of a user namespace", "MkdirTemp made it"},
	{"sandbox/rootless.go:remove", "the images of the sandbox's buildkitd", sandbox},
	{"sandbox/removal.go:emptyBut", "what is in the sandbox's directory", sandbox},
	{"sandbox/removal.go:removeAll", "the sandbox's directory", sandbox},
	{"sandbox/sandbox.go:clean", "the sandbox's state", sandbox},
	{"sandbox/sandbox.go:mark", "the marker of a sandbox", sandbox},
	{"sandbox/sandbox.go:save", "the sandbox's state", sandbox},
	{"sandbox/unfiltered/main.go:unfilter", "the bundle that runc was given", "buildkitd of the sandbox made it for this container"},
	{"scratch/scratch.go:newDir", "the private directory of this run", "MkdirTemp made it"},
	{"scratch/sweep.go:sweep", "a private directory that was never finished", "it has the name and the age of one, in a place that no other user can reach"},
	{"scratch/sweep.go:sweepRun", "the private directory of a killed run", "it has the name of one, and its lock is free"},
	{"session/checkout.go:LockCheckout", "the file of this checkout's lock", cache},
	{"session/live.go:beginLog", "the log of an earlier run at a terminal", "last.log in the cache, of this user, opened without following links, while no other run has its lock"},
	{"toolchain/modules.go:WriteModule", "the files of a module that is built", "in the cache as toolchain/build.go:build, or in the sandbox's directory"},
	{"toolchain/build.go:build", "tools", cache},
	{"toolchain/build.go:buildOnce", "what a killed build of a tool has left", cache},
	{"toolchain/take.go:take", "a tool", cache + "; it was not there"},
	{"toolchain/clean.go:Clean", "what only builds of tools needed", cache + "; no build runs, because their locks are held"},

	// Processes.
	{"process/hurry.go:killInHurry", "a process group", "this run has started it"},
	{"process/process.go:Run", "a process group", "this run has started it"},
	{"process/process.go:command", "a process group", "this run has started it"},
}

// calls are the functions of libraries that delete or overwrite, by package and name.
var calls = map[string][]string{
	"os":      {"Remove", "Create"},
	"root":    {"Remove", "Create"}, // an *os.Root
	"remote":  {"Delete", "Write", "WriteIndex", "Put", "Tag", "Push", "MultiWrite"},
	"http":    {"MethodDelete", "MethodPatch", "MethodPut", "MethodPost"},
	"syscall": {"Kill"},
	"unix":    {"Kill"},
}

// methods are those that delete or overwrite whatever they are called on: package os, an *os.Root, an *os.File.
var methods = []string{"RemoveAll", "Rename", "WriteFile", "Truncate"}

// words are arguments by which a program deletes or overwrites: helm's, kubectl's, docker's, git's.
var words = []string{"delete", "uninstall", "rollback", "upgrade", "apply", "patch", "replace", "rm", "rmi", "prune", "reset", "checkout", "clean", "--force"}

// TestEveryDestructiveFunctionIsKnown compares the table with the code, both ways. Tests, and what only tests and benchmarks run,
// are left out.
func TestEveryDestructiveFunctionIsKnown(t *testing.T) {
	found := destructiveFunctions(t)
	var known []string
	for _, one := range destructive {
		known = append(known, one.function)
		if one.takes == "" || one.ours == "" {
			t.Errorf("%s: say what it takes, and how that is known to be ours", one.function)
		}
		if found[one.function] == nil {
			t.Errorf("%s is in the table and deletes nothing (any more)", one.function)
		}
	}
	for function, what := range found {
		if !slices.Contains(known, function) {
			t.Errorf("%s can delete or overwrite (%s), and is not in the table: say what it takes, and how it knows that this is ours", function, strings.Join(what, ", "))
		}
	}
	if len(found) < 30 {
		t.Errorf("only %d functions were found: does this test still read the code?", len(found))
	}
}

// destructiveFunctions finds the functions, as package/file.go:Function, each with what it calls.
func destructiveFunctions(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	base := filepath.Join(root, "magefiles", "internal")
	err := filepath.WalkDir(base, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, base+string(filepath.Separator)))
		if entry.IsDir() {
			if slices.Contains([]string{"dev", "e2e", "git/gittest", "image/registry/registrytest", "image/source/sourcetest", "process/processtest", "session/sessiontest"}, name) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			if function, is := declaration.(*ast.FuncDecl); is {
				if does := destroys(function); len(does) > 0 {
					found[name+":"+function.Name.Name] = does
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// destroys lists what a function calls, and the words that it hands to programs.
func destroys(function *ast.FuncDecl) (does []string) {
	add := func(what string) {
		if !slices.Contains(does, what) {
			does = append(does, what)
		}
	}
	ast.Inspect(function, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			of := ""
			switch x := node.X.(type) {
			case *ast.Ident:
				of = x.Name
			case *ast.SelectorExpr: // t.remote.Put
				of = x.Sel.Name
			}
			if slices.Contains(calls[of], node.Sel.Name) || slices.Contains(methods, node.Sel.Name) {
				add(of + "." + node.Sel.Name)
			}
		case *ast.BasicLit:
			if text, err := strconv.Unquote(node.Value); node.Kind == token.STRING && err == nil && slices.Contains(words, text) {
				add(strconv.Quote(text))
			}
		}
		return true
	})
	return does
}
