package hub

import (
	"path"

	"hub-ops/magefiles/internal/spelling"
)

// The names that count in the directory of a chart (helm.sh/docs/topics/charts) and in that of an image, beside many that are free.
var (
	chartNames = []string{
		"Chart.yaml", "values.yaml", "requirements.yaml", "Chart.lock", "requirements.lock", "values.schema.json", ".helmignore", "templates", "crds",
	}
	imageNames = []string{"Dockerfile", ".dockerignore", "Dockerfile.dockerignore"}
)

// checkNames refuses a directory that holds a name which is nearly one that counts there: helm and the builders pass it over.
func checkNames(root, dir string, names []string) error {
	inside := entries(root, dir)
	for _, wanted := range names {
		others := append([]string{"charts", "Containerfile"}, names...)
		if near := spelling.Miss(wanted, inside, others...); near != "" {
			return spelling.Unread(path.Join(dir, near), path.Join(dir, wanted))
		}
	}
	return nil
}
