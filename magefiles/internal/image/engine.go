package image

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// operations is what a push asks of a Docker engine, short of saving the image.
type operations interface {
	// inspect tells of an image.
	inspect(ctx context.Context, reference string) (inspected, error)
	// show makes a container of an image, which has files and directories of the engine's machine at those paths, to be
	// read only. It is not started. Those of mounts are by the path in the container.
	show(ctx context.Context, image inspected, mounts map[string]string) (container string, err error)
	// copyOut returns what a container has at a path, as a tar archive.
	copyOut(ctx context.Context, container, path string) (io.ReadCloser, error)
	// shown returns the containers that show made, also those of other runs, and when.
	shown(ctx context.Context) (map[string]time.Time, error)
	// remove removes a container.
	remove(ctx context.Context, container string) error
}

// engineAPI speaks to a Docker engine on this machine: docs.docker.com/reference/api/engine. It answers in milliseconds
// what takes a docker command a tenth of a second.
type engineAPI struct{ client *http.Client }

// localEngine returns the engine behind the socket that DOCKER_HOST names in docker's environment, or the usual one, if it
// is the one with the ID: docker may have a context that leads elsewhere. It is nil if that is not so.
func localEngine(ctx context.Context, environment []string, id string) *engineAPI {
	socket := "/var/run/docker.sock"
	for _, pair := range environment {
		if named, is := strings.CutPrefix(pair, "DOCKER_HOST=unix://"); is {
			socket = named
		}
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	// An engine that is asked for gzip compresses what it copies out, on one core, and we would undo that.
	e := &engineAPI{&http.Client{Transport: &http.Transport{DialContext: dial, DisableCompression: true}}}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var info struct{ ID string }
	if err := e.ask(ctx, http.MethodGet, "/info", nil, nil, &info); err != nil || info.ID != id || id == "" {
		return nil
	}
	return e
}

// ask makes one request, with what is to be sent as JSON unless that is nil, and reads the answer, unless answer is nil.
func (e *engineAPI) ask(ctx context.Context, method, path string, query url.Values, send, answer any) error {
	response, err := e.request(ctx, method, path, query, send)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if answer == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		return fmt.Errorf("reading what the engine says to %s: %w", path, err)
	}
	return nil
}

func (e *engineAPI) request(ctx context.Context, method, path string, query url.Values, send any) (*http.Response, error) {
	var body io.Reader
	if send != nil {
		text, err := json.Marshal(send)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	where := url.URL{Scheme: "http", Host: "docker", Path: path, RawQuery: query.Encode()}
	request, err := http.NewRequestWithContext(ctx, method, where.String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := e.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode < http.StatusBadRequest {
		return response, nil
	}
	defer func() { _ = response.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	var refusal struct{ Message string }
	if json.Unmarshal(text, &refusal) != nil || refusal.Message == "" {
		refusal.Message = response.Status
	}
	return nil, fmt.Errorf("the engine refuses %s: %s", path, refusal.Message)
}

func (e *engineAPI) inspect(ctx context.Context, reference string) (inspected, error) {
	var answer struct {
		ID           string `json:"Id"`
		OS           string `json:"Os"`
		Architecture string
		RootFS       struct{ Layers []v1.Hash }
		Config       struct {
			Labels  map[string]string
			Volumes map[string]struct{}
		}
		GraphDriver driver
	}
	err := e.ask(ctx, http.MethodGet, "/images/"+reference+"/json", nil, nil, &answer)
	return inspected{
		answer.ID, answer.OS, answer.Architecture, answer.RootFS.Layers, answer.Config.Labels, answer.Config.Volumes, answer.GraphDriver,
	}, err
}

func (e *engineAPI) show(ctx context.Context, image inspected, mounts map[string]string) (string, error) {
	type options struct{ Propagation string }
	type mount struct {
		Type, Source, Target string
		ReadOnly             bool
		BindOptions          *options `json:",omitempty"`
	}
	var all []mount
	for target, source := range mounts {
		all = append(all, mount{"bind", source, target, true, &options{withinRoot}})
	}
	for volume := range image.Volumes {
		all = append(all, mount{Type: "tmpfs", Target: volume})
	}
	var made struct{ ID string }
	err := e.ask(ctx, http.MethodPost, "/containers/create", nil, map[string]any{
		"Image": image.ID, "Cmd": []string{neverStarted}, "NetworkDisabled": true, "Labels": map[string]string{shows: timestamp()},
		"HostConfig": map[string]any{"Mounts": all, "NetworkMode": "none"},
	}, &made)
	return made.ID, err
}

func (e *engineAPI) shown(ctx context.Context) (map[string]time.Time, error) {
	var all []struct {
		ID     string `json:"Id"`
		Labels map[string]string
	}
	labelled := url.Values{"all": {"1"}, "filters": {`{"label":["` + shows + `"]}`}}
	err := e.ask(ctx, http.MethodGet, "/containers/json", labelled, nil, &all)
	made := map[string]time.Time{}
	for _, container := range all {
		made[container.ID] = timeOf(container.Labels[shows])
	}
	return made, err
}

func (e *engineAPI) copyOut(ctx context.Context, container, path string) (io.ReadCloser, error) {
	response, err := e.request(ctx, http.MethodGet, "/containers/"+container+"/archive", url.Values{"path": {path}}, nil)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

func (e *engineAPI) remove(ctx context.Context, container string) error {
	return e.ask(ctx, http.MethodDelete, "/containers/"+container, nil, nil, nil)
}
