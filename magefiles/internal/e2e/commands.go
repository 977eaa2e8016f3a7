package e2e

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/process/processtest"
	"hub-ops/magefiles/internal/sandbox"
)

// commands are what scripts can call beside testscript's own. README.md lists them, from the comments of these functions.
var commands = map[string]func(*testscript.TestScript, bool, []string){
	"needs": needs, "forge": forge, "workflow": workflow, "hub": newHub, "commit": commit, "origin": origin, "exits": exits, "untouched": untouched, "refused": refused, "kubectl": kubectl, "helm": helmByHand, "until": until, "tagged": tagged, "indexed": indexed, "attested": attested,
	"locked-registry": lockedRegistry, "cncf-registry": cncfRegistry, "hangs-up": hangsUp, "refusing-registry": refusingRegistry, "buildkitd": buildkitd, "mortal-engine": mortalEngine,
	"docs-site": docsSite, "processes": processes, "listens": listens, "kill-all": killAll, "appears": appears, "sops": sops, "reach": reach,
	"webhook-authoriser": webhookAuthoriser, "hostile-charts": hostileCharts, "serves": serves,
	"trouble": trouble, "cluster-proxy": clusterProxy, "second-cluster": secondCluster, "healthy": healthy,
	"chart": publishChart, "moved": moved, "cosign-keys": cosignKeys, "listing-registry": listingRegistry, "stranger": stranger,
	"immutable-registry": immutableRegistry, "project": copyProject, "documented": documented,
	"behaves": behaves, "behaviours": behaviours, "behaved": behaved, "recorder": recorder, "permitted": permitted, "answers": answers, "reached": reached, "signals": signals, "sleeps": sleeps, "node-registry": nodeRegistry,
}

// newHub NAME... writes minimal hubs: a chart of one Deployment, and an image of one file.
func newHub(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		writeFiles(ts, map[string]string{
			"hub-charts/" + name + "/Chart.yaml":           "apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n",
			"hub-charts/" + name + "/values.yaml":          "jupyterhub: {singleuser: {image: {name: unset, tag: unset}}}\n",
			"hub-charts/" + name + "/templates/proxy.yaml": proxyTemplate,
			"user-images/" + name + "/Dockerfile":          "FROM scratch\nCOPY course.md /\n",
			"user-images/" + name + "/course.md":           "The course of " + name + ".\n",
		})
	}
}

// writeFiles writes files, and the directories above them.
func writeFiles(ts *testscript.TestScript, files map[string]string) {
	for file, content := range files {
		path := ts.MkAbs(file)
		ts.Check(os.MkdirAll(filepath.Dir(path), 0o750))
		ts.Check(os.WriteFile(path, []byte(content), 0o600))
	}
}

const proxyTemplate = `apiVersion: apps/v1
kind: Deployment
metadata: {name: proxy}
spec:
  replicas: {{ default 1 .Values.replicas }}
  selector: {matchLabels: {component: proxy}}
  template:
    metadata: {labels: {component: proxy}}
    spec:
      nodeSelector: {{ toJson (default dict .Values.nodeSelector) }}
      containers:
        - name: proxy
          image: {{ .Values.jupyterhub.singleuser.image.name }}:{{ .Values.jupyterhub.singleuser.image.tag }}
`

// docsSite copies the project's documentation to docs.
func docsSite(ts *testscript.TestScript, _ bool, _ []string) {
	for _, part := range []string{"assets", "content", "layouts"} {
		ts.Check(os.CopyFS(ts.MkAbs("docs/"+part), os.DirFS(filepath.Join(stage.root, "docs", part))))
	}
	settings, err := os.ReadFile(filepath.Join(stage.root, "docs", "hugo.toml"))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("docs/hugo.toml"), settings, 0o600))
}

// processes DIR makes sure that there are processes with the directory among their arguments, or, negated, none.
func processes(ts *testscript.TestScript, neg bool, args []string) {
	if found := pidsWith(args[0]); (len(found) > 0) == neg {
		ts.Fatalf("processes of %s: %v", args[0], found)
	}
}

// killAll DIR kills the processes with the directory among their arguments, at once.
func killAll(ts *testscript.TestScript, _ bool, args []string) {
	for _, pid := range pidsWith(args[0]) {
		ts.Check(syscall.Kill(pid, syscall.SIGKILL))
	}
}

// appears FILE waits until there is such a file.
func appears(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
	}
	ts.Fatalf("%s: not within a minute", args[0])
}

// pidsWith finds the processes with a directory among their arguments.
func pidsWith(dir string) []int {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	var pids []int
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(content), dir+"/") {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// descendants finds the processes that a process has started, and that those have started, the youngest first.
func descendants(pid int) []int {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	var found []int
	for _, file := range files {
		content, err := os.ReadFile(file)
		_, rest, _ := strings.Cut(string(content), ") ")
		fields := strings.Fields(rest) // state, parent, …
		if err != nil || len(fields) < 2 || fields[1] != strconv.Itoa(pid) {
			continue
		}
		if child, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			found = append(append(found, descendants(child)...), child)
		}
	}
	return found
}

// commit makes the current directory a Git repository, if it is none, and commits everything in it.
func commit(ts *testscript.TestScript, _ bool, _ []string) {
	if _, err := os.Stat(ts.MkAbs(".git")); err != nil {
		ts.Check(ts.Exec("git", "init", "--quiet", "--initial-branch", "master"))
		// testscript's own, the home directory, and a sandbox of the script's own
		ts.Check(os.WriteFile(ts.MkAbs(".git/info/exclude"), []byte("/.tmp/\n/.home/\n/.registry/\n/.buildkit/\n/.s/\n"), 0o600))
	}
	ts.Check(ts.Exec("git", "add", "--all"))
	ts.Check(ts.Exec("git", "commit", "--quiet", "--message", "a commit"))
	// Not before: by sizes and times Git knows what has changed since.
	ts.Check(ofOneTime(ts.MkAbs(".")))
	ts.Check(ts.Exec("git", "update-index", "-q", "--refresh"))
}

// ofOneTime gives the files and directories of a project one time. A layer holds it: without that, two builds of the same files would make the
// same layer only where the engine's cache still has the first, and other scripts remove images at the same time.
func ofOneTime(project string) error {
	when := time.Unix(1_600_000_000, 0)
	return filepath.WalkDir(project, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && filepath.Dir(path) == project && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case entry.IsDir() || entry.Type().IsRegular():
			return os.Chtimes(path, when, when)
		}
		return nil
	})
}

// exits CODE COMMAND... runs the command, which must end with that exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got, ended := processtest.ExitCode(err)
	if !ended {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// untouched HUB... makes sure that neither the registry nor the cluster has anything of the hubs, and that the working
// tree is as it was committed.
func untouched(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		if tags := tagsOf(ts, name); len(tags) > 0 {
			ts.Fatalf("the registry has images of %s: %q", name, tags)
		}
		if err := ts.Exec(tool("kubectl"), "--kubeconfig", state(ts).Kubeconfig, "get", "namespace", name); err == nil {
			ts.Fatalf("the cluster has a namespace %s", name)
		}
	}
	if _, err := os.Stat(ts.MkAbs(".git")); err == nil {
		ts.Check(ts.Exec("git", "status", "--porcelain"))
		if changed := ts.ReadFile("stdout"); changed != "" {
			ts.Fatalf("the working tree has changed:\n%s", changed)
		}
	}
}

// tagged HUB TAG makes sure that the registry has a tag that begins so.
func tagged(ts *testscript.TestScript, neg bool, args []string) {
	tags := tagsOf(ts, args[0])
	found := false
	for _, tag := range tags {
		found = found || strings.HasPrefix(tag, args[1])
	}
	if found == neg {
		ts.Fatalf("the tags of %s are %q", args[0], tags)
	}
}

// imageOf returns the repository of a hub's image in the sandbox.
func imageOf(hub string) string { return strings.ReplaceAll(sandbox.Images, "{hub}", hub) }

func tagsOf(ts *testscript.TestScript, name string) []string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+state(ts).Registry+"/v2/"+imageOf(name)+"/tags/list", nil)
	ts.Check(err)
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer func() { _ = response.Body.Close() }()
	var list struct{ Tags []string }
	if response.StatusCode == http.StatusOK {
		ts.Check(json.NewDecoder(response.Body).Decode(&list))
	}
	return list.Tags
}

// kubectl ARGS... asks the sandbox's cluster.
func kubectl(ts *testscript.TestScript, neg bool, args []string) {
	if err := ts.Exec(tool("kubectl"), append([]string{"--kubeconfig", state(ts).Kubeconfig}, args...)...); (err != nil) != neg {
		ts.Fatalf("kubectl %s: %v", strings.Join(args, " "), err)
	}
}

// helmByHand ARGS... is what somebody does to the sandbox's cluster with the helm of version 4 and without hub-ops.
func helmByHand(ts *testscript.TestScript, neg bool, args []string) {
	if err := ts.Exec(tool("helm"), append([]string{"--kubeconfig", state(ts).Kubeconfig}, args...)...); (err != nil) != neg {
		ts.Fatalf("helm %s: %v", strings.Join(args, " "), err)
	}
}

// reach puts the sandbox's kubeconfig into the variables FILE and CONTENT (in base64), and its API server into SERVER: for
// what is not allowed to know that there is a sandbox.
func reach(ts *testscript.TestScript, _ bool, _ []string) {
	file := state(ts).Kubeconfig
	content, err := os.ReadFile(file)
	ts.Check(err)
	ts.Setenv("FILE", file)
	ts.Setenv("CONTENT", base64.StdEncoding.EncodeToString(content))
	ts.Setenv("SERVER", regexp.MustCompile(`https://[0-9.:]+`).FindString(string(content)))
}

// sops ARGS... runs sops.
func sops(ts *testscript.TestScript, _ bool, args []string) { ts.Check(ts.Exec(tool("sops"), args...)) }

// until ARGS... waits until kubectl with these arguments succeeds.
func until(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if ts.Exec(tool("kubectl"), append([]string{"--kubeconfig", state(ts).Kubeconfig}, args...)...) == nil {
			return
		}
	}
	ts.Fatalf("kubectl %s: not within a minute", strings.Join(args, " "))
}

// lockedRegistry starts a registry that wants user "a" with password "correct-horse", and puts its address into the
// variable REGISTRY.
func lockedRegistry(ts *testscript.TestScript, _ bool, _ []string) {
	inner := memoryRegistry()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "a" || password != "correct-horse" {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	ts.Setenv("REGISTRY", strings.TrimPrefix(server.URL, "http://"))
}

// buildkitd starts a buildkitd on the socket .buildkit/socket.
func buildkitd(ts *testscript.TestScript, _ bool, _ []string) {
	dir := ts.MkAbs(".buildkit")
	ts.Check(os.Mkdir(dir, 0o700))
	socket := filepath.Join(dir, "socket")
	config := filepath.Join(dir, "buildkitd.toml")
	ts.Check(os.WriteFile(config, []byte("[registry.\""+state(ts).Registry+"\"]\nhttp = true\n"), 0o600))
	args := []string{"--root", filepath.Join(dir, "root"), "--addr", "unix://" + socket, "--config", config, "--containerd-worker=false"}
	pid, err := newRunner(stage.environ).Start(process.Cmd{Name: tool("buildkitd"), Args: args}, filepath.Join(dir, "log"))
	ts.Check(err)
	ts.Defer(func() {
		_ = syscall.Kill(pid, syscall.SIGTERM) // it unmounts what it has mounted
		for range 100 {
			if syscall.Kill(pid, 0) != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(socket); err == nil {
			return
		}
	}
	ts.Fatalf("buildkitd does not start: %s", ts.ReadFile(filepath.Join(dir, "log")))
}

func state(ts *testscript.TestScript) *sandbox.State {
	current, err := sandboxOf(ts).Current()
	ts.Check(err)
	if current == nil {
		ts.Fatalf("the scripts' sandbox is not up")
	}
	return current
}

// sandboxOf is the sandbox that the scripts share.
func sandboxOf(*testscript.TestScript) *sandbox.Sandbox {
	return &sandbox.Sandbox{Dir: stage.sandboxDir}
}

// tool returns the path of a built tool.
func tool(name string) string {
	paths, err := filepath.Glob(filepath.Join(stage.cache, "tools", name+"-*", name))
	if err != nil || len(paths) == 0 {
		return name
	}
	return paths[len(paths)-1]
}
