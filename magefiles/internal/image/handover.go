package image

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// handover is a registry on loopback for one push of an engine. It answers for the destination, so that the engine
// compresses only what that lacks, and sends on what arrives. A Docker engine takes a registry on 127.0.0.0/8 without TLS.
// Protocol: opencontainers/distribution-spec, spec.md, "Push".
type handover struct {
	repository string // which nobody can guess: other users of the machine can reach the port
	dir        string
	there      func(digest v1.Hash) (size int64, found bool) // asks the destination
	sendOn     func(layer v1.Layer) error                    // to the destination; nil: what arrives is kept

	mu       sync.Mutex
	uploads  []*arrival // by their number
	blobs    map[v1.Hash]*arrival
	manifest *v1.Manifest
	refused  error              // why the destination does not take what has arrived
	stop     context.CancelFunc // ends the engine's push, and what is sent on
}

// newHandover keeps what it is given in a new directory below scratch.
func newHandover(scratch string, there func(v1.Hash) (int64, bool)) (*handover, error) {
	dir, err := os.MkdirTemp(scratch, "handover-")
	if err != nil {
		return nil, err
	}
	return &handover{repository: strings.ToLower(rand.Text()), dir: dir, there: there, stop: func() {}, blobs: map[v1.Hash]*arrival{}}, nil
}

// serve listens until stop is called, and returns the address.
func (h *handover) serve(ctx context.Context) (address string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: h.routes(), ReadHeaderTimeout: patience, ErrorLog: log.New(io.Discard, "", 0)} // the engine tries TLS first
	go func() { _ = server.Serve(listener) }()
	return listener.Addr().String(), func() { _ = server.Close() }, nil
}

func (h *handover) routes() http.Handler {
	at := "/v2/" + h.repository
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v2/{$}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("HEAD "+at+"/blobs/{digest}", h.head)
	mux.HandleFunc("POST "+at+"/blobs/uploads/", h.begin)
	mux.HandleFunc("PATCH "+at+"/uploads/{upload}", h.receive)
	mux.HandleFunc("PUT "+at+"/uploads/{upload}", h.finish)
	mux.HandleFunc("GET "+at+"/manifests/{tag}", http.NotFound)
	mux.HandleFunc("PUT "+at+"/manifests/{tag}", h.end)
	return mux
}

// head says whether a blob need not be sent.
func (h *handover) head(w http.ResponseWriter, r *http.Request) {
	digest, err := v1.NewHash(r.PathValue("digest"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	size, found := h.there(digest)
	if blob := h.arrived(digest); blob != nil {
		size, found = blob.size, true
	}
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Docker-Content-Digest", digest.String())
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
}

// begin gives an upload a place, and starts to send on what will arrive there.
func (h *handover) begin(w http.ResponseWriter, _ *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	name := strconv.Itoa(len(h.uploads))
	blob, err := newArrival(filepath.Join(h.dir, name))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h.uploads = append(h.uploads, blob)
	if h.sendOn != nil {
		blob.sentOn = sync.OnceValue(func() error { return h.sendOn(blob) })
	}
	go func() { _, _ = blob.DiffID() }() // who wants to know it need not wait then
	go h.watch(blob)
	w.Header().Set("Docker-Upload-UUID", name)
	w.Header().Set("Range", "0-0")
	w.Header().Set("Location", "/v2/"+h.repository+"/uploads/"+name)
	w.WriteHeader(http.StatusAccepted)
}

// watch ends the engine's push when the destination does not take what it hands over.
func (h *handover) watch(blob *arrival) {
	err := blob.sentOn()
	if _, broken := blob.whole(); err == nil || broken != nil {
		return
	}
	h.refuse(err)
}

// refuse ends the engine's push, and what is sent on.
func (h *handover) refuse(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused = cmp.Or(h.refused, err)
	h.stop()
}

// refusal is why the destination does not take what has arrived; nil if it does.
func (h *handover) refusal() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.refused
}

// receive appends to an upload.
func (h *handover) receive(w http.ResponseWriter, r *http.Request) {
	blob := h.write(w, r)
	if blob == nil {
		return
	}
	w.Header().Set("Range", fmt.Sprintf("0-%d", max(0, blob.size-1)))
	w.Header().Set("Location", r.URL.Path)
	w.WriteHeader(http.StatusAccepted)
}

// write appends what a request carries to its upload, or answers why that cannot be.
func (h *handover) write(w http.ResponseWriter, r *http.Request) *arrival {
	h.mu.Lock()
	number, err := strconv.Atoi(r.PathValue("upload"))
	var blob *arrival
	if err == nil && number >= 0 && number < len(h.uploads) {
		blob = h.uploads[number]
	}
	h.mu.Unlock()
	if blob == nil {
		http.NotFound(w, r)
		return nil
	}
	if _, err := io.Copy(blob, r.Body); err != nil { // the engine begins anew, with another upload
		blob.fail(err.Error())
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return nil
	}
	return blob
}

// finish checks an upload, and keeps it.
func (h *handover) finish(w http.ResponseWriter, r *http.Request) {
	blob := h.write(w, r)
	if blob == nil {
		return
	}
	if err := blob.end(r.URL.Query().Get("digest")); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	digest, _ := blob.Digest() // which it has now
	h.mu.Lock()
	h.blobs[digest] = blob
	h.mu.Unlock()
	w.Header().Set("Docker-Content-Digest", digest.String())
	w.WriteHeader(http.StatusCreated)
}

// end takes the manifest: the engine has nothing more to send.
func (h *handover) end(w http.ResponseWriter, r *http.Request) {
	const most = 4 << 20 // bytes: opencontainers/distribution-spec, "Pushing Manifests"
	sum := sha256.New()
	manifest, err := v1.ParseManifest(io.TeeReader(http.MaxBytesReader(w, r.Body, most), sum))
	if err != nil || !manifest.Config.MediaType.IsConfig() {
		http.Error(w, "no manifest of a single image", http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	h.manifest = manifest
	h.mu.Unlock()
	w.Header().Set("Docker-Content-Digest", hashOf(sum).String())
	w.WriteHeader(http.StatusCreated)
}

// arrived is nil for what the engine did not send, because the destination has it.
func (h *handover) arrived(digest v1.Hash) *arrival {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.blobs[digest]
}

// close ends what was not whole, waits until nothing is sent on any more, and removes the files.
func (h *handover) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	failures := make([]error, 0, len(h.uploads)+1)
	for _, blob := range h.uploads {
		blob.fail("its push has ended")
		_ = blob.sentOn()
		_, _ = blob.DiffID()
		failures = append(failures, blob.file.Close())
	}
	return errors.Join(append(failures, os.RemoveAll(h.dir))...)
}

// take runs the engine's push to its end.
func (h *handover) take(ctx context.Context, image *distantImage) error {
	address, stop, err := h.serve(ctx)
	if err != nil {
		return err
	}
	defer stop()
	name := address + "/" + h.repository + ":handover"
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		_ = image.untag(ctx, name) // the image has another name
	}()
	if err := image.tag(ctx, image.inspected.ID, name); err != nil {
		return err
	}
	if err := image.push(ctx, name); err != nil {
		return err
	}
	if h.manifest == nil || len(h.manifest.Layers) != len(image.about().diffIDs) {
		return errors.New("the engine pushed something else")
	}
	return nil
}

// layer returns what the engine sent of a layer, after it was made sure that it is that layer. It is nil for a layer that
// the engine did not send.
func (h *handover) layer(digest, diffID v1.Hash) (*arrival, error) {
	blob := h.arrived(digest)
	if blob == nil {
		return nil, nil //nolint:nilnil // as documented
	}
	sum, err := blob.DiffID()
	if err != nil {
		return nil, err
	}
	if sum != diffID {
		return nil, fmt.Errorf("the engine sent layer %s, the image says %s", sum, diffID)
	}
	return blob, nil
}
