package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/sandbox"
)

// aRun is one run of a target. HUB-x in args is the hub x of the project that it runs in.
type aRun struct {
	args string
	code int
	env  []string
}

// Ways in which a run that has no end within reason is ended.
const (
	terminated = 130 // by SIGTERM, as CI cancels it
	killed     = -9  // by SIGKILL, with all that it has started in its group
	severally  = -4  // several hubs fail, each with a code of its own
	unlessBusy = -3  // success, or 3 while a release of another test's is stuck or under way
)

// sweep is everyTarget's, for all tests of a process: it takes a while.
var sweep struct {
	once  sync.Once
	found *findings
}

// everyTarget runs every target, and tells what went wrong.
func everyTarget(t *testing.T) *findings {
	t.Helper()
	sweep.once.Do(func() { sweep.found = runEverything(t) })
	if sweep.found == nil {
		t.Fatal("the targets could not be run: see the other test")
	}
	return sweep.found
}

// runEverything runs the targets in several projects side by side.
func runEverything(t *testing.T) *findings {
	t.Helper()
	found := new(findings)
	refusing := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		rw.WriteHeader(http.StatusUnauthorized)
	}))
	defer refusing.Close()
	good, bad, own, cut := newWatched(t, "good", found), newWatched(t, "bad", found), newWatched(t, "own", found), newWatched(t, "cut", found)
	bad.bad = true
	runs := map[*watched][]aRun{
		good: inSuccess(registryOf(t)), bad: inFailure(strings.TrimPrefix(refusing.URL, "http://")), own: ofTheProject(own), cut: cutOff(cut),
	}
	complain(t, slices.Concat(runs[good], runs[bad], runs[own], runs[cut]))
	for w := range runs {
		w.plant()
		w.furnish()
		w.must("git", "init", "--quiet", "--initial-branch", "master")
		w.must("git", "add", "--all")
		w.must("git", "commit", "--quiet", "--message", "a commit")
		origin := filepath.Join(t.TempDir(), "origin")
		w.must("git", "clone", "--quiet", "--bare", ".", origin)
		w.must("git", "remote", "add", "origin", origin)
	}
	own.writeProject()
	own.must("git", "add", "--all")
	own.must("git", "commit", "--quiet", "--message", "a project")
	own.withGo()
	own.writeForeign()
	cut.withGo()
	defer bad.sample()() // which has all canaries that the others have
	var group sync.WaitGroup
	for w, list := range runs {
		group.Go(func() { w.all(list) })
	}
	group.Wait()
	return found
}

// complain fails if a target is not run in success, in failure, and killed.
func complain(t *testing.T, runs []aRun) {
	t.Helper()
	out := newWatched(t, "list", new(findings)).must(filepath.Join(stage.bin, "mage"), "-l")
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || !strings.HasPrefix(line, "  ") {
			continue
		}
		target := strings.TrimSuffix(strings.ToLower(fields[0]), "*")
		has := func(fits func(code int) bool) bool {
			return slices.ContainsFunc(runs, func(r aRun) bool {
				word, _, _ := strings.Cut(r.args, " ")
				return (word == target || word+":all" == target) && fits(r.code)
			})
		}
		for what, fits := range map[string]func(int) bool{
			"in success": func(code int) bool { return code == 0 || code == terminated || code == unlessBusy },
			"in failure": func(code int) bool { return code > 0 && code != terminated || code == severally },
			"and killed": func(code int) bool { return code == killed },
		} {
			if !has(fits) && !slices.Contains(unrun[target], what) {
				t.Errorf("%s is not run %s: see targets.go", target, what)
			}
		}
	}
}

// unrun is what is not run of a target here.
var unrun = map[string][]string{
	"sandbox:image": {"in success", "and killed"}, // it takes three minutes, and packages of Debian: TestRealJupyterHub runs it
	"sandbox:load":  {"in success", "and killed"}, // it needs a real node: load.txtar
	"new:hub":       {"in success"},               // it would change the project: new-hub.txtar
	"shell:hub":     {"in success", "and killed"}, // images without a shell are all that there are: shell.txtar
	"scale:hub":     {"in success"},               // none of these hubs has placeholders: scale.txtar
	"retire:hub":    {"in success"},               // it would write to the cache that all share: retire.txtar
	"logs:hub":      {"in success"},               // of played nodes nothing has a log
	"tools:pin":     {"in success"},               // a registry that not every machine reaches: package toolchain has one of its own
}

// all runs a list, one after the other.
func (w *watched) all(runs []aRun) {
	kept, home := listing(w.root), listing(w.home)
	for _, r := range runs {
		expand := strings.NewReplacer("HUB-", w.name+"-")
		args, env := strings.Fields(expand.Replace(r.args)), make([]string, 0, len(r.env))
		for _, pair := range r.env {
			env = append(env, expand.Replace(pair))
		}
		what := "mage " + strings.Join(args, " ")
		var code int
		var out string
		switch start := time.Now(); r.code {
		case killed, terminated:
			code, out = w.cutOff(args, r.code, env)
		default:
			code, out = w.mage(args, env...)
			w.t.Logf("%s %s: %s", what, env, time.Since(start).Round(time.Second/10))
		}
		fits := code == r.code || r.code == unlessBusy && (code == 0 || code == 3) || r.code == severally && slices.Contains([]int{exit.BadInput, exit.Push, exit.Helm, exit.Rollout}, code)
		if !fits {
			w.found.add(&w.found.codes, "%s %q: exit code %d, want %d\n%s", what, env, code, r.code, out)
		}
		if where := w.shown(out); where != "" {
			w.found.add(&w.found.leaks, "%s prints %s:\n%s", what, where, out)
		}
		w.lookAtPages(what)
		w.compare(home, what)
	}
	w.sweptAway()
	w.compare(home, "the last run")
	if now := listing(w.root); !slices.Equal(now, kept) {
		w.found.add(&w.found.leaks, "the project was\n%q\nand is\n%q", kept, now)
	}
	w.searchFiles()
}

// cutOff ends a run in its midst, each a little later than the last. One that is to be terminated has begun by then, and has not ended: it
// gets the signal when it says its first line.
func (w *watched) cutOff(args []string, how int, env []string) (int, string) {
	cmd, out := w.start(context.WithoutCancel(w.t.Context()), args, env...)
	if how == terminated {
		w.awaitLine(args, out)
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		return cmd.ProcessState.ExitCode(), out.String()
	}
	after := w.patience
	w.patience = 400*time.Millisecond + (w.patience+170*time.Millisecond)%(1200*time.Millisecond)
	time.Sleep(after)
	_ = cmd.Cancel()
	_ = cmd.Wait()
	return killed, out.String() // whether or not it had ended by then
}

// awaitLine waits until a target has said a line; Mage says one before it.
func (w *watched) awaitLine(args []string, out *output) {
	for range 1000 {
		if strings.Count(out.String(), "\n") > 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.found.add(&w.found.codes, "mage %s says nothing in ten seconds:\n%s", strings.Join(args, " "), out)
}

// sweptAway makes sure that the next run removes what killed ones have left.
func (w *watched) sweptAway() {
	for _, dir := range w.remains() {
		for range 100 { // what is killed holds on to the directory until it has ended
			pids := pidsWith(dir)
			if len(pids) == 0 {
				break
			}
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGKILL) // of a sandbox that was in there
			}
			time.Sleep(50 * time.Millisecond)
		}
		_, err := os.Lstat(filepath.Join(dir, ".lock"))
		if err != nil || strings.HasPrefix(filepath.Base(dir), "new-") { // it was killed before the directory was made: that is told by its age
			_ = os.Chtimes(dir, time.Time{}, time.Now().Add(-time.Hour))
		}
	}
	if code, out := w.mage([]string{"gates"}); code != 0 || len(w.remains()) > 0 {
		w.found.add(&w.found.leaks, "left are %q; exit code %d\n%s", w.remains(), code, out)
	}
}

// travis is the environment of an event.
func travis(event, pull, slug string, more ...string) []string {
	return append([]string{
		"HELM_DEBUG=", "CI=true", "TRAVIS=true", "TRAVIS_BRANCH=master", "TRAVIS_REPO_SLUG=us/hubs",
		"TRAVIS_EVENT_TYPE=" + event, "TRAVIS_PULL_REQUEST=" + pull, "TRAVIS_PULL_REQUEST_SLUG=" + slug,
	}, more...)
}

func registryOf(t *testing.T) string {
	t.Helper()
	current, err := (&sandbox.Sandbox{Dir: stage.sandboxDir}).Current()
	if err != nil || current == nil {
		t.Fatalf("no sandbox: %v", err)
	}
	return current.Registry
}

// inSuccess is what succeeds, on the sandbox whose registry is given.
func inSuccess(registry string) []aRun {
	return []aRun{
		{"setup", 0, nil},
		{"check", unlessBusy, nil},
		{"plan", 0, nil},
		{"plan", 0, travis("pull_request", "1", "them/hubs")},
		{"plan", 0, []string{"OUTPUT=json"}},
		{"build:hub HUB-good", 0, nil},
		{"build", 0, nil},
		{"push:hub HUB-good", 0, nil},
		{"push", 0, nil},
		{"deploy:hub HUB-sops", 0, nil},
		{"deploy", 0, nil},
		{"deploy:hub HUB-good", 0, []string{"SANDBOX=0", "NO_SETUP=1", "YES=1", "DEPLOY_UNCHANGED=1", "BUILD=0", "IMAGE_REPOSITORY=" + registry + "/" + sandbox.Images, "HEALTH_CHECK=0", "REGISTRY_USERNAME="}},
		{"rollout:hub HUB-good", 0, nil},
		{"rollout", 0, nil},
		{"status", 0, nil},
		{"status", 0, []string{"OUTPUT=json"}},
		{"diff:hub HUB-good", 0, nil},
		{"diff:hub HUB-good", 0, []string{"OUTPUT=markdown"}},
		{"diff:hub HUB-sops", 0, nil},
		{"rollback:hub HUB-good", 0, nil},
		{"images:prune", 0, nil},
		{"charts:pin", 0, nil},
		{"bump:chart", 0, nil},
		{"bump:base", 0, nil},
		{"ci", 0, travis("push", "false", "")},
		{"ci", 0, travis("pull_request", "1", "them/hubs")},
		{"gates", 0, nil},
		{"ci:matrix", 0, nil},
		{"open:hub HUB-sops", 0, []string{"SANDBOX=0"}},
		{"lint", 0, nil},
		{"report", 0, nil},
		{"report:last", 0, nil},
		{"report:fleet", 0, nil},
		{"explain image-not-found", 0, nil},
		{"remove:hub HUB-crypt", 0, nil},
	}
}

// inFailure is what fails, at each place where something can. refusing is a registry that lets nobody in.
func inFailure(refusing string) []aRun {
	elsewhere := []string{"SANDBOX=0", "IMAGE_REPOSITORY=" + refusing + "/x-{hub}", "KUBECONFIG=" + os.DevNull}
	google := append(slices.Clone(elsewhere), "CLUSTER_PROVIDER=gke", "CLUSTER_PROJECT=p", "CLUSTER_ZONE=z", "CLUSTER_NAME=c", "GKE_ENDPOINT=http://127.0.0.1:1")
	return []aRun{
		{"setup", 3, elsewhere},
		{"setup", 3, google},
		{"check", 3, elsewhere},
		{"check", 3, google},
		{"plan", 0, elsewhere},
		{"plan", 2, []string{"JOBS=none"}},
		{"build:hub HUB-image", 4, nil},
		{"build", 4, nil},
		{"push:hub HUB-good", 3, elsewhere},
		{"push", 4, nil},
		{"push:hub HUB-good", 0, nil},
		{"deploy:hub HUB-plain", 2, nil},
		{"deploy:hub HUB-fails", 6, nil},
		{"deploy:hub HUB-crash", 7, []string{"SETTLE=10s"}},
		{"deploy:hub HUB-good", 3, google},
		{"deploy:hub HUB-good", 3, elsewhere},
		{"deploy", severally, []string{"DEPLOY_TIMEOUT=20s"}}, // what crashed before is waited for
		{"rollout:hub HUB-crash", 7, []string{"SETTLE=10s"}},
		{"rollout", 7, nil},
		{"status", 3, elsewhere},
		{"diff:hub HUB-fails", 2, nil},
		{"rollback:hub HUB-plain", 2, nil},
		{"remove:hub HUB-good", 3, elsewhere},
		{"images:prune", 3, elsewhere},
		{"charts:pin", 2, []string{"JOBS=none"}},
		{"bump:chart", 2, []string{"BUMP=none"}},
		{"bump:base", 2, []string{"BUMP=none"}},
		{"ci", 2, travis("push", "false", "")},
		{"ci", 4, travis("push", "false", "", "LINT_ALLOW=plain-secret")},
		{"ci", 4, travis("pull_request", "1", "them/hubs", "LINT_ALLOW=plain-secret")},
		{"gates", 2, []string{"JOBS=none"}},
		{"ci:matrix", 2, []string{"SHARE=9/8"}},
		{"new:hub HUB-plain", 2, nil},
		{"scale:hub HUB-good 3 2h", 3, elsewhere},
		{"shell:hub HUB-good", 2, elsewhere},
		{"retire:hub HUB-good", 3, elsewhere},
		{"logs:hub HUB-good", 3, elsewhere},
		{"open:hub HUB-good", 3, nil}, // nodes are played
		{"lint", 2, nil},
		{"report", 2, []string{"JOBS=none"}},
		{"report:last", 2, []string{"HUBOPS_CACHE=/nowhere"}},
		{"report:fleet", 3, elsewhere},
		{"explain image-notfound", 2, nil},
	}
}

// cutOff is every target, killed.
func cutOff(w *watched) []aRun {
	box := "HUBOPS_SANDBOX_DIR=" + filepath.Join(w.tmp, "box")
	w.t.Cleanup(func() { endSandbox(filepath.Join(w.tmp, "box")) })
	runs := []aRun{
		{"sandbox:up", killed, []string{box}},
		{"sandbox:down", killed, []string{box}},
		{"sandbox:clean", killed, []string{"HUBOPS_CACHE=" + filepath.Join(w.tmp, "empty")}},
	}
	for _, target := range []string{
		"setup", "check", "plan", "build:hub HUB-good", "build", "push:hub HUB-good", "push", "deploy:hub HUB-good", "deploy", "rollout:hub HUB-good", "rollout",
		"status", "diff:hub HUB-good", "rollback:hub HUB-good", "remove:hub HUB-good", "images:prune", "charts:pin", "bump:chart", "bump:base", "ci", "ci:matrix", "gates", "open:hub HUB-good", "new:hub HUB-new", "retire:hub HUB-good", "scale:hub HUB-good 3 2h", "logs:hub HUB-good", "report", "report:last", "report:fleet", "lint", "sandbox:status", "docs", "test", "dev:lint", "dev:fuzz",
		"dev:benchpush", "tools:pin", "version", "explain 7", "dev:release " + filepath.Join(w.tmp, "release"), "adopt " + w.root, "upgrade " + w.root,
	} {
		runs = append(runs, aRun{target, killed, nil})
	}
	// What these start outlives them; they do not get so far without the tools.
	for _, target := range []string{"sandbox:all", "dev:benchdeploy", "dev:benchdiagnosis", "dev:benchplan", "dev:benchfleet"} {
		runs = append(runs, aRun{target, killed, []string{"HUBOPS_TOOLS=none", box}})
	}
	return runs
}
