package history

import (
	"fmt"

	"hub-ops/magefiles/internal/exit"
)

// RecordedImage is what a revision of a release says about its images.
type RecordedImage struct {
	Release  string
	Revision int
	Tags     []string // None for a hub without an image of layout.image
	Known    bool     // false: the revision does not record its images
}

// ReadImages reads the image of each revision. A Secret that names no revision is an error.
func ReadImages(secrets []Secret) ([]RecordedImage, error) {
	images := make([]RecordedImage, 0, len(secrets))
	for _, secret := range secrets {
		name, revision, ok := readRevision(secret.Labels)
		if !ok {
			return nil, exit.With(exit.Setup, fmt.Errorf("a release record of the cluster cannot be read: secret %s of namespace %s", secret.Name, secret.Namespace))
		}
		image := RecordedImage{Release: name, Revision: revision.Number, Known: revision.Record.ImageTag != ""}
		if image.Known {
			image.Tags = append(image.Tags, revision.Record.ImageTag)
		}
		for _, key := range revision.Record.Images.Keys() {
			image.Tags = append(image.Tags, revision.Record.Images.of(key).Tag)
		}
		images = append(images, image)
	}
	return images, nil
}
