package hub

import (
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// BaseURL returns the path that the hub is served at, by its values; "/" if they set none.
func BaseURL(root string, h Hub) (string, error) {
	url := "/"
	for _, file := range h.ValueFiles() {
		top, err := yamldoc.ReadIfThere(root, file)
		if err != nil {
			return "", err
		}
		for _, keys := range [][]string{{"hub", "baseUrl"}, {"jupyterhub", "hub", "baseUrl"}} {
			if node := yamlnode.At(top, keys...); node != nil && node.Value != "" {
				url = node.Value
			}
		}
	}
	return url, nil
}
