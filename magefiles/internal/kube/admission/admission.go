// Package admission asks the API server, by a dry run, whether it would take what a chart renders. Objects from package
// manifest go in; out comes an error with a line for each object that is refused, naming its template.
//
//	objects, err := manifest.Parse(rendered.Manifest, "course")
//	err = admission.Check(ctx, server, "course", objects)
//	// the API server refuses hub course: deployment/hub: field spec.selector cannot be changed … (course/templates/hub.yaml)
//
// A deploy does this after helm's own dry run and before it changes anything, unless DEPLOY_CHECKS=0.
package admission

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
)

// dryRuns is how many objects of a hub are asked about at a time.
const dryRuns = 4

// Check asks the API server whether it would take the objects that a hub's chart renders: schema, admission,
// immutable fields, rights. Nothing is stored. The error has a line for each object that is refused.
func Check(ctx context.Context, server *api.Server, hub string, objects []manifest.Object) error {
	refusals := make([]error, len(objects))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(dryRuns)
	for i, object := range objects {
		group.Go(func() (err error) {
			refusals[i], err = dryRun(asking, server, object)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("asking the API server whether it would take hub %s: %w", hub, err))
	}
	if err := errors.Join(refusals...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("the API server refuses hub %s: %w", hub, err))
	}
	return nil
}

// dryRun asks about one object. refusal is what the API server says against it; err is that it was not answered.
func dryRun(ctx context.Context, server *api.Server, object manifest.Object) (refusal, err error) {
	path, known, err := server.PathOf(ctx, object.APIVersion, object.Kind, object.Namespace)
	if err != nil || !known { // the chart itself may define the kind; if it does not, helm finds out before it changes anything
		return nil, err
	}
	// The fields are helm's anyway: force takes them from whoever else has written them, as helm does.
	request := api.Request{
		Method: http.MethodPatch, ContentType: "application/apply-patch+yaml", Body: []byte(object.YAML),
		Path: path + "/" + api.Segment(object.Name) + "?" + url.Values{
			"dryRun": {"All"}, "fieldManager": {"helm"}, "force": {"true"}, "fieldValidation": {"Ignore"},
		}.Encode(),
	}
	if object.Name == "" { // the API server makes one up
		request.Method, request.ContentType, request.Path = http.MethodPost, "application/yaml", path+"?dryRun=All"
	}
	err = server.Ask(ctx, request, nil)
	switch {
	case err == nil || harmless(err):
		return nil, nil
	case api.Away(err):
		return nil, err
	}
	source := ""
	if object.Source != "" {
		source = " (" + object.Source + ")"
	}
	if plain := server.Plainly(err); plain != err { //nolint:errorlint // it has become another, or has not
		return fmt.Errorf("%w%s", plain, source), nil
	}
	return fmt.Errorf("%s/%s%s: %w", strings.ToLower(object.Kind), object.Name, source, err), nil
}

// harmless reports whether the refusal does not hold for helm's upgrade. An object may refer to another one of the same
// release that is not there yet; and entries may stand twice in a list, which helm's own way of sending them allows.
func harmless(err error) bool {
	return api.Code(err) == http.StatusNotFound || strings.Contains(api.Said(err), "duplicate entries for key")
}
