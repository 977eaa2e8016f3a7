// Package hublogs decides whose logs of a hub are shown: of which pods, which containers, and whether of those that have ended too. Pods as the
// cluster has them go in, streams come out; it asks nobody. Package ops/onehub calls it.
//
//	streams, err := hublogs.Choose(pods, hublogs.Wanted{At: at}) // those of hub and proxy
//	streams, err := hublogs.Choose(pods, hublogs.Wanted{At: at, User: "ann"})
package hublogs

import (
	"cmp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// Wanted is what somebody wants to see. Without a user and a component it is the hub itself and its proxy.
type Wanted struct {
	At        layout.Address
	User      string // whose server
	Component string // as the chart labels pods: hub, proxy, autohttps, user-scheduler
}

// Stream is the log of one container.
type Stream struct {
	Pod, Container string
	Previous       bool // of the container that has ended, before it was started again
}

// Name names a stream for people.
func (s Stream) Name() string {
	if s.Previous {
		return s.Pod + "/" + s.Container + ", before it was started again"
	}
	return s.Pod + "/" + s.Container
}

// Labels and annotations of JupyterHub's chart and of KubeSpawner.
const (
	componentLabel = "component"
	releaseLabel   = "release"
	userServer     = "singleuser-server"
	userName       = "hub.jupyter.org/username"
)

// itself are the components that a hub consists of.
var itself = []string{"hub", "proxy"}

// Choose returns the streams, by pod; of each container the one that has ended first. It is bad input if there is no such pod, and of the rollout's
// exit code if none has begun.
func Choose(pods []*diagnosis.Object, wanted Wanted) ([]Stream, error) {
	var chosen []*diagnosis.Object
	var components []string
	for _, pod := range pods {
		component := pod.Metadata.Labels[componentLabel]
		if release := pod.Metadata.Labels[releaseLabel]; release != "" && release != wanted.At.Release {
			continue // of another hub in the namespace
		}
		if component != "" && !slices.Contains(components, component) {
			components = append(components, component)
		}
		if wanted.fits(pod, component) {
			chosen = append(chosen, pod)
		}
	}
	if len(chosen) == 0 {
		slices.Sort(components)
		return nil, wanted.none(len(pods), components)
	}
	slices.SortFunc(chosen, func(a, b *diagnosis.Object) int { return strings.Compare(a.Metadata.Name, b.Metadata.Name) })
	var streams []Stream
	for _, pod := range chosen {
		streams = append(streams, streamsOf(pod)...)
	}
	if len(streams) == 0 {
		return nil, exit.Errorf(exit.Rollout, "no container of %s has begun, so there is no log", chosen[0].Metadata.Name).Try("'mage rollout:hub %s' tells what it waits for", wanted.At.Hub)
	}
	return streams, nil
}

func (w Wanted) fits(pod *diagnosis.Object, component string) bool {
	switch {
	case w.User != "":
		return component == userServer && (pod.Metadata.Annotations[userName] == w.User || pod.Metadata.Labels[userName] == w.User)
	case w.Component != "":
		return component == w.Component
	}
	return slices.Contains(itself, component)
}

// none is the error for a hub that has no such pod.
func (w Wanted) none(pods int, components []string) error {
	switch {
	case w.User != "":
		return exit.Input("user %s of hub %s has no server", w.User, w.At.Hub).Try("is the name spelt as the hub's admin page has it? a server that has ended has no log any more")
	case pods == 0:
		return exit.Input("hub %s runs nothing in namespace %s", w.At.Hub, w.At.Namespace).Try("deploy it first; or 'mage status' tells what runs")
	case len(components) == 0:
		return exit.Input("no pod of hub %s in namespace %s says which component it is", w.At.Hub, w.At.Namespace).Try("'mage status' tells what runs")
	}
	return exit.Input("hub %s has no pod of component %s", w.At.Hub, cmp.Or(w.Component, strings.Join(itself, " or "))).Try("COMPONENT=<one of %s>", strings.Join(components, ", "))
}

// streamsOf are the logs that a pod has.
func streamsOf(pod *diagnosis.Object) (streams []Stream) {
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if status.RestartCount > 0 {
			streams = append(streams, Stream{pod.Metadata.Name, status.Name, true})
		}
		if status.State.Running != nil || status.State.Terminated != nil {
			streams = append(streams, Stream{pod.Metadata.Name, status.Name, false})
		}
	}
	return streams
}
