package watch

import (
	"context"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
)

// BeginServer watches what becomes of the server of the scope's one user: his pods and claims, which no deploy answers for. Guard judges them as it
// does those of a hub.
func (w *Watcher) BeginServer(ctx context.Context, scope diagnosis.Scope) (*Hub, error) {
	scope.Applied = true
	return w.Begin(ctx, scope)
}

// what is said of a hub that fails here, where it is another thing than that it cannot become ready.
func (h *Hub) what() string {
	if h.Server == "" {
		return ""
	}
	return diagnosis.Serverless
}

// stage notes how far a user's server has come.
func (h *Hub) stage(snapshot diagnosis.Snapshot) {
	if h.Server == "" {
		return
	}
	stage := diagnosis.ServerStage(snapshot, h.Scope)
	h.looking.Lock()
	defer h.looking.Unlock()
	for i, at := range []diagnosis.Stage{diagnosis.Scheduled, diagnosis.Pulled} {
		if stage >= at && h.stages[i].IsZero() {
			h.stages[i] = time.Now()
		}
	}
}

// Stages is when the pod of a user's server was seen to have a node, and its image to be there, by this machine's clock. Without a pod both are
// zero.
func (h *Hub) Stages(ctx context.Context) (scheduled, pulled time.Time) {
	h.stage(h.snapshot(ctx))
	h.looking.Lock()
	defer h.looking.Unlock()
	return h.stages[0], h.stages[1]
}
