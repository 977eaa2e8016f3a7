package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"gopkg.in/yaml.v3"
)

// workflow PAGE FILE JOB [BESIDE] runs the commands of a job of a CI system, as a page of docs/content shows the file, one after the other, each by the shell that the system takes: for each entry of its matrix, if it has one. BESIDE is a file of the script that the system reads too. What the commands would do to the machine is only written down, in machine.log: apt-get. A job whose condition does not hold says so in machine.log.
func workflow(ts *testscript.TestScript, neg bool, args []string) {
	page, err := os.ReadFile(filepath.Join(stage.root, "docs", "content", args[0]))
	ts.Check(err)
	file, err := shownFile(string(page), args[1])
	ts.Check(err)
	if len(args) > 3 {
		beside := map[string]any{}
		ts.Check(yaml.Unmarshal([]byte(ts.ReadFile(args[3])), &beside))
		maps.Copy(file, beside)
	}
	machine(ts)
	jobs, err := jobsOf(ts, file, args[1], args[2])
	ts.Check(err)
	failed := false
	for _, job := range jobs {
		failed = job.run(ts) != nil || failed
	}
	if failed != neg {
		ts.Fatalf("%s, job %s: failed: %v", args[1], args[2], failed)
	}
}

// ciJob is what one job runs.
type ciJob struct {
	env      []string
	commands []ciCommand
}

// ciCommand is one command, with variables of its own.
type ciCommand struct {
	shell []string
	text  string
	env   []string
}

// run runs the commands until one fails.
func (j ciJob) run(ts *testscript.TestScript) error {
	for _, command := range j.commands {
		assignments := append(append([]string{}, j.env...), command.env...)
		args := append(append(assignments, command.shell...), command.text)
		if err := ts.Exec("env", args...); err != nil {
			return err
		}
	}
	return nil
}

// shownFile is the YAML of a file that a page shows below its name.
func shownFile(page, name string) (map[string]any, error) {
	_, after, found := strings.Cut(page, "\n`"+name+"`:\n\n```yaml\n")
	text, _, ended := strings.Cut(after, "\n```\n")
	if !found || !ended {
		return nil, fmt.Errorf("the page shows no file %s", name)
	}
	file := map[string]any{}
	return file, yaml.Unmarshal([]byte(text), &file)
}

// machine puts before the programs of this machine those that would change it. go install works in hub-ops itself, whose go.mod says which mage it is.
func machine(ts *testscript.TestScript) {
	bin, log := ts.MkAbs(".tmp/machine"), ts.MkAbs(".tmp/machine.log")
	if _, err := os.Stat(bin); err == nil {
		return
	}
	ts.Check(os.MkdirAll(bin, 0o750))
	for name, text := range map[string]string{
		"apt-get": "echo apt-get \"$@\" >>" + log,
		"go":      "echo go \"$@\" >>" + log + "; cd " + stage.root + "; export GOBIN=" + ts.MkAbs(".tmp/gobin") + " PATH=${PATH#*:}; exec go \"$@\"",
	} {
		ts.Check(os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700))
	}
	ts.Setenv("PATH", bin+string(os.PathListSeparator)+ts.Getenv("PATH"))
}

// jobsOf are the runs of a job: one for each entry of its matrix.
func jobsOf(ts *testscript.TestScript, file map[string]any, name, job string) ([]ciJob, error) {
	switch {
	case strings.HasPrefix(name, ".github/"):
		return onGitHub(ts, file, job)
	case name == ".gitlab-ci.yml":
		return onGitLab(ts, file, job)
	case name == ".travis.yml":
		return onTravis(file, job)
	}
	return nil, fmt.Errorf("%s is no file of a CI system", name)
}

// onGitHub are the steps of a job that run something: docs.github.com/actions/reference/workflows-and-actions/workflow-syntax.
func onGitHub(ts *testscript.TestScript, file map[string]any, name string) ([]ciJob, error) {
	job := mapping(mapping(file["jobs"])[name])
	if job == nil {
		return nil, fmt.Errorf("there is no job %s", name)
	}
	values := expressions{ts: ts}
	if condition, has := job["if"].(string); has && values.of(condition) == nil {
		return nil, os.WriteFile(ts.MkAbs(".tmp/machine.log"), []byte("job "+name+" is left out\n"), 0o600)
	}
	entries := []any{map[string]any{}}
	if matrix := mapping(mapping(job["strategy"])["matrix"]); matrix != nil {
		entries = list(matrix["include"])
	} else if text, is := mapping(job["strategy"])["matrix"].(string); is {
		entries = list(mapping(values.of(text))["include"])
		if len(entries) == 0 {
			return nil, fmt.Errorf("job %s: its matrix has no entry", name)
		}
	}
	var runs []ciJob
	for _, entry := range entries {
		values.matrix = mapping(entry)
		run := ciJob{env: append(append(values.variables(file["env"]), values.variables(job["env"])...), "GITHUB_OUTPUT="+ts.MkAbs(".tmp/outputs"), "GITHUB_SHA="+head(ts))}
		for _, step := range list(job["steps"]) {
			if text, runs := mapping(step)["run"].(string); runs {
				run.commands = append(run.commands, ciCommand{[]string{"bash", "-e", "-c"}, values.expanded(text), values.variables(mapping(step)["env"])})
			}
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// onGitLab are the scripts of a job, with all that it extends: docs.gitlab.com/ci/yaml. What leads to a service of the runner's is left out: there is none.
func onGitLab(ts *testscript.TestScript, file map[string]any, name string) ([]ciJob, error) {
	job := map[string]any{}
	variables := map[string]any{}
	for at := name; at != ""; {
		part := mapping(file[at])
		if part == nil {
			return nil, fmt.Errorf("there is no job %s", at)
		}
		for key, value := range part {
			if _, own := job[key]; !own {
				job[key] = value
			}
		}
		for key, value := range mapping(part["variables"]) {
			if _, own := variables[key]; !own {
				variables[key] = value
			}
		}
		at, _ = part["extends"].(string)
	}
	run := ciJob{env: []string{"CI_COMMIT_SHA=" + head(ts)}}
	for key, value := range variables {
		if !strings.HasPrefix(key, "DOCKER_") {
			run.env = append(run.env, fmt.Sprintf("%s=%v", key, value))
		}
	}
	var lines []string
	for _, line := range append(list(job["before_script"]), list(job["script"])...) {
		lines = append(lines, fmt.Sprint(line))
	}
	run.commands = []ciCommand{{[]string{"bash", "-e", "-o", "pipefail", "-c"}, strings.Join(lines, "\n"), nil}}
	matrix := list(mapping(job["parallel"])["matrix"])
	if len(matrix) == 0 {
		return []ciJob{run}, nil
	}
	var runs []ciJob
	for key, values := range mapping(matrix[0]) {
		for _, value := range list(values) {
			runs = append(runs, ciJob{append(append([]string{}, run.env...), fmt.Sprintf("%s=%v", key, value)), run.commands})
		}
	}
	return runs, nil
}

// onTravis are the phases install and script, for each job of a stage: docs.travis-ci.com/user/job-lifecycle. The job is a stage's name, or "".
func onTravis(file map[string]any, stageName string) ([]ciJob, error) {
	run := ciJob{}
	for _, phase := range []string{"install", "script"} {
		for _, line := range list(file[phase]) {
			run.commands = append(run.commands, ciCommand{[]string{"bash", "-c"}, fmt.Sprint(line), nil})
		}
	}
	if stageName == "-" {
		return []ciJob{run}, nil
	}
	var runs []ciJob
	for _, entry := range list(mapping(file["jobs"])["include"]) {
		if mapping(entry)["stage"] == stageName {
			runs = append(runs, ciJob{strings.Fields(fmt.Sprint(mapping(entry)["env"])), run.commands})
		}
	}
	if len(runs) == 0 {
		return nil, fmt.Errorf("there is no stage %s", stageName)
	}
	return runs, nil
}

// head is the commit that is checked out.
func head(ts *testscript.TestScript) string {
	ts.Check(ts.Exec("git", "rev-parse", "HEAD"))
	return strings.TrimSpace(ts.ReadFile("stdout"))
}

// mapping is a value as keys and values; nil if it is none.
func mapping(value any) map[string]any {
	is, _ := value.(map[string]any)
	return is
}

// list is a value as a list: one alone is a list of one.
func list(value any) []any {
	switch is := value.(type) {
	case nil:
		return nil
	case []any:
		return is
	}
	return []any{value}
}

// expressions are those of GitHub that the pages use: docs.github.com/actions/reference/workflows-and-actions/expressions.
type expressions struct {
	ts     *testscript.TestScript
	matrix map[string]any
}

var (
	expression = regexp.MustCompile(`\$\{\{ *(.*?) *\}\}`)
	ofOutputs  = regexp.MustCompile(`^fromJSON\(needs\.matrix\.outputs\.matrix\)\.(\w+)(?:\[(\d+)\])?$`)
)

// variables are those of a mapping, as NAME=value.
func (e expressions) variables(env any) []string {
	var pairs []string
	for name, value := range mapping(env) {
		pairs = append(pairs, name+"="+e.expanded(fmt.Sprint(value)))
	}
	return pairs
}

// expanded puts in the values of the expressions in a text.
func (e expressions) expanded(text string) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		if value := e.of(found); value != nil {
			return fmt.Sprint(value)
		}
		return ""
	})
}

// of is the value of an expression; nil for null. The token of the job, and secrets, are variables of the script: JOB_TOKEN, SECRET_NAME.
func (e expressions) of(text string) any {
	if inner := expression.FindStringSubmatch(text); inner != nil {
		text = inner[1]
	}
	context, name, _ := strings.Cut(text, ".")
	switch {
	case text == "github.token":
		return e.ts.Getenv("JOB_TOKEN")
	case context == "secrets":
		return e.ts.Getenv("SECRET_" + name)
	case context == "matrix":
		return e.matrix[name]
	}
	parts := ofOutputs.FindStringSubmatch(text)
	if parts == nil {
		e.ts.Fatalf("an expression that this test does not know: %s", text)
	}
	_, output, _ := strings.Cut(e.ts.ReadFile(e.ts.MkAbs(".tmp/outputs")), "matrix=")
	output, _, _ = strings.Cut(output, "\n")
	var all map[string]any
	e.ts.Check(json.Unmarshal([]byte(output), &all))
	value := all[parts[1]]
	if parts[2] == "" {
		return value
	}
	at, err := strconv.Atoi(parts[2])
	e.ts.Check(err)
	if of := list(value); at < len(of) {
		return of[at]
	}
	return nil
}
