package helm

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/process"
)

// This file puts together every command line of helm that works on a release. Those for charts alone, which need no
// cluster, stand where they are used: helm dependency, package and push; and New asks for the version.

// resetValues makes the values those of this command line and of the chart, and no others. Without it helm takes the values of
// the last release where the command line gives none: reuseValues in pkg/action/upgrade.go of its source.
const resetValues = "--reset-values"

// upgradeArguments are those of the seed, in its order, as this version of helm spells them.
func (c *Client) upgradeArguments(u Upgrade) []string {
	args, account := []string{"upgrade", "--install", "--namespace", u.At.Namespace}, c.account(u.At.Hub)
	if len(account) == 0 { // an account of one namespace may make none, and whoever locks the hub has made it
		args = append(args, "--create-namespace")
	}
	args = append(args, u.At.Release, u.Chart)
	args = append(args, c.switches(u.Options)...)
	args = append(args, u.values()...)
	args = append(args, u.validation()...)
	args = append(args, resetValues, "--kube-context", c.Context)
	args = append(args, account...)
	if len(u.Labels) > 0 {
		var labels []string
		for _, label := range slices.Sorted(maps.Keys(u.Labels)) {
			labels = append(labels, label+"="+u.Labels[label])
		}
		args = append(args, "--labels", strings.Join(labels, ","))
	}
	if u.Description != "" {
		args = append(args, "--description", u.Description)
	}
	return args
}

// brief is the command as an operator knows it: with the names of the repository, and without what tells other programs something.
func (u Upgrade) brief() string {
	args := []string{"upgrade", "--install", "--namespace", u.At.Namespace, u.At.Release, u.Shown.Chart}
	args = append(args, (&Client{}).switches(u.Options)...) // as helm 3 spells them
	for _, file := range u.Shown.Values {
		args = append(args, "-f", process.ListItem(file))
	}
	return process.Quote("helm", args...)
}

// switches spells the options.
func (c *Client) switches(u Options) []string {
	var args []string
	switch {
	case u.Force && c.four():
		args = append(args, "--force-replace")
	case u.Force:
		args = append(args, "--force")
	}
	args = append(args, c.clientSide()...)
	if u.Wait {
		args = append(args, "--wait")
	}
	args = append(args, "--timeout", seconds(u.Timeout))
	if u.CleanupOnFail {
		args = append(args, "--cleanup-on-fail")
	}
	return args
}

// clientSide makes helm 4 apply as helm 3 does. On the server's side it could not replace, and would refuse what somebody else has
// changed; and if the flag is not given, it does what the last revision did.
func (c *Client) clientSide() []string {
	if c.four() {
		return []string{"--server-side=false"}
	}
	return nil
}

// validation keeps helm from fetching the schemas of all kinds where it would not compare anything with them: half of what an upgrade of a
// small chart costs.
func (u Upgrade) validation() []string {
	if u.ServerValidates {
		return []string{"--disable-openapi-validation"}
	}
	return nil
}

// values are the arguments that set values.
func (u Upgrade) values() []string {
	var args []string
	for _, file := range u.Values {
		args = append(args, "-f", process.ListItem(file))
	}
	for _, path := range slices.Sorted(maps.Keys(u.Strings)) {
		args = append(args, "--set-string", path+"="+escape(u.Strings[path]))
	}
	return args
}

// escape keeps helm from reading a value as several: see "The Format and Limitations of --set" in its documentation.
func escape(value string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`).Replace(value)
}

// dryRunArguments render an upgrade without carrying it out.
func (c *Client) dryRunArguments(u Upgrade) []string {
	args := []string{"upgrade", "--install", "--namespace", u.At.Namespace, u.At.Release, u.Chart, "--dry-run=server", "--output", "json", "--kube-context", c.Context, resetValues}
	return slices.Concat(args, u.validation(), c.account(u.At.Hub), u.values())
}

// templateArguments render the chart without a cluster, with the definitions in crds. Without a version of Kubernetes helm takes the one that it
// was made for.
func templateArguments(u Upgrade, kubeVersion string, apis []string) []string {
	args := []string{"template", u.At.Release, u.Chart, "--namespace", u.At.Namespace, "--include-crds"}
	if kubeVersion != "" {
		args = append(args, "--kube-version", kubeVersion)
	}
	for _, version := range apis {
		args = append(args, "--api-versions", version)
	}
	return append(args, u.values()...)
}

func lintArguments(u Upgrade) []string {
	return append([]string{"lint", u.Chart, "--namespace", u.At.Namespace}, u.values()...)
}

func (c *Client) rollbackArguments(r Rollback) []string {
	args := []string{"rollback", r.At.Release, strconv.Itoa(r.Revision), "--namespace", r.At.Namespace, "--timeout", seconds(r.Timeout), "--kube-context", c.Context}
	args = append(append(args, c.account(r.At.Hub)...), c.clientSide()...)
	if r.Wait {
		args = append(args, "--wait")
	}
	if r.CleanupOnFail {
		args = append(args, "--cleanup-on-fail")
	}
	return args
}

func (c *Client) uninstallArguments(at layout.Address, timeout time.Duration) []string {
	return append([]string{"uninstall", at.Release, "--namespace", at.Namespace, "--ignore-not-found", "--wait", "--timeout", seconds(timeout), "--kube-context", c.Context}, c.account(at.Hub)...)
}

func (c *Client) manifestArguments(at layout.Address) []string {
	return []string{"get", "manifest", at.Release, "--namespace", at.Namespace, "--kube-context", c.Context}
}

// seconds spells a time as the seed does, with the unit that helm has wanted since version 3.
func seconds(timeout time.Duration) string { return fmt.Sprintf("%ds", int(timeout.Seconds())) }
