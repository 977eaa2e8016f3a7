package share

import (
	"encoding/json"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
)

// Systems are the CI systems that a matrix can be written for.
func Systems() []string { return []string{"github", "gitlab", "travis"} }

// IsKept reports whether a matrix of that system is committed to the repository, and so counts for later runs, which have other hubs to do than the one
// that writes it.
func IsKept(system string) bool { return system != "github" }

// Matrix is the jobs of a run.
type Matrix struct {
	Division Division
	Groups   [][]int // shares: see Division.Groups
}

// written says where the text of a matrix comes from that is to be committed.
const written = "# Written by `mage ci:matrix`. A hub that is not named goes to a share of its wave; write it again to balance the shares anew.\n"

// For writes the matrix as a CI system takes it.
func (m Matrix) For(system string) (string, error) {
	switch system {
	case "github":
		return m.github()
	case "gitlab":
		return m.gitlab()
	case "travis":
		return m.travis()
	}
	return "", exit.Input("there is no matrix for %.40q", system).Try("it can be %s", strings.Join(Systems(), ", "))
}

// github is one line of JSON: for each group a matrix, as fromJSON takes it: docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations.
func (m Matrix) github() (string, error) {
	type job struct {
		Share string `json:"share"`
	}
	type matrix struct {
		Include []job `json:"include"`
	}
	var all struct {
		Waves  []matrix `json:"waves"`
		Shares string   `json:"shares"`
	}
	all.Shares = m.Division.String()
	for _, group := range m.Groups {
		one := matrix{}
		for _, number := range group {
			one.Include = append(one.Include, job{m.share(number)})
		}
		all.Waves = append(all.Waves, one)
	}
	text, err := json.Marshal(all)
	return string(text) + "\n", err
}

func (m Matrix) share(number int) string { return Share{number, m.Division.Number}.String() }

// gitlab is a file for include: a stage for each group, with a job for each share: docs.gitlab.com/ci/yaml, "parallel:matrix".
func (m Matrix) gitlab() (string, error) {
	type parallel struct {
		Matrix []map[string][]string `yaml:"matrix"`
	}
	type job struct {
		Extends   string            `yaml:"extends"`
		Stage     string            `yaml:"stage"`
		Parallel  parallel          `yaml:"parallel"`
		Variables map[string]string `yaml:"variables"`
	}
	var stages []string
	var jobs strings.Builder
	for i, group := range m.Groups {
		stage := fmt.Sprintf("hubs-%d", i+1)
		stages = append(stages, stage)
		var shares []string
		for _, number := range group {
			shares = append(shares, m.share(number))
		}
		one := map[string]job{stage: {".hubs", stage, parallel{[]map[string][]string{{"SHARE": shares}}}, map[string]string{"SHARES": m.Division.String()}}}
		text, err := yaml.Marshal(one)
		if err != nil {
			return "", err
		}
		jobs.Write(text)
	}
	text, err := yaml.Marshal(map[string][]string{"stages": stages})
	return written + string(text) + jobs.String(), err
}

// travis is the section jobs of .travis.yml: a stage for each group, with a job for each share: docs.travis-ci.com/user/build-stages.
func (m Matrix) travis() (string, error) {
	type job struct {
		Stage string `yaml:"stage"`
		Env   string `yaml:"env"`
	}
	var jobs []job
	for i, group := range m.Groups {
		for _, number := range group {
			jobs = append(jobs, job{fmt.Sprintf("hubs %d", i+1), "SHARE=" + m.share(number) + " SHARES=" + m.Division.String()})
		}
	}
	text, err := yaml.Marshal(map[string]any{"jobs": map[string]any{"include": jobs}})
	return written + string(text), err
}
