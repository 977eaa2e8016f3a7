package source

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Pulled is an Image of an engine that remembers which blobs it has unpacked to which layers, or packed from them.
type Pulled interface {
	Image
	// Unpacked reports whether the engine itself found that a blob holds a layer, by the hash of the layer's tar archive. An engine
	// that cannot be asked says no.
	Unpacked(ctx context.Context, layer, blob v1.Hash) bool
}
