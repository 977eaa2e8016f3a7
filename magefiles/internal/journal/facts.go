package journal

import (
	"time"

	"hub-ops/magefiles/internal/document"
)

// Facts are what a run has come to.
type Facts struct {
	Began, Ended time.Time
	Works        []Work // in the order in which they were begun
	LeftOut      []LeftOut
	Images       []Image
	Failure      Failure       // of the run as a whole; empty if it succeeded
	Plan         document.Plan // as it was before anything was done
	About        []About       // what the run has used
}

// Worked reports whether the run was about hubs: only then there is something to report.
func (f Facts) Worked() bool { return len(f.Works)+len(f.LeftOut) > 0 }

// Work is one thing that was done to one hub.
type Work struct {
	Hub, Verb, Reason string
	Began, Ended      time.Time // Ended is zero if the run ended first
	Stages            []Span    // one after the other
	Layers            []Layer   // that were on their way to the registry
	Pods              []Pod     // that came with the change
	Outcome           string
	Failed            string // why, in a line; "" if it did not fail
	Refused           bool   // it was not begun
	Failures          []Failure
}

// About is one thing of a run's environment.
type About struct{ Name, Text string }

// Span is a stage of a work.
type Span struct {
	Name         string
	Began, Ended time.Time
}

// Layer is one that had to be sent.
type Layer struct {
	Image        string
	Number, Of   int // the first is 1
	Began, Ended time.Time
	Read, Sent   int64 // bytes before and after compression; Read is 0 for one that was compressed already
}

// Pod is how far one is that came with a change, by this machine's clock. A zero time has not come.
type Pod struct {
	Name                   string
	Seen, Scheduled, Ready time.Time
}

// LeftOut is a hub that nothing was done to.
type LeftOut struct{ Hub, Verb, Why string }

// Image is one that was pushed.
type Image struct {
	Hub, Name, Reference, Digest string
	Size, Sent                   int64 // bytes, compressed
	Before                       int64 // of the image that was pushed last; 0 if there was none
	Took                         time.Duration
	Layers                       []ImageLayer
}

// ImageLayer is a layer of a pushed image.
type ImageLayer struct {
	Digest, By string // By is the instruction that made it, "" if the image does not say
	Size       int64  // bytes, compressed
	New        bool   // the image that was pushed last does not have it
	Sent       bool   // it was sent by this run
}

// Failure is why something failed, and what to do.
type Failure struct {
	Cause, Remedy string
	ExitCode      int
	Diagnoses     []Diagnosis
}

// Diagnosis is what stood in the way of a hub.
type Diagnosis struct {
	Name, Subject, Cause, Place, Advice string
	Evidence, Log                       []string
}
