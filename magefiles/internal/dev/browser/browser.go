// Package browser looks at pages in Chromium, for tests: what a reader sees on a phone and on a screen, in the light and in the dark, by keyboard
// and by ear. It drives Debian's chromium through the DevTools protocol on a pipe, so there is no port, and no library.
//
//	b, err := browser.Start(ctx, t.TempDir())
//	defer b.Close()
//	problems, err := b.Check("file:///tmp/report.html")
package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"hub-ops/magefiles/internal/process/processtest"
)

// Browser is one that runs.
type Browser struct {
	cmd     *processtest.Command
	to      *os.File
	stop    context.CancelFunc
	session string // of its one page

	mu      sync.Mutex
	last    int
	answers map[int]chan answer
	events  []Event
	changed chan struct{} // an event has come
	ended   error
}

type answer struct {
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// Event is something that the browser tells of a page.
type Event struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// patience is how long the browser may take for one thing, in a machine that does much else.
const patience = time.Minute

// Start starts a browser that keeps its files in a directory, and opens an empty page. It resolves no name, so it reaches nothing.
func Start(ctx context.Context, dir string) (*Browser, error) {
	ctx, stop := context.WithCancel(ctx)
	args := []string{
		"--headless", "--remote-debugging-pipe", "--user-data-dir=" + dir, "--no-first-run", "--disable-gpu", "--disable-extensions", "--disable-dev-shm-usage",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--force-color-profile=srgb", "--hide-scrollbars",
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // it refuses to run as root with one
	}
	cmd := processtest.New(ctx, dir, []string{"HOME=" + dir, "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"}, "chromium", args...)
	theirs, to, err := os.Pipe()
	if err != nil {
		stop()
		return nil, err
	}
	from, ours, err := os.Pipe()
	if err != nil {
		stop()
		return nil, err
	}
	cmd.ExtraFiles = []*os.File{theirs, ours} // which are the numbers 3 and 4 there
	err = cmd.Start()
	_, _ = theirs.Close(), ours.Close()
	b := &Browser{cmd: cmd, to: to, stop: stop, answers: map[int]chan answer{}, changed: make(chan struct{}, 1)}
	if err != nil {
		stop()
		return nil, err
	}
	go b.read(from)
	if err := b.open(); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// Close ends the browser, and waits for it.
func (b *Browser) Close() {
	b.stop()
	_ = b.cmd.Wait() // killed
	_ = b.to.Close()
}

// read takes what the browser says, until it ends.
func (b *Browser) read(from *os.File) {
	reader := bufio.NewReader(from)
	var err error
	for err == nil {
		var text []byte
		if text, err = reader.ReadBytes(0); err == nil {
			b.take(text[:len(text)-1])
		}
	}
	_ = from.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = fmt.Errorf("the browser has ended: %w", err)
	for id, waiting := range b.answers {
		close(waiting)
		delete(b.answers, id)
	}
}

func (b *Browser) take(text []byte) {
	var said struct {
		ID int `json:"id"`
		Event
		answer
	}
	if json.Unmarshal(text, &said) != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if waiting := b.answers[said.ID]; said.ID != 0 && waiting != nil {
		waiting <- said.answer
		delete(b.answers, said.ID)
		return
	}
	b.events = append(b.events, said.Event)
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

// call asks the browser to do something, and fills in what it returns.
func (b *Browser) call(method string, params, result any) error {
	b.mu.Lock()
	if b.ended != nil {
		b.mu.Unlock()
		return b.ended
	}
	b.last++
	id, waiting := b.last, make(chan answer, 1)
	b.answers[id] = waiting
	b.mu.Unlock()
	message := map[string]any{"id": id, "method": method, "params": params}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if _, err := b.to.Write(append(text, 0)); err != nil {
		return err
	}
	select {
	case got, open := <-waiting:
		switch {
		case !open:
			return errors.New("the browser has ended")
		case got.Error != nil:
			return fmt.Errorf("%s: %s", method, got.Error.Message)
		case result != nil:
			return json.Unmarshal(got.Result, result)
		}
		return nil
	case <-time.After(patience):
		return fmt.Errorf("%s: no answer within %s", method, patience)
	}
}

// open makes the page that everything is looked at in.
func (b *Browser) open() error {
	var made struct {
		TargetID string `json:"targetId"`
	}
	if err := b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &made); err != nil {
		return err
	}
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	if err := b.call("Target.attachToTarget", map[string]any{"targetId": made.TargetID, "flatten": true}, &attached); err != nil {
		return err
	}
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		if err := b.call(domain+".enable", map[string]any{}, nil); err != nil {
			return err
		}
	}
	return nil
}

// Visit opens an address and waits until all of the page is there. It returns the events until then.
func (b *Browser) Visit(address string) ([]Event, error) {
	b.mu.Lock()
	b.events = nil
	b.mu.Unlock()
	var gone struct {
		ErrorText string `json:"errorText"`
	}
	if err := b.call("Page.navigate", map[string]any{"url": address}, &gone); err != nil {
		return nil, err
	}
	if gone.ErrorText != "" {
		return nil, fmt.Errorf("%s: %s", address, gone.ErrorText)
	}
	timeout := time.After(patience)
	for {
		b.mu.Lock()
		events := slices.Clone(b.events)
		b.mu.Unlock()
		if there(address, events) {
			return events, nil
		}
		select {
		case <-b.changed:
		case <-timeout:
			return nil, fmt.Errorf("%s is not there within %s", address, patience)
		}
	}
}

// there reports whether the page is loaded, and not the one before it.
func there(address string, events []Event) bool {
	arrived := false
	for _, e := range events {
		arrived = arrived || e.Method == "Page.frameNavigated" && strings.Contains(string(e.Params), strconv.Quote(address))
		if arrived && e.Method == "Page.loadEventFired" {
			return true
		}
	}
	return false
}

// View is how a page is looked at.
type View struct {
	Width, Height int // pixels
	Dark          bool
}

// String is the view for people.
func (v View) String() string {
	if v.Dark {
		return fmt.Sprintf("%d pixels, dark", v.Width)
	}
	return fmt.Sprintf("%d pixels, light", v.Width)
}

// As shows the page in a view.
func (b *Browser) As(v View) error {
	err := b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": v.Width, "height": v.Height, "deviceScaleFactor": 1, "mobile": false}, nil)
	if err != nil {
		return err
	}
	scheme := map[bool]string{true: "dark", false: "light"}[v.Dark]
	return b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Evaluate runs a script in the page, and fills in what it returns.
func (b *Browser) Evaluate(script string, result any) error {
	var got struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception *struct {
			Text      string `json:"text"`
			Exception struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	err := b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true, "awaitPromise": true}, &got)
	if err != nil {
		return err
	}
	if got.Exception != nil {
		return fmt.Errorf("%s %s", got.Exception.Text, got.Exception.Exception.Description)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(got.Result.Value, result)
}

// Press presses a key: what it does begins with that, so nobody lets go of it.
func (b *Browser) Press(key string, code int) error {
	return b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code}, nil)
}

// Picture returns the whole page as a PNG.
func (b *Browser) Picture() ([]byte, error) {
	var got struct {
		Data []byte `json:"data"`
	}
	err := b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &got)
	return got.Data, err
}
