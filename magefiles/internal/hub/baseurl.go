package hub

import (
	"cmp"
	"path"

	"hub-ops/magefiles/internal/yamldoc"
)

// BaseURL returns the path that the hub is served at, by its chart's values; "/" if they set none.
func BaseURL(root string, h Hub) (string, error) {
	file := path.Join(h.ChartDir, "values.yaml")
	top, err := yamldoc.Read(root, file)
	if err != nil || top == nil {
		return "/", nil //nolint:nilerr // a chart without values; Load has refused one whose values cannot be read
	}
	type values struct {
		Hub struct {
			BaseURL string `yaml:"baseUrl"`
		} `yaml:"hub"`
	}
	var content struct {
		values     `yaml:",inline"`
		JupyterHub values `yaml:"jupyterhub"`
	}
	if err := yamldoc.Decode(file, top, &content); err != nil {
		return "", err
	}
	return cmp.Or(content.JupyterHub.Hub.BaseURL, content.Hub.BaseURL, "/"), nil
}
