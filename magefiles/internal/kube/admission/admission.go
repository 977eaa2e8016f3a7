// Package admission asks the API server, by a dry run, whether it would take what a chart renders. Objects from package
// manifest go in; out comes an error with a line for each object that is refused, naming its template.
//
//	objects, err := manifest.Parse(rendered.Manifest, "course")
//	err = admission.Check(ctx, server, admission.Change{Hub: "course", Objects: objects, Action: manifest.Upgrade})
//	// the API server refuses hub course: deployment/hub: field spec.selector cannot be changed … (course/templates/hub.yaml)
//
// A deploy does this after helm's own dry run and before it changes anything, unless DEPLOY_CHECKS=0.
package admission

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
)

// dryRuns is how many objects of a hub are asked about at a time.
const dryRuns = 4

// asHelm are the parameters of a dry run in helm's name.
const asHelm = "dryRun=All&fieldManager=helm&fieldValidation=Ignore"

// checker checks the objects of one release.
type checker struct {
	server *api.Server
	Change
}

// Change is what helm is to do to the release of a hub.
type Change struct {
	Hub     string
	As      string            // the account in whose name helm does it; our own if empty
	Objects []manifest.Object // of the release, hooks among them
	Action  manifest.Action
}

// Check asks the API server whether it would take the objects that a hub's chart renders, and the hooks of the action: schema,
// admission, immutable fields, rights. Nothing is stored. The error has a line for each object that is refused; a refusal that may
// not hold for helm is none.
func Check(ctx context.Context, server *api.Server, change Change) error {
	c := &checker{server, change}
	objects := append(manifest.Parts(change.Objects), manifest.Hooks(change.Objects, change.Action)...)
	refusals := make([]error, len(objects))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(dryRuns)
	for i, object := range objects {
		group.Go(func() (err error) {
			refusals[i], err = c.dryRun(asking, object)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("asking the API server whether it would take hub %s: %w", change.Hub, err))
	}
	if err := errors.Join(refusals...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("the API server refuses hub %s: %w", change.Hub, err))
	}
	return nil
}

// dryRun asks about one object. refusal is what the API server says against it; err is that it was not answered.
func (c *checker) dryRun(ctx context.Context, object manifest.Object) (refusal, err error) {
	path, known, err := c.server.PathOf(ctx, object.APIVersion, object.Kind, object.Namespace)
	if err != nil || !known { // the chart itself may define the kind; if it does not, helm finds out before it changes anything
		return nil, err
	}
	// The fields are helm's anyway: force takes them from whoever else has written them, as helm does.
	request := api.Request{
		Method: http.MethodPatch, ContentType: "application/apply-patch+yaml", Body: []byte(object.YAML), As: c.As,
		Path: path + "/" + api.Segment(object.Name) + "?force=true&" + asHelm,
	}
	made := object.Name == "" || object.Hook.Runs() // the API server makes a name up; helm makes hooks, and patches none
	if made {
		request.Method, request.ContentType, request.Path = http.MethodPost, "application/yaml", path+"?"+asHelm
	}
	said := c.server.Ask(ctx, request, nil)
	if said == nil || api.Away(said) {
		return nil, said
	}
	if !made {
		said, err = c.holds(ctx, path, object, said)
	} else if unanswered(said) || c.decidesItself(object, said) {
		said = nil
	}
	if err != nil || said == nil {
		return nil, err
	}
	return c.refusal(object, said), nil
}

// refusal is what the API server says against an object, and where it comes from.
func (c *checker) refusal(object manifest.Object, said error) error {
	source := ""
	if object.Source != "" {
		source = " (" + object.Source + ")"
	}
	if plain := c.server.Plainly(said); plain != said { //nolint:errorlint // it has become another, or has not
		return fmt.Errorf("%w%s", plain, source)
	}
	return fmt.Errorf("%s/%s%s: %w", strings.ToLower(object.Kind), object.Name, source, said)
}
