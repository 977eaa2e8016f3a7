package adopt

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// System is a CI system that a repository uses.
type System struct {
	Name string
	File string   // that runs it, or the first of them
	Own  []string // files of it that deploy hubs already
	kind string
}

// systems are the CI systems that are known, by where their files lie.
var systems = []struct{ kind, name, file string }{
	{"github", "GitHub Actions", ".github/workflows/"},
	{"travis", "Travis", ".travis.yml"},
	{"gitlab", "GitLab CI", ".gitlab-ci.yml"},
	{"circle", "CircleCI", ".circleci/config.yml"},
}

var systemFiles = []string{".travis.yml", ".gitlab-ci.yml", ".circleci/config.yml"}

// deploys matches what deploys hubs.
var deploys = regexp.MustCompile(`helm3? (?:upgrade|install)|hubploy|deploy\.py|\bdeployer (?:deploy|use)|helm upgrade|fab .*deploy`)

// system finds the CI system that deploys the hubs, or else one that is used at all.
func (t *tree) system() System {
	var best System
	for _, one := range systems {
		var found System
		for _, name := range t.Names {
			if name != one.file && (one.kind != "github" || !strings.HasPrefix(name, one.file) || !isYAML(name)) {
				continue
			}
			if found.File == "" {
				found = System{Name: one.name, File: name, kind: one.kind}
			}
			if deploys.MatchString(t.text(name)) {
				found.Own = append(found.Own, name)
			}
		}
		if found.File != "" && (best.File == "" || len(found.Own) > 0 && len(best.Own) == 0) {
			best = found
		}
	}
	return best
}

// Project is where this project is, and which commit of it runs.
type Project struct {
	Source string // address of its repository
	Commit string
	Copied string // the directory of the repository that it was copied to; "" if CI fetches it
}

// Step is what the CI system has to do.
type Step struct {
	File string // to write it to; "" if a person puts it into a file that is there
	Into string // that file
	Text string
}

// Step returns what the CI system has to do: fetch this project at a commit, compile it, and run it.
func (f *Found) Step(p Project) Step {
	branches := f.deploying()
	switch f.CI.kind {
	case "github":
		return Step{File: ".github/workflows/hub-ops.yaml", Text: github(p, branches, f.CI.Own)}
	case "travis":
		return Step{Into: f.CI.File, Text: fmt.Sprintf("language: go\ngo: \"%s.x\"\nservices: docker\nscript:\n%sbranches:\n  only: %s\n",
			goVersion, indented(p.all("$HOME"), "  - "), list(branches))}
	case "gitlab":
		return Step{Into: f.CI.File, Text: fmt.Sprintf(gitlab, goVersion, indented(p.all("/tmp"), "    - "))}
	case "circle":
		return Step{Into: f.CI.File, Text: fmt.Sprintf("hubs: # in jobs, and name it in a workflow\n  docker: [{image: \"cimg/go:%s\"}]\n  steps:\n    - checkout\n    - setup_remote_docker\n"+
			"    - run: | # builds; of CircleCI's events none may deploy\n%s",
			goVersion, indented(p.all("/tmp"), "        "))}
	}
	return Step{Text: strings.Join(p.all("/tmp"), "\n") + "\n"}
}

// gitlab is a job with Docker beside it: https://docs.gitlab.com/ci/docker/using_docker_build/. Go's image has no docker command.
const gitlab = `hubs:
  image: golang:%s
  services: [docker:dind]
  variables:
    DOCKER_HOST: tcp://docker:2376
    DOCKER_TLS_CERTDIR: /certs # the runner has to share /certs/client with the service, as GitLab's own do
    DOCKER_TLS_VERIFY: "1"
    DOCKER_CERT_PATH: /certs/client
  before_script:
    - apt-get -qq update
    - apt-get -qq install --no-install-recommends docker.io
  script:
%s`

// goVersion is the version of Go that compiles this project.
const goVersion = "1.26"

// fetch are the commands that fetch this project to a directory and compile it there to a program hubs; none for a copy.
func (p Project) fetch(dir string) []string {
	if p.Copied != "" {
		return nil
	}
	return []string{
		fmt.Sprintf("git clone --quiet %s %s/hub-ops", p.Source, dir),
		fmt.Sprintf("git -C %s/hub-ops checkout --quiet --detach %s", dir, p.Commit),
		fmt.Sprintf("(cd %s/hub-ops && go tool mage -compile %s/hubs)", dir, dir),
	}
}

// ci is the command that does what the event calls for.
func (p Project) ci(dir string) string {
	if p.Copied != "" {
		return p.Run("ci")
	}
	return dir + "/hubs ci"
}

// all are both.
func (p Project) all(dir string) []string { return append(p.fetch(dir), p.ci(dir)) }

// Run is the command that runs a target of the copy.
func (p Project) Run(target string) string {
	return fmt.Sprintf("go -C %s tool mage -d . -w %s %s", p.Copied, Up(p.Copied), target)
}

func indented(lines []string, prefix string) string {
	return prefix + strings.Join(lines, "\n"+prefix) + "\n"
}

// deploying lists the branches that deploy hubs.
func (f *Found) deploying() []string {
	var branches []string
	for _, one := range f.Layout.Environments {
		branches = append(branches, one.Branch)
	}
	for _, one := range f.Branches {
		branches = append(branches, one.Name)
	}
	slices.Sort(branches)
	return branches
}

// github is a workflow. As long as others deploy the hubs, it only builds what pull requests change.
func github(p Project, branches, others []string) string {
	push := "  push:\n    branches: " + list(branches) + "\n"
	if len(others) > 0 {
		push = fmt.Sprintf("  # A push deploys. Others do so, too:\n%s  # End that there before you take these marks away.\n  # push:\n  #   branches: %s\n",
			indented(others, "  #   "), list(branches))
	}
	fetching := ""
	if commands := p.fetch("$RUNNER_TEMP"); len(commands) > 0 { // without secrets in its environment
		fetching = "      - name: fetch and compile hub-ops\n        run: |\n" + indented(commands, "          ")
	}
	return `# Lints, plans and builds the hubs of a pull request; deploys those of a branch that is pushed. 'mage adopt' of hub-ops wrote it.
name: hub-ops
on:
  pull_request:
` + push + `permissions:
  contents: read
  pull-requests: write # for the comment with the plan; a token with it can approve and close pull requests, too
concurrency:
  group: hub-ops-${{ github.ref }}
  cancel-in-progress: false
jobs:
  hubs:
    runs-on: ubuntu-latest
    steps:
      # hub-ops asks origin where branches are now, with the token that this leaves in the clone: leave persist-credentials on.
      - uses: actions/checkout@v4
      - uses: actions/setup-go@v5
        with: {go-version: "` + goVersion + `", cache: false}
` + fetching + `      - name: hubs ci
        run: ` + p.ci("$RUNNER_TEMP") + `
        env: # secrets of the repository, each for the branches that need it; what is not set is left out
          GITHUB_TOKEN: ${{ github.token }} # for the comment alone
          REGISTRY_USERNAME: ${{ secrets.REGISTRY_USERNAME }}
          REGISTRY_PASSWORD: ${{ secrets.REGISTRY_PASSWORD }}
          GIT_CRYPT_KEY: ${{ secrets.GIT_CRYPT_KEY }}
          GKE_KEY: ${{ secrets.GKE_KEY }}
          KUBECONFIG_CONTENT: ${{ secrets.KUBECONFIG_CONTENT }}
      - if: always()
        uses: actions/upload-artifact@v4
        with: {name: report, path: ~/.cache/hub-ops/.hub-ops/report.html, include-hidden-files: true, if-no-files-found: ignore}
`
}

// bySSH matches addresses of repositories that need a key of SSH, in both forms that Git takes: ssh://git@host:22/us/x and git@host:us/x.
var bySSH = regexp.MustCompile(`^(?:(?:git\+)?ssh://(?:[^@/]+@)?([^:/]+)(?::[0-9]+)?/|[^@/:]+@([^:/]+):)(.+)$`)

// Fetchable is an address that needs no key: https://… for one of SSH.
func Fetchable(address string) string {
	found := bySSH.FindStringSubmatch(address)
	if found == nil {
		return address
	}
	return "https://" + found[1] + found[2] + "/" + found[3]
}
