package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// operations is what a push asks of an engine, short of reading the image.
type operations interface {
	// inspect tells of an image.
	inspect(ctx context.Context, reference string) (inspected, error)
	// sizes returns how many bytes each instruction of an image added, uncompressed, the last one first. Those that
	// added nothing are left out.
	sizes(ctx context.Context, reference string) ([]int64, error)
	// images returns the IDs of those images that the engine pulled or pushed.
	images(ctx context.Context) (ids []string, err error)
	// diffIDs returns the layers of images.
	diffIDs(ctx context.Context, ids []string) ([]v1.Hash, error)
	// tag gives an image a name, and untag takes it away.
	tag(ctx context.Context, id, name string) error
	untag(ctx context.Context, name string) error
	// push pushes what has the name to a registry on loopback.
	push(ctx context.Context, name string) error
}

// engineAPI speaks to a Docker engine on this machine: docs.docker.com/reference/api/engine. It answers in milliseconds
// what takes a docker command a tenth of a second, and a push asks eight things.
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
	e := &engineAPI{&http.Client{Transport: &http.Transport{DialContext: dial}}}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var info struct{ ID string }
	if err := e.ask(ctx, http.MethodGet, "/info", nil, &info); err != nil || info.ID != id || id == "" {
		return nil
	}
	return e
}

// ask makes one request and reads the answer, unless answer is nil.
func (e *engineAPI) ask(ctx context.Context, method, path string, query url.Values, answer any) error {
	response, err := e.request(ctx, method, path, query)
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

func (e *engineAPI) request(ctx context.Context, method, path string, query url.Values) (*http.Response, error) {
	where := url.URL{Scheme: "http", Host: "docker", Path: path, RawQuery: query.Encode()}
	request, err := http.NewRequestWithContext(ctx, method, where.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Registry-Auth", "e30=") // {}: a push wants some, and the registry on loopback none
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
		Config       struct{ Labels map[string]string }
	}
	err := e.ask(ctx, http.MethodGet, "/images/"+reference+"/json", nil, &answer)
	return inspected{answer.ID, answer.OS, answer.Architecture, answer.RootFS.Layers, answer.Config.Labels}, err
}

func (e *engineAPI) sizes(ctx context.Context, reference string) ([]int64, error) {
	var answer []struct{ Size int64 }
	err := e.ask(ctx, http.MethodGet, "/images/"+reference+"/history", nil, &answer)
	var sizes []int64
	for _, instruction := range answer {
		if instruction.Size > 0 {
			sizes = append(sizes, instruction.Size)
		}
	}
	return sizes, err
}

func (e *engineAPI) images(ctx context.Context) ([]string, error) {
	var answer []struct {
		ID          string `json:"Id"`
		RepoDigests []string
	}
	err := e.ask(ctx, http.MethodGet, "/images/json", url.Values{"digests": {"1"}}, &answer)
	var ids []string
	for _, image := range answer {
		if len(image.RepoDigests) > 0 && !strings.HasPrefix(image.RepoDigests[0], "<none>") {
			ids = append(ids, image.ID)
		}
	}
	return ids, err
}

func (e *engineAPI) diffIDs(ctx context.Context, ids []string) ([]v1.Hash, error) {
	var all []v1.Hash
	for _, id := range ids {
		image, err := e.inspect(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, image.DiffIDs...)
	}
	return all, nil
}

func (e *engineAPI) tag(ctx context.Context, id, name string) error {
	repository, tag := cutTag(name)
	return e.ask(ctx, http.MethodPost, "/images/"+id+"/tag", url.Values{"repo": {repository}, "tag": {tag}}, nil)
}

func (e *engineAPI) untag(ctx context.Context, name string) error {
	return e.ask(ctx, http.MethodDelete, "/images/"+name, nil, nil)
}

// push reads what the engine tells of its progress, whose last line may be that it failed.
func (e *engineAPI) push(ctx context.Context, name string) error {
	repository, tag := cutTag(name)
	response, err := e.request(ctx, http.MethodPost, "/images/"+repository+"/push", url.Values{"tag": {tag}})
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	for lines := json.NewDecoder(response.Body); ; {
		var line struct{ Error string }
		switch err := lines.Decode(&line); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("the engine's push: %w", err)
		case line.Error != "":
			return errors.New(strings.TrimSpace(line.Error))
		}
	}
}

// cutTag splits <repository>:<tag>; the repository may have a port.
func cutTag(name string) (repository, tag string) {
	at := strings.LastIndexByte(name, ':')
	return name[:at], name[at+1:]
}
