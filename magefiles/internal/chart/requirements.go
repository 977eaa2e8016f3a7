package chart

import (
	"errors"
	"io/fs"
	"os"

	"hub-ops/magefiles/internal/yamldoc"
)

// readRequirements reads the dependencies of a v1 chart from its requirements.yaml. Without that file it has none.
func readRequirements(root *os.Root, file string) ([]Dependency, error) {
	top, err := yamldoc.ReadIn(root, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var content struct {
		Dependencies []Dependency `yaml:"dependencies"`
	}
	if err := yamldoc.Decode(file, top, &content); err != nil || top == nil {
		return nil, err
	}
	return content.Dependencies, checkDependencies(file, valueOf(top, "dependencies"), content.Dependencies)
}
