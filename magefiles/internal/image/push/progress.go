package push

import (
	"fmt"
	"sync/atomic"
	"time"

	"hub-ops/magefiles/internal/journal"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/ui/live"
)

// progress is how far a layer is. It is read while the layer is on its way.
type progress struct {
	started atomic.Int64 // nanoseconds since the epoch; 0: not yet
	ended   atomic.Bool
	read    atomic.Int64 // bytes, uncompressed
	sent    atomic.Int64 // bytes, compressed
	told    int64        // bytes sent when it was last reported
}

func (p *progress) begin() { p.started.Store(time.Now().UnixNano()) }

func (p *progress) took() time.Duration { return time.Since(time.Unix(0, p.started.Load())) }

// String is "530 MB read, 120 MB sent".
func (p *progress) String() string {
	if read := p.read.Load(); read > 0 {
		return fmt.Sprintf("%s read, %s sent", ui.Bytes(read), ui.Bytes(p.sent.Load()))
	}
	return ui.Bytes(p.sent.Load()) + " sent" // it was compressed already
}

// sent is what the push has sent so far, in bytes.
func (t *transfer) sent() int64 {
	total := t.copied.Load()
	for i := range t.progress {
		total += t.progress[i].sent.Load()
	}
	return total
}

// finished says what became of a layer that had to be sent.
func (t *transfer) finished(index int) {
	p := &t.progress[index]
	p.ended.Store(true)
	t.Console.Journal.Layer(t.hub, journal.Layer{
		Number: index + 1, Of: len(t.progress), Began: time.Unix(0, p.started.Load()), Ended: time.Now(), Read: p.read.Load(), Sent: p.sent.Load(),
	})
	if p.sent.Load() > 0 {
		t.Console.Info(t.hub, "layer %d of %d: %s in %s", index+1, len(t.progress), p, p.took().Round(time.Second/10))
	}
}

// goesOn says that an upload is resumed.
func (t *transfer) goesOn(arrived int64) {
	t.Console.Info(t.hub, "the connection broke off, and the upload goes on after the %s that the registry has", ui.Bytes(arrived))
}

// report says every five seconds how far each layer is that is on its way, and how fast it goes.
func (t *transfer) report() (stop func()) {
	done := make(chan struct{})
	if t.Console.Live() {
		go t.show(done)
	}
	go func() {
		ticker := time.NewTicker(reportEvery)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
			}
			for i := range t.progress {
				t.tell(fmt.Sprintf("layer %d of %d", i+1, len(t.progress)), &t.progress[i])
			}
		}
	}()
	return func() { close(done) }
}

const (
	reportEvery = 5 * time.Second
	showEvery   = 500 * time.Millisecond // to somebody at a terminal
)

// show tells a live view how far the push is.
func (t *transfer) show(done <-chan struct{}) {
	ticker := time.NewTicker(showEvery)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
		}
		far := live.Sent{Bytes: t.sent(), Of: int(t.missing.Load())}
		for i := range t.progress {
			if t.progress[i].ended.Load() {
				far.Layers++
			}
		}
		t.Console.Sent(t.hub, far)
	}
}

// tell says how far a layer is that is on its way.
func (t *transfer) tell(which string, p *progress) {
	sent := p.sent.Load()
	if p.started.Load() != 0 && !p.ended.Load() {
		t.Console.Info(t.hub, "%s: %s, %s/s", which, p, ui.Bytes((sent-p.told)/int64(reportEvery/time.Second)))
	}
	p.told = sent
}

// findings says what it took to find layers, and what is left to do, if anything is.
func (t *transfer) findings(found []Blob) {
	if checked := t.checked.Load(); checked > 0 {
		t.Console.Info(t.hub, "%s of layers were read from the registry, to see whether they are what its images say", ui.Bytes(checked))
	}
	missing := 0
	for _, blob := range found {
		if !blob.there() {
			missing++
		}
	}
	if t.missing.Store(int64(missing)); missing == 0 {
		return
	}
	text := fmt.Sprintf("%d of %d layers are new to the registry", missing, len(found))
	if mounted := t.mounted.Load(); mounted > 0 {
		text += fmt.Sprintf(", %d came from other repositories", mounted)
	}
	t.Console.Info(t.hub, "%s", text)
}
