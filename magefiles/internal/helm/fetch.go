package helm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/Masterminds/semver/v3"
	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

// get returns the archive of a chart, and names what was fetched for it. file is the Chart.yaml that wants it.
func (d *Dependencies) get(ctx context.Context, hubName string, need chart.Need, file string) (archive, []string, error) {
	if need.Local != nil {
		return d.pack(ctx, hubName, need.Local)
	}
	pins, err := d.Charts.Pins(ctx)
	if err != nil {
		return archive{}, nil, err
	}
	if need.Exact {
		if err := pins.CheckPinned(need.Resolved, need.Version, file); err != nil {
			return archive{}, nil, err
		}
	}
	pin, _ := pins.Of(need.Resolved, need.Version)
	got, err := d.Cache.get(need.Resolved, pin.Digest, func() (string, error) { return d.fetch(ctx, hubName, need.Resolved) })
	if err != nil {
		return got, nil, fetching("the chart dependencies of hub "+hubName, need.Resolved, err)
	}
	if err := d.check(pins, need.Resolved, got, file); err != nil {
		return archive{}, nil, err
	}
	return got, []string{fmt.Sprintf("%s sha256:%.12s", strings.TrimSuffix(got.name, ".tgz"), got.digest)}, nil
}

// fetching words an error. helm does not always say which chart it wanted, and from where, so this does. The remedy is for an error that has
// none of its own.
func fetching(what string, wanted chart.Resolved, err error) error {
	said := reason(err)
	if text := said.Error(); !strings.Contains(text, strings.TrimSuffix(wanted.Repository, "/")) {
		said = fmt.Errorf("%s %s of %s: %w", wanted.Name, wanted.Version, wanted.Repository, said)
	}
	failed := exit.Errorf(exit.Helm, "fetching %s: %w", what, said)
	if exit.Remedy(err) != "" {
		return failed
	}
	return failed.Try("is %s reachable from here, and has it %s in version %s?", wanted.Repository, wanted.Name, wanted.Version)
}

// check compares an archive with its pin. The content that was compared is the one that helm gets.
func (d *Dependencies) check(pins chart.Pins, dependency chart.Resolved, got archive, file string) error {
	version := versionOf(dependency, got)
	if err := errors.Join(pins.CheckPinned(dependency, version, file), pins.Check(dependency, version, got.digest)); err != nil || pins.There {
		return err
	}
	if what := fmt.Sprintf("%s %s of %s", dependency.Name, version, dependency.Repository); d.Once.tell(what) {
		d.Tell("chart %s is not pinned, so whoever publishes it can change it: run 'mage charts:pin', and commit %s", what, chart.PinsFile)
	}
	return nil
}

// versionOf is the version that a dependency turned out to be.
func versionOf(dependency chart.Resolved, got archive) string {
	if _, version, is := chart.Packed(got.content); is && !dependency.Exact {
		return version
	}
	return dependency.Version
}

// Pin fetches a chart anew, whatever the cache has, and returns what its archive is.
func (d *Dependencies) Pin(ctx context.Context, dependency chart.Resolved) (chart.Pin, error) {
	file, err := d.fetch(ctx, "", dependency)
	if err != nil {
		return chart.Pin{}, fetching("chart "+dependency.Name, dependency, err)
	}
	got, err := readArchive(file)
	return chart.Pin{Repository: dependency.Repository, Name: dependency.Name, Version: versionOf(dependency, got), Digest: got.digest}, err
}

// fetch has helm fetch one chart, and returns the archive's path. It makes a chart that depends on nothing else and runs
// helm dependency update on it: helm pull would not use the operator's repositories and logins in the same way.
func (d *Dependencies) fetch(ctx context.Context, hubName string, dependency chart.Resolved) (string, error) {
	dir, err := os.MkdirTemp(d.Scratch, "fetch-"+dependency.Name+"-")
	if err != nil {
		return "", err
	}
	content, err := yaml.Marshal(map[string]any{
		"apiVersion": "v2", "name": "fetch", "version": "0.0.0",
		"dependencies": []chart.Dependency{dependency.Dependency},
	})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "Chart.yaml"), content, 0o600); err != nil {
		return "", err
	}
	args := []string{"dependency", "update", dir}
	if d.PlainHTTP(dependency.Dependency) {
		args = append(args, "--plain-http")
	}
	env := []string{"HELM_CACHE_HOME=" + filepath.Join(dir, "cache"), "HELM_REPOSITORY_CACHE=" + filepath.Join(dir, "repository")}
	if err := d.Client.run(ctx, hubName, env, args...); err != nil {
		return "", err
	}
	archives, err := filepath.Glob(filepath.Join(dir, "charts", "*.tgz"))
	if err == nil && len(archives) == 0 { // helm skips an archive that it cannot load, and exits with 0
		return "", fmt.Errorf("helm took no archive of chart %s: its output above says why", dependency.Name)
	}
	if err != nil || len(archives) != 1 {
		return "", errors.Join(fmt.Errorf("helm dependency update made %d archives of chart %s", len(archives), dependency.Name), err)
	}
	return archives[0], checkIndex(filepath.Join(dir, "repository"), dependency, archives[0])
}

// checkIndex compares an archive with what the index of its repository says, which helm itself does not do. helm keeps the index under
// a name that it makes of the address: pkg/downloader/manager.go. A registry has none; there helm compares.
func checkIndex(repositories string, dependency chart.Resolved, file string) error {
	sum := sha256.Sum256([]byte(dependency.Repository))
	content, err := os.ReadFile(filepath.Join(repositories, "helm-manager-"+hex.EncodeToString(sum[:])+"-index.yaml")) // #nosec G304 -- our own
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	got, err := readArchive(file)
	if err != nil {
		return err
	}
	said, err := digestsIn(content, dependency, got)
	if err != nil || len(said) == 0 || said[got.digest] {
		return err
	}
	for digest := range said {
		return exit.Errorf(exit.Helm, "the index of %s says that the archive %s is sha256:%.12s, and the one that came is sha256:%.12s", dependency.Repository, got.name, digest, got.digest).
			Try("ask those who publish it: one of the two was changed")
	}
	return nil
}

// digestsIn returns the digests that an index has for the version that an archive holds.
func digestsIn(index []byte, dependency chart.Resolved, got archive) (map[string]bool, error) {
	var content struct {
		Entries map[string][]struct{ Version, Digest string }
	}
	if err := yaml.Unmarshal(index, &content); err != nil {
		return nil, fmt.Errorf("reading the index of %s: %w", dependency.Repository, err)
	}
	_, packed, _ := chart.Packed(got.content)
	version, err := semver.NewVersion(packed)
	if err != nil {
		return nil, fmt.Errorf("the archive %s has version %q, which is none", got.name, packed)
	}
	said := map[string]bool{}
	for _, entry := range content.Entries[dependency.Name] {
		if v, err := semver.NewVersion(entry.Version); err == nil && v.Equal(version) && v.Metadata() == version.Metadata() && entry.Digest != "" {
			said[strings.TrimPrefix(strings.ToLower(entry.Digest), "sha256:")] = true
		}
	}
	return said, nil
}
