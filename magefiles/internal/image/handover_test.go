package image

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
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
	address, stop, err := hand.serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	ref, err := name.NewTag(address + "/" + hand.repository + ":handover")
	if err != nil {
		t.Fatal(err)
	}
	return hand, ref
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
	configuration, err := os.ReadFile(hand.file(hand.manifest.Config.Digest))
	if raw, _ := image.RawConfigFile(); err != nil || !bytes.Equal(configuration, raw) {
		t.Errorf("configuration: %v", err)
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
	hand, _ := handingOver(t, nil)
	server := httptest.NewServer(hand.routes())
	defer server.Close()
	request := func(method, path, body string) (status int, location string) {
		t.Helper()
		request, err := http.NewRequestWithContext(context.Background(), method, server.URL+path, strings.NewReader(body))
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
	_, upload := request(http.MethodPost, "/v2/"+hand.repository+"/blobs/uploads/", "")
	if status, _ := request(http.MethodPatch, upload, "half"); status != http.StatusAccepted {
		t.Errorf("an upload: %d", status)
	}
	digest := "sha256:" + strings.Repeat("0", 64)
	if status, _ := request(http.MethodPut, upload+"?digest="+digest, ""); status != http.StatusBadRequest {
		t.Errorf("a wrong digest: %d", status)
	}
	if status, _ := request(http.MethodHead, "/v2/"+hand.repository+"/blobs/"+digest, ""); status != http.StatusNotFound {
		t.Errorf("a blob that was refused: %d", status)
	}
	if status, _ := request(http.MethodHead, "/v2/"+hand.repository+"/blobs/rubbish", ""); status != http.StatusBadRequest {
		t.Errorf("no digest: %d", status)
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
