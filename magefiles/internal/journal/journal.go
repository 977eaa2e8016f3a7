// Package journal keeps what happens in a run as data, so that its report need not read the log: which hub was in which stage when, what was
// pushed, which pods came, what failed and why. Package ui writes to it whatever is told of hubs, packages fanout, image/push and watch what only
// they know; package report makes a page of it. It is pure, safe for concurrent use, and a nil Journal notes nothing.
//
//	j := journal.New(time.Now())
//	j.Begin("course", "push", "image missing in registry", time.Now())
//	j.End("course", "push", "pushed", "", time.Now())
//	facts := j.Facts()
package journal

import (
	"slices"
	"sync"
	"time"

	"hub-ops/magefiles/internal/document"
)

// Journal collects the facts of a run.
type Journal struct {
	mu     sync.Mutex
	facts  Facts
	owners map[string]string // hubs, by the names of their images
}

// New returns the journal of a run that begins now.
func New(now time.Time) *Journal {
	return &Journal{facts: Facts{Began: now}, owners: map[string]string{}}
}

// GoOn has the journal tell of what came before its run, too: of the targets before it in the same command line.
func (j *Journal) GoOn(before Facts) {
	j.note(func() { before.Ended, before.Failure, j.facts = time.Time{}, Failure{}, before })
}

// Facts returns a copy of what is known by now.
func (j *Journal) Facts() Facts {
	if j == nil {
		return Facts{}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	facts := j.facts
	facts.About, facts.Plan.Hubs = slices.Clone(facts.About), slices.Clone(facts.Plan.Hubs)
	facts.LeftOut, facts.Images = slices.Clone(facts.LeftOut), slices.Clone(facts.Images)
	facts.Works = slices.Clone(facts.Works)
	for i, work := range facts.Works {
		facts.Works[i].Stages, facts.Works[i].Layers, facts.Works[i].Pods = slices.Clone(work.Stages), slices.Clone(work.Layers), slices.Clone(work.Pods)
		facts.Works[i].Failures = slices.Clone(work.Failures)
	}
	return facts
}

// Begin opens the work on a hub.
func (j *Journal) Begin(hub, verb, reason string, now time.Time) {
	j.note(func() {
		j.facts.Works = append(j.facts.Works, Work{Hub: hub, Verb: verb, Reason: reason, Began: now, Stages: []Span{{Name: verb, Began: now}}})
	})
}

// Stage says in which stage the work on a hub is now.
func (j *Journal) Stage(hub, stage string, now time.Time) {
	j.onWork(hub, func(work *Work) {
		last := &work.Stages[len(work.Stages)-1]
		if last.Name != stage {
			last.Ended = now
			work.Stages = append(work.Stages, Span{Name: stage, Began: now})
		}
	})
}

// End closes the work on a hub. failed is why it failed, "" if it did not.
func (j *Journal) End(hub, verb, outcome, failed string, now time.Time) {
	j.onWork(hub, func(work *Work) {
		if work.Verb != verb {
			return
		}
		work.Stages[len(work.Stages)-1].Ended = now
		work.Ended, work.Outcome, work.Failed = now, outcome, failed
	})
}

// LeaveOut notes a hub that nothing is done to, and why.
func (j *Journal) LeaveOut(hub, verb, why string) {
	j.note(func() { j.facts.LeftOut = append(j.facts.LeftOut, LeftOut{hub, verb, why}) })
}

// Fail tells more of why the last work on a hub, by a verb, has failed. One that was refused before it began has a work of no time.
func (j *Journal) Fail(hub, verb string, now time.Time, failure Failure) {
	j.note(func() {
		at := j.last(func(w Work) bool { return w.Hub == hub && w.Verb == verb })
		if at < 0 {
			j.facts.Works = append(j.facts.Works, Work{Hub: hub, Verb: verb, Began: now, Ended: now, Failed: failure.Cause, Refused: true})
			at = len(j.facts.Works) - 1
		}
		j.facts.Works[at].Failures = append(j.facts.Works[at].Failures, failure)
	})
}

// Also says that what is noted of an image is about that hub.
func (j *Journal) Also(image, hub string) {
	j.note(func() { j.owners[image] = hub })
}

// Layer notes a layer that was on its way to the registry, of an image or of a hub with that name.
func (j *Journal) Layer(image string, layer Layer) {
	j.onWork(j.owner(image), func(work *Work) {
		layer.Image = image
		work.Layers = append(work.Layers, layer)
	})
}

// Image notes an image that the registry has now.
func (j *Journal) Image(image Image) {
	image.Hub = j.owner(image.Name)
	j.note(func() { j.facts.Images = append(j.facts.Images, image) })
}

// Pod notes how far a pod is: when it was seen first, when it had a node, when it was ready.
func (j *Journal) Pod(hub, name string, scheduled, ready bool, now time.Time) {
	j.onWork(hub, func(work *Work) {
		at := slices.IndexFunc(work.Pods, func(p Pod) bool { return p.Name == name })
		if at < 0 {
			work.Pods = append(work.Pods, Pod{Name: name, Seen: now})
			at = len(work.Pods) - 1
		}
		pod := &work.Pods[at]
		if scheduled && pod.Scheduled.IsZero() {
			pod.Scheduled = now
		}
		if ready && pod.Ready.IsZero() {
			pod.Ready = now
		}
	})
}

// Plan notes what is planned. Of a hub that is known already only the plan of its deploy is taken: a cluster has been asked meanwhile. The others are
// as they were before anything was built.
func (j *Journal) Plan(doc document.Plan) {
	j.note(func() {
		if j.facts.Plan.Kind == "" {
			j.facts.Plan = doc
			j.facts.Plan.Hubs = slices.Clone(doc.Hubs)
			return
		}
		for _, hub := range doc.Hubs {
			at := slices.IndexFunc(j.facts.Plan.Hubs, func(h document.PlannedHub) bool { return h.Hub == hub.Hub })
			if at < 0 {
				j.facts.Plan.Hubs = append(j.facts.Plan.Hubs, hub)
			} else if !j.has(hub.Hub) {
				j.facts.Plan.Hubs[at].Deploy = hub.Deploy
			}
		}
	})
}

// has reports whether the deploy of a hub has begun. The caller has the lock.
func (j *Journal) has(hub string) bool {
	return j.last(func(w Work) bool { return w.Hub == hub && w.Verb == "deploy" }) >= 0
}

// About notes something of the run's environment, in the place of what was noted by that name.
func (j *Journal) About(name, text string) {
	j.note(func() {
		at := slices.IndexFunc(j.facts.About, func(a About) bool { return a.Name == name })
		if at < 0 {
			j.facts.About = append(j.facts.About, About{name, text})
		} else {
			j.facts.About[at].Text = text
		}
	})
}

// Finish notes how the run as a whole has ended.
func (j *Journal) Finish(now time.Time, failure Failure) {
	j.note(func() { j.facts.Ended, j.facts.Failure = now, failure })
}

// note changes the facts.
func (j *Journal) note(change func()) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	change()
}

// onWork changes the last work on a hub that has not ended, if there is one.
func (j *Journal) onWork(hub string, change func(*Work)) {
	j.note(func() {
		if at := j.last(func(w Work) bool { return w.Hub == hub && w.Ended.IsZero() }); at >= 0 {
			change(&j.facts.Works[at])
		}
	})
}

// last is the place of the newest work that fits, -1 if there is none. The caller has the lock.
func (j *Journal) last(fits func(Work) bool) int {
	for i, work := range slices.Backward(j.facts.Works) {
		if fits(work) {
			return i
		}
	}
	return -1
}

// owner is the hub of an image, or else the name itself.
func (j *Journal) owner(image string) string {
	hub := image
	j.note(func() {
		if known, is := j.owners[image]; is {
			hub = known
		}
	})
	return hub
}
