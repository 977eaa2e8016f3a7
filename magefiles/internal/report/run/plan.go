package run

import (
	"fmt"

	"hub-ops/magefiles/internal/document"
)

// planned is the plan: hubs that something is done to, and the others by the reason why not.
type planned struct {
	Hubs     []plannedHub
	Rest     []restOf
	Problems []string
	Orphans  []string
}

// Any reports whether there is a plan to show.
func (p planned) Any() bool { return len(p.Hubs)+len(p.Rest)+len(p.Problems)+len(p.Orphans) > 0 }

type plannedHub struct {
	Hub, Where string
	Steps      []step
}

type step struct {
	What, Is string
	Tag      string // of the image, where a hub has several
	Reason   link
}

// restOf are the hubs that are left alone for one reason.
type restOf struct {
	Reason link
	Hubs   []string
}

func plannedOf(run Run, topics *topics) planned {
	p := planned{Problems: run.Plan.Problems, Orphans: run.Plan.Orphans}
	at := map[string]int{}
	for _, h := range run.Plan.Hubs {
		if !h.Build.Do && !h.Push.Do && !h.Deploy.Do && h.Deploy.Is == "no" {
			i, known := at[h.Deploy.Reason]
			if !known {
				i = len(p.Rest)
				at[h.Deploy.Reason] = i
				p.Rest = append(p.Rest, restOf{Reason: topics.link(h.Deploy.Reason)})
			}
			p.Rest[i].Hubs = append(p.Rest[i].Hubs, h.Hub)
			continue
		}
		p.Hubs = append(p.Hubs, plannedHubOf(h, topics))
	}
	return p
}

func plannedHubOf(h document.PlannedHub, topics *topics) plannedHub {
	made := plannedHub{Hub: h.Hub}
	add := func(what, tag string, s document.Step) {
		made.Steps = append(made.Steps, step{what, s.Is, tag, topics.link(s.Reason)})
	}
	for _, image := range h.Images {
		tag := ""
		if len(h.Images) > 1 {
			tag = image.Key + ":" + image.Tag
		}
		add("build", tag, image.Build)
		add("push", tag, image.Push)
	}
	if len(h.Images) == 0 {
		add("build", "", h.Build)
		add("push", "", h.Push)
	}
	add("deploy", "", h.Deploy)
	if h.Cluster != "" {
		made.Where = "on " + h.Cluster
	}
	if h.Round > 0 {
		made.Where += fmt.Sprintf(" round %d", h.Round)
	}
	return made
}
