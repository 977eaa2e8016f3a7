package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
)

const (
	blink  = 250 * time.Millisecond // the shortest pause between two looks
	pulse  = time.Second            // the longest
	repeat = time.Minute            // after which the same line of progress is written again
)

// applying is how long helm may take until it has applied all objects; after that the objects that it has not changed count too.
const applying = 20 * time.Second

// Guard runs do, which waits for the hub to become ready, with a context that ends as soon as that is certain to fail. The
// error is then a *diagnosis.Failure, with exit.Rollout, or says that the API server does not answer, with exit.Setup. If
// do fails by itself, Guard tells what stood in its way. Where do ran out of time (context.DeadlineExceeded), that is the error, as a
// *diagnosis.Failure with exit.Rollout; otherwise do's own error is kept.
func (h *Hub) Guard(ctx context.Context, do func(context.Context) error) error {
	guarded, end := context.WithCancelCause(ctx)
	looking := make(chan struct{})
	go func() {
		defer close(looking)
		h.look(guarded, end)
	}()
	err := do(guarded)
	cause := context.Cause(guarded)
	end(nil)
	<-looking
	told := (*diagnosis.Failure)(nil)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil: // interrupted: no diagnosis is wanted
		return err
	case errors.As(err, &told):
		return err
	case cause != nil:
		return cause
	}
	failure := h.explain(ctx)
	switch {
	case failure == nil:
		return err
	case errors.Is(err, context.DeadlineExceeded):
		failure.What = cmp.Or(h.what(), diagnosis.TooLate)
		return exit.With(exit.Rollout, failure)
	case failure.Findings[0].Certainty >= diagnosis.Certain:
		return &failedBy{error: err, failure: failure}
	}
	return err
}

// failedBy is an error of the work, with what has made it fail.
type failedBy struct {
	error
	failure *diagnosis.Failure
}

func (f *failedBy) Unwrap() []error { return []error{f.error, f.failure} }

// look judges what the namespace holds whenever it changes, until the context ends.
func (h *Hub) look(ctx context.Context, end context.CancelCauseFunc) {
	ticker := time.NewTicker(pulse)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-h.objects.Changed:
		}
		if err := h.gone(); err != nil {
			end(err)
			return
		}
		if failure := h.judge(ctx); failure != nil {
			end(exit.With(exit.Rollout, failure))
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(blink):
		}
	}
}

// gone returns an error if the API server has not answered for longer than the limit.
func (h *Hub) gone() error {
	silence, err := h.objects.Silence()
	if err == nil {
		return nil
	}
	h.tell("the API server does not answer, and is waited for")
	if silence < h.Silence {
		return nil
	}
	return exit.With(exit.Setup, fmt.Errorf("hub %s: the API server has not answered for %s, what became of the release is not known: %w; when it is back, deploy again",
		h.Hub, silence.Round(time.Second), err))
}

// judge writes the progress, and returns a failure if there is one that ends the work.
func (h *Hub) judge(ctx context.Context) *diagnosis.Failure {
	if silence, _ := h.objects.Silence(); silence > 0 {
		return nil // the snapshot is old
	}
	snapshot := h.snapshot(ctx)
	h.see(snapshot)
	h.stage(snapshot)
	for _, pod := range diagnosis.NewPods(snapshot, h.Scope) {
		h.console.Journal.Pod(h.Hub, pod.Name, pod.Scheduled, pod.Ready, time.Now())
	}
	verdicts := diagnosis.Judge(snapshot, h.scope(snapshot))
	h.tell(diagnosis.Progress(snapshot, h.Scope, verdicts))
	failed := h.tracker.Failed(verdicts, time.Now())
	if len(failed) == 0 || ctx.Err() != nil {
		return nil
	}
	if !h.FailFast {
		h.report(ctx, "FAIL_FAST=0 goes on waiting, although it looks certain that hub "+h.Hub+" "+cmp.Or(h.what(), "cannot become ready"), h.unknown(failed))
		return nil
	}
	findings := h.report(ctx, "hub "+h.Hub+" "+cmp.Or(h.what(), "cannot become ready"), failed)
	return &diagnosis.Failure{Hub: h.Hub, What: h.what(), Findings: findings}
}

// scope returns what to judge, and notes when helm has applied all objects.
func (h *Hub) scope(s diagnosis.Snapshot) diagnosis.Scope {
	if h.Applied { // Settle reads the scope at the same time
		return h.Scope
	}
	h.Applied = h.Before == nil || diagnosis.Touched(s, h.Scope) || time.Since(h.started) > applying && !diagnosis.HookRuns(s, h.Scope)
	return h.Scope
}

// tell writes a line of progress if it has changed, and otherwise once every repeat.
func (h *Hub) tell(line string) {
	line = h.mask(line)
	switch {
	case line == "":
		return
	case line != h.told:
		h.console.Info(h.Hub, "%s", line)
	case time.Since(h.when) >= repeat:
		h.console.Info(h.Hub, "still %s", line)
	default:
		return
	}
	h.told, h.when = line, time.Now()
}

// unknown keeps the verdicts that have not been reported yet.
func (h *Hub) unknown(verdicts []diagnosis.Verdict) []diagnosis.Verdict {
	h.looking.Lock()
	defer h.looking.Unlock()
	var kept []diagnosis.Verdict
	for _, verdict := range verdicts {
		if !h.known[verdict.String()] {
			h.known[verdict.String()] = true
			kept = append(kept, verdict)
		}
	}
	return kept
}

// explain reports the causes after the work has failed by itself, and returns them; nil if none is known.
func (h *Hub) explain(ctx context.Context) *diagnosis.Failure {
	snapshot := h.snapshot(ctx)
	h.Applied = true
	verdicts := diagnosis.Judge(snapshot, h.Scope)
	verdicts = append(verdicts, diagnosis.Lagging(snapshot, h.Scope, verdicts)...)
	findings := h.report(ctx, "what stands in the way of hub "+h.Hub, verdicts)
	if len(findings) == 0 {
		return nil
	}
	return &diagnosis.Failure{Hub: h.Hub, What: h.what(), Findings: findings}
}

// report writes a diagnosis, with what has to be looked up for it.
func (h *Hub) report(ctx context.Context, title string, verdicts []diagnosis.Verdict) []diagnosis.Finding {
	if len(verdicts) == 0 {
		return nil
	}
	findings := make([]diagnosis.Finding, 0, len(verdicts))
	for _, verdict := range verdicts {
		findings = append(findings, h.find(ctx, verdict))
	}
	h.console.Problem(h.Hub, "%s", title+":")
	for _, line := range diagnosis.Report(findings) {
		h.console.Problem(h.Hub, "%s", h.mask("  "+line))
	}
	return findings
}

// find looks up the place in the hub's files that a verdict goes back to, and the log that shows it.
func (h *Hub) find(ctx context.Context, verdict diagnosis.Verdict) diagnosis.Finding {
	finding := diagnosis.Finding{Verdict: h.masked(verdict)}
	for _, needle := range verdict.Needles {
		if finding.Place = h.Locate(needle); finding.Place != "" {
			break
		}
	}
	if log := verdict.Log; log != nil {
		lines, err := h.logOf(ctx, log)
		if err == nil && len(lines) == 0 && !log.Previous { // it has ended, and may have been started again since then
			lines, _ = h.client.PreviousLog(ctx, h.Namespace, log.Pod, log.Container, diagnosis.MostLog)
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			finding.Evidence = append(finding.Evidence, "its log cannot be read: "+err.Error())
		}
		for _, line := range lines { // the last goes into errors too
			finding.Lines = append(finding.Lines, h.mask(line))
		}
	}
	return finding
}

// logOf reads the lines that a verdict refers to. If a container has no log of before its restart, the present one is read.
func (h *Hub) logOf(ctx context.Context, log *diagnosis.Log) ([]string, error) {
	if log.Previous {
		if lines, err := h.client.PreviousLog(ctx, h.Namespace, log.Pod, log.Container, diagnosis.MostLog); err == nil {
			return lines, nil
		}
	}
	return h.client.Log(ctx, h.Namespace, log.Pod, log.Container, diagnosis.MostLog)
}

// masked is the verdict without secrets: its words go into errors too.
func (h *Hub) masked(verdict diagnosis.Verdict) diagnosis.Verdict {
	verdict.Cause, verdict.Advice = h.mask(verdict.Cause), h.mask(verdict.Advice)
	return verdict
}
