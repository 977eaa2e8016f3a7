package image

import (
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
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// handover is a registry on loopback for one push of a Docker engine. It answers for the destination, so that the
// engine compresses only what that lacks, and keeps what the engine sends in files, until it is sent on. An engine takes
// a registry on 127.0.0.0/8 without TLS. Protocol: opencontainers/distribution-spec, spec.md, "Push".
type handover struct {
	repository string // which nobody can guess: other users of the machine can reach the port
	dir        string
	there      func(digest v1.Hash) (size int64, found bool) // asks the destination

	mu       sync.Mutex
	uploads  int
	blobs    map[v1.Hash]string // files, by their digest
	manifest *v1.Manifest
}

// newHandover keeps what it is given in a new directory below scratch.
func newHandover(scratch string, there func(v1.Hash) (int64, bool)) (*handover, error) {
	dir, err := os.MkdirTemp(scratch, "handover-")
	if err != nil {
		return nil, err
	}
	return &handover{repository: strings.ToLower(rand.Text()), dir: dir, there: there, blobs: map[v1.Hash]string{}}, nil
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
	mux.HandleFunc("PATCH "+at+"/uploads/{file}", h.receive)
	mux.HandleFunc("PUT "+at+"/uploads/{file}", h.finish)
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
	if file := h.file(digest); !found && file != "" {
		if info, err := os.Stat(file); err == nil {
			size, found = info.Size(), true
		}
	}
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Docker-Content-Digest", digest.String())
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
}

// begin gives an upload a place.
func (h *handover) begin(w http.ResponseWriter, _ *http.Request) {
	h.mu.Lock()
	h.uploads++
	name := strconv.Itoa(h.uploads)
	h.mu.Unlock()
	w.Header().Set("Docker-Upload-UUID", name)
	w.Header().Set("Range", "0-0")
	w.Header().Set("Location", "/v2/"+h.repository+"/uploads/"+name)
	w.WriteHeader(http.StatusAccepted)
}

// receive appends to an upload.
func (h *handover) receive(w http.ResponseWriter, r *http.Request) {
	size, err := h.write(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Range", fmt.Sprintf("0-%d", max(0, size-1)))
	w.Header().Set("Location", r.URL.Path)
	w.WriteHeader(http.StatusAccepted)
}

func (h *handover) write(r *http.Request) (size int64, err error) {
	file, err := os.OpenFile(h.place(r), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(file, r.Body)
	info, statErr := file.Stat()
	if err := errors.Join(err, statErr, file.Close()); err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (h *handover) place(r *http.Request) string {
	return filepath.Join(h.dir, filepath.Base(r.PathValue("file")))
}

// finish checks an upload, and keeps it.
func (h *handover) finish(w http.ResponseWriter, r *http.Request) {
	if _, err := h.write(r); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	digest, err := digestOf(h.place(r))
	if err != nil || digest.String() != r.URL.Query().Get("digest") {
		http.Error(w, "what arrived is not what was sent", http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	h.blobs[digest] = h.place(r)
	h.mu.Unlock()
	w.Header().Set("Docker-Content-Digest", digest.String())
	w.WriteHeader(http.StatusCreated)
}

func digestOf(file string) (v1.Hash, error) {
	content, err := os.Open(file) // #nosec G304 -- in our own directory
	if err != nil {
		return v1.Hash{}, err
	}
	defer func() { _ = content.Close() }()
	digest, _, err := v1.SHA256(content)
	return digest, err
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

func (h *handover) file(digest v1.Hash) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.blobs[digest]
}

// take runs the engine's push to its end.
func (h *handover) take(ctx context.Context, image *distantImage) error {
	address, stop, err := h.serve(ctx)
	if err != nil {
		return err
	}
	defer stop()
	name := address + "/" + h.repository + ":handover"
	if _, err := image.output(ctx, "image", "tag", image.inspected.ID, name); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		_, _ = image.output(ctx, "image", "rm", name) // the name, for the image has another
	}()
	if _, err := image.output(ctx, append(append([]string{"push", "--quiet"}, image.insecure...), name)...); err != nil {
		return err
	}
	if h.manifest == nil || len(h.manifest.Layers) != len(image.about().diffIDs) {
		return errors.New("the engine pushed something else")
	}
	return nil
}

// layer opens what the engine sent of a layer, after it was made sure that it is that layer. It is nil for a layer that
// the engine did not send, because the destination has it.
func (h *handover) layer(digest, diffID v1.Hash) (v1.Layer, error) {
	file := h.file(digest)
	if file == "" {
		return nil, nil //nolint:nilnil // as documented
	}
	layer, err := tarball.LayerFromFile(file)
	if err != nil {
		return nil, err
	}
	sum, err := layer.DiffID()
	if err != nil {
		return nil, err
	}
	if sum != diffID {
		return nil, fmt.Errorf("the engine sent layer %s, the image says %s", sum, diffID)
	}
	return layer, nil
}
