//go:build mage

// Many JupyterHubs from one Git repository: build their images, push them, deploy their charts.
package main

import (
	//mage:import
	"hub-ops/magefiles/targets"
)

// Aliases are the bare words, and the benchmarks' short names.
var Aliases = map[string]any{
	"build":   targets.Build.All,
	"push":    targets.Push.All,
	"deploy":  targets.Deploy.All,
	"rollout": targets.Rollout.All,
	"sandbox": targets.Sandbox.All,
	"report":  targets.Report.Last,

	"bench:push":      targets.Dev.BenchPush,
	"bench:deploy":    targets.Dev.BenchDeploy,
	"bench:diagnosis": targets.Dev.BenchDiagnosis,
	"bench:plan":      targets.Dev.BenchPlan,
	"bench:fleet":     targets.Dev.BenchFleet,
}
