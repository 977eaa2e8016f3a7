package watch

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
)

// Settle waits until every container of the hub's new pods has held, as Hold says, at most for limit. One that ends in this time fails
// it, with a *diagnosis.Failure and exit.Rollout. An account that may not list pods sees none, and is told so. With FailFast false that is only told, and Settle waits until the container
// has held after all.
func (h *Hub) Settle(ctx context.Context, limit time.Duration) error {
	if h.Hold == (diagnosis.Hold{}) {
		return nil
	}
	h.Applied = true
	if why := h.objects.Forbidden()["Pod"]; why != "" {
		h.console.Problem(h.Hub, "nobody has seen whether new pods hold: %s", h.mask(why))
		return nil
	}
	return h.Guard(ctx, func(ctx context.Context) error {
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		return h.settle(limited)
	})
}

func (h *Hub) settle(ctx context.Context) error {
	ticker := time.NewTicker(blink)
	defer ticker.Stop()
	for told, ends := false, ""; ; {
		if silence, _ := h.objects.Silence(); silence == 0 { // otherwise the snapshot is old
			waits, err := h.unsettled(ctx)
			switch {
			case err != nil:
				return err
			case len(waits) == 0 && told:
				h.console.Info(h.Hub, "new pods have held")
				return nil
			case len(waits) == 0:
				return nil
			}
			if anew := onlyEnds(waits); !told || anew != "" && anew != ends {
				h.console.Info(h.Hub, "new pods must hold for %s: %s", h.Hold.Running, h.mask(strings.Join(waits, ", ")))
				told, ends = true, anew
			}
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
		}
	}
}

// onlyEnds is what of all that is waited for has ended once.
func onlyEnds(waits []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(waits), func(one string) bool { return !strings.Contains(one, diagnosis.TriedAgain) }), ", ")
}

// unsettled looks once: it returns what has not held yet, or the failure of what has ended.
func (h *Hub) unsettled(ctx context.Context) (waits []string, err error) {
	snapshot := h.snapshot(ctx)
	h.looking.Lock()
	waits, failed := h.settling.Judge(snapshot, h.Scope, time.Now())
	if len(failed) > 0 {
		h.settling.Forgive()
	}
	h.looking.Unlock()
	if len(failed) == 0 {
		return waits, nil
	}
	if !h.FailFast {
		for _, verdict := range failed {
			waits = append(waits, verdict.Subject)
		}
		h.report(ctx, "FAIL_FAST=0 goes on waiting, although hub "+h.Hub+" did not stay ready", h.unknown(failed))
		return waits, nil
	}
	findings := h.report(ctx, "hub "+h.Hub+" did not stay ready", failed)
	return nil, exit.With(exit.Rollout, &diagnosis.Failure{Hub: h.Hub, What: diagnosis.Unsettled, Findings: findings})
}

// see notes since when containers have run.
func (h *Hub) see(snapshot diagnosis.Snapshot) {
	h.looking.Lock()
	defer h.looking.Unlock()
	h.settling.See(snapshot, h.Scope, time.Now())
}

// seenEnds reads the log of each container that has ended since the last look, and returns all ends that were seen.
func (h *Hub) seenEnds(ctx context.Context, snapshot diagnosis.Snapshot) diagnosis.Ends {
	h.looking.Lock()
	defer h.looking.Unlock()
	for key, end := range h.ends.New(snapshot, h.Scope) {
		lines, err := h.logOf(ctx, &diagnosis.Log{Pod: end.Pod, Container: end.Container, Previous: end.Previous})
		end.Log, end.Unread = lines, err != nil
		h.ends[key] = append(h.ends[key], end)
	}
	return maps.Clone(h.ends)
}
