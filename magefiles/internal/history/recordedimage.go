package history

import (
	"fmt"

	"hub-ops/magefiles/internal/exit"
)

// RecordedImage is what a revision of a release says about its image.
type RecordedImage struct {
	Release  string
	Revision int
	Tag      string // None for a hub without an image of its own
	Known    bool   // false: the revision does not record its image
}

// ReadImages reads the image of each revision. A Secret that names no revision is an error.
func ReadImages(secrets []Secret) ([]RecordedImage, error) {
	images := make([]RecordedImage, 0, len(secrets))
	for _, secret := range secrets {
		name, revision, ok := readRevision(secret.Labels)
		if !ok {
			return nil, exit.With(exit.Setup, fmt.Errorf("a release record of the cluster cannot be read: secret %s of namespace %s", secret.Name, secret.Namespace))
		}
		tag := revision.Record.ImageTag
		images = append(images, RecordedImage{Release: name, Revision: revision.Number, Tag: tag, Known: tag != ""})
	}
	return images, nil
}
