package image

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// handingOver is a handover whose destination has some blobs, and the name under which an engine pushes to it.
func handingOver(t *testing.T, there map[v1.Hash]int64) (*handover, name.Tag) {
	t.Helper()
	hand, err := newHandover(t.TempDir(), func(digest v1.Hash) (int64, bool) {
		size, found := there[digest]
		return size, found
	})
	if err != nil {
		t.Fatal(err)
	}
	return hand, handingOverTo(t, hand)
}

// handingOverTo is the name under which an engine pushes to a handover.
func handingOverTo(t *testing.T, hand *handover) name.Tag {
	t.Helper()
	address, stop, err := hand.serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	ref, err := name.NewTag(address + "/" + hand.repository + ":handover")
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestEngineHandsOverOnlyWhatTheDestinationLacks(t *testing.T) {
	base, err := random.Image(1000, 2)
	if err != nil {
		t.Fatal(err)
	}
	own, err := random.Layer(1000, "application/vnd.docker.image.rootfs.diff.tar.gzip")
	if err != nil {
		t.Fatal(err)
	}
	image, err := mutate.AppendLayers(base, own)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	there := map[v1.Hash]int64{}
	for _, layer := range layers[:2] {
		digest, _ := layer.Digest()
		there[digest], _ = layer.Size()
	}
	hand, ref := handingOver(t, there)
	if err := remote.Write(ref, image); err != nil {
		t.Fatal(err)
	}
	for i, layer := range layers {
		digest, _ := layer.Digest()
		diffID, _ := layer.DiffID()
		handed, err := hand.layer(digest, diffID)
		if err != nil || (handed == nil) != (i < 2) {
			t.Errorf("layer %d: %v, %v", i, handed, err)
		}
	}
	digest, _ := own.Digest()
	if _, err := hand.layer(digest, v1.Hash{Algorithm: "sha256", Hex: "00"}); err == nil || !strings.Contains(err.Error(), "the engine sent layer") {
		t.Errorf("a layer that is not the image's: %v", err)
	}
	configuration, err := os.ReadFile(hand.arrived(hand.manifest.Config.Digest).file.Name())
	if raw, _ := image.RawConfigFile(); err != nil || !bytes.Equal(configuration, raw) {
		t.Errorf("configuration: %v", err)
	}
}

// TestWhatIsHandedOverIsSentOnWhileItArrives has an engine send the first half of a layer, and the second only when the
// first has reached the destination.
func TestWhatIsHandedOverIsSentOnWhileItArrives(t *testing.T) {
	hand, ref := handingOver(t, nil)
	half := make(chan struct{})
	hand.sendOn = func(layer v1.Layer) error {
		content, err := layer.Compressed()
		if err != nil {
			return err
		}
		first, err := io.ReadFull(content, make([]byte, 1000))
		if err != nil || first != 1000 {
			return err
		}
		close(half)
		_, err = io.Copy(io.Discard, content)
		return err
	}
	upload := hand.starts(t, ref)
	content, into := io.Pipe()
	go func() {
		_, first := into.Write(make([]byte, 1000))
		<-half
		_, second := into.Write(make([]byte, 1000))
		_ = into.CloseWithError(errors.Join(first, second))
	}()
	if status, _ := asks(t, http.MethodPatch, upload, content); status != http.StatusAccepted {
		t.Errorf("the layer: %d", status)
	}
	sum := sha256.Sum256(make([]byte, 2000))
	if status, _ := asks(t, http.MethodPut, upload+"?digest=sha256:"+hex.EncodeToString(sum[:]), nil); status != http.StatusCreated {
		t.Errorf("its digest: %d", status)
	}
	if err := hand.close(); err != nil {
		t.Error(err)
	}
}

// starts begins an upload, as an engine does.
func (h *handover) starts(t *testing.T, ref name.Tag) (upload string) {
	t.Helper()
	at := "http://" + ref.RegistryStr()
	status, location := asks(t, http.MethodPost, at+"/v2/"+h.repository+"/blobs/uploads/", nil)
	if status != http.StatusAccepted {
		t.Fatalf("an upload: %d", status)
	}
	return at + location
}

// asks makes a request.
func asks(t *testing.T, method, url string, body io.Reader) (status int, location string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.StatusCode, response.Header.Get("Location")
}

func TestDestinationThatRefusesEndsTheEnginesPush(t *testing.T) {
	hand, ref := handingOver(t, nil)
	stopped := make(chan struct{})
	hand.stop = sync.OnceFunc(func() { close(stopped) })
	hand.sendOn = func(layer v1.Layer) error {
		content, err := layer.Compressed()
		if err == nil {
			_, err = io.Copy(io.Discard, content)
		}
		return errors.Join(err, errors.New("no more room"))
	}
	layer, err := random.Layer(1000, types.DockerLayer)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteLayer(ref.Context(), layer); err != nil {
		t.Fatal(err)
	}
	<-stopped
	if err := hand.refusal(); err == nil || err.Error() != "no more room" {
		t.Errorf("got %v", err)
	}
	if err := hand.close(); err != nil {
		t.Error(err)
	}
}

// A destination may refuse a layer at its first byte: the engine need not compress the rest of it.
func TestDestinationThatRefusesAtOnceEndsTheEnginesPush(t *testing.T) {
	hand, ref := handingOver(t, nil)
	stopped := make(chan struct{})
	hand.stop = sync.OnceFunc(func() { close(stopped) })
	hand.sendOn = func(v1.Layer) error { return errors.New("read-only") }
	hand.starts(t, ref)
	<-stopped
	if err := hand.refusal(); err == nil || err.Error() != "read-only" {
		t.Errorf("got %v", err)
	}
	if err := hand.close(); err != nil {
		t.Error(err)
	}
}

func TestHandoverTakesNoIndexAndNothingFromStrangers(t *testing.T) {
	_, ref := handingOver(t, nil)
	index, err := random.Index(100, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(ref, index); statusOf(err) != http.StatusBadRequest {
		t.Errorf("an index: %v", err)
	}
	stranger, err := name.NewTag(ref.RegistryStr() + "/guessed:handover")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(stranger, empty.Image); statusOf(err) != http.StatusNotFound {
		t.Errorf("another repository: %v", err)
	}
}

func TestHandoverRefusesWhatArrivesDamaged(t *testing.T) {
	hand, ref := handingOver(t, nil)
	at := "http://" + ref.RegistryStr() + "/v2/" + hand.repository
	upload := hand.starts(t, ref)
	if status, _ := asks(t, http.MethodPatch, upload, strings.NewReader("half")); status != http.StatusAccepted {
		t.Errorf("an upload: %d", status)
	}
	digest := "sha256:" + strings.Repeat("0", 64)
	for name, request := range map[string]struct {
		method, url string
		status      int
	}{
		"a wrong digest":            {http.MethodPut, upload + "?digest=" + digest, http.StatusBadRequest},
		"a blob that was refused":   {http.MethodHead, at + "/blobs/" + digest, http.StatusNotFound},
		"no digest":                 {http.MethodHead, at + "/blobs/rubbish", http.StatusBadRequest},
		"an upload that nobody has": {http.MethodPatch, upload + "7", http.StatusNotFound},
		"an upload with a name":     {http.MethodPatch, upload + "x", http.StatusNotFound},
	} {
		if status, _ := asks(t, request.method, request.url, nil); status != request.status {
			t.Errorf("%s: %d", name, status)
		}
	}
}

func TestWhichWayOutOfTheEngine(t *testing.T) {
	const mb = 1 << 20
	for name, test := range map[string]struct {
		sizes    []int64 // the last instruction's first
		compress []bool  // the first layer first
		save     bool
	}{
		"everything is new":                  {[]int64{20 * mb, 500 * mb, 500 * mb}, []bool{true, true, true}, true},
		"a small layer on a big base":        {[]int64{20 * mb, 500 * mb, 500 * mb}, []bool{false, false, true}, false},
		"the engine does not know the base":  {[]int64{20 * mb, 500 * mb, 500 * mb}, []bool{true, true, true}, true},
		"nothing is new":                     {[]int64{20 * mb, 500 * mb}, []bool{false, false}, false},
		"most of it is new":                  {[]int64{600 * mb, 400 * mb}, []bool{false, true}, true},
		"more instructions than layers":      {[]int64{1, 1, 1, 1}, []bool{true}, false},
		"an image whose sizes are not known": {nil, []bool{true, true}, false},
	} {
		if got := worthSaving(test.sizes, test.compress); got != test.save {
			t.Errorf("%s: save %t", name, got)
		}
	}
}
