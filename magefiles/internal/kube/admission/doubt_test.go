package admission

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/kube/manifest"
)

// answer is what the API server says to a request.
type answer struct {
	code    int
	message string
}

const (
	hub      = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: hub}\n"
	noPatch  = `deployments.apps "hub" is forbidden: User "ann" cannot patch resource "deployments" in API group "apps" in the namespace "course"`
	noCreate = `deployments.apps "hub" is forbidden: User "ann" cannot create resource "deployments" in API group "apps" in the namespace "course"`
	noGet    = `deployments.apps "hub" is forbidden: User "ann" cannot get resource "deployments" in API group "apps" in the namespace "course"`
	twoKinds = `Deployment.apps "hub" is invalid: spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy type is Recreate`
	fixed    = `Deployment.apps "hub" is invalid: spec.selector: Invalid value: {}: field is immutable`
	untyped  = `failed to create typed patch object (/hub; apps/v1, Kind=Deployment): .spec.x: field not declared in schema`
)

func with(kind string) string {
	return hub + "---\napiVersion: v1\nkind: " + kind + "\nmetadata: {name: own}\nspec: {group: apps, names: {kind: Deployment}}\n"
}

func TestARefusalHoldsOnlyWhereHelmWouldBeRefused(t *testing.T) {
	const there, missing = "GET", ""
	for name, test := range map[string]struct {
		chart   string
		answers map[string]answer // by method; what is not named succeeds
		live    string            // whether the object is there
		refused bool
	}{
		"taken":                              {chart: hub, live: there},
		"refused by the schema, new":         {hub, map[string]answer{"PATCH": {422, twoKinds}, "POST": {422, twoKinds}}, missing, true},
		"immutable":                          {hub, map[string]answer{"PATCH": {422, fixed}, "PUT": {422, fixed}}, there, true},
		"a field that gives way":             {hub, map[string]answer{"PATCH": {422, twoKinds}}, there, false},
		"a field that is unknown":            {hub, map[string]answer{"PATCH": {500, untyped}}, there, false},
		"patched, where it is not replaced":  {hub, map[string]answer{"PATCH": {500, untyped}, "MERGE": {200, ""}, "PUT": {422, fixed}}, there, false},
		"of a kind without such patches":     {hub, map[string]answer{"PATCH": {422, fixed}, "MERGE": {415, "unsupported media type"}, "PUT": {422, fixed}}, there, true},
		"unknown and refused":                {hub, map[string]answer{"PATCH": {500, untyped}, "POST": {422, twoKinds}}, missing, true},
		"may not replace":                    {hub, map[string]answer{"PATCH": {422, twoKinds}, "PUT": {403, `User "ann" cannot update resource "deployments"`}}, there, true},
		"may not patch, but create":          {hub, map[string]answer{"PATCH": {403, noPatch}}, missing, false},
		"may not patch, it is there":         {hub, map[string]answer{"PATCH": {403, noPatch}, "POST": {403, noCreate}}, there, false},
		"may not patch or create, it is new": {hub, map[string]answer{"PATCH": {403, noPatch}, "POST": {403, noCreate}}, missing, true},
		"may not even look":                  {hub, map[string]answer{"PATCH": {403, noPatch}, "GET": {403, noGet}}, there, true},
		"a webhook without dry runs":         {hub, map[string]answer{"PATCH": {400, `admission webhook "a.b" does not support dry run`}}, there, false},
		"a webhook that is away":             {hub, map[string]answer{"PATCH": {500, `failed calling webhook "a.b"`}}, there, false},
		"a webhook that denies":              {hub, map[string]answer{"PATCH": {403, `admission webhook "a.b" denied the request: no`}}, there, true},
		"the release's own webhook":          {with("ValidatingWebhookConfiguration"), map[string]answer{"PATCH": {403, `admission webhook "a.b" denied the request: no`}}, there, false},
		"no such namespace yet":              {hub, map[string]answer{"PATCH": {404, `namespaces "course" not found`}}, missing, false},
		"a kind that cannot be applied":      {hub, map[string]answer{"PATCH": {415, "the body of the request was in an unknown format"}}, there, false},
		"a quota":                            {hub, map[string]answer{"PATCH": {403, `deployments.apps "hub" is forbidden: exceeded quota: own, requested: a=1, used: a=0, limited: a=0`}}, missing, true},
		"the release's own quota":            {with("ResourceQuota"), map[string]answer{"PATCH": {403, `deployments.apps "hub" is forbidden: exceeded quota: own, requested: a=1, used: a=0, limited: a=0`}}, missing, false},
		"no account":                         {hub, map[string]answer{"PATCH": {403, `pods "p" is forbidden: error looking up service account course/x: serviceaccount "x" not found`}}, missing, true},
		"the release's own account":          {with("ServiceAccount"), map[string]answer{"PATCH": {403, `pods "p" is forbidden: error looking up service account course/x: serviceaccount "x" not found`}}, missing, false},
		"the account itself may not":         {with("ServiceAccount"), map[string]answer{"PATCH": {403, strings.ReplaceAll(noCreate, "ann", "system:serviceaccount:a:b")}}, missing, true},
		"another object of the release":      {with("ConfigMap"), map[string]answer{"PATCH": {403, `pods "p" is forbidden: no PriorityClass with name x was found`}}, missing, true},
		"the release's own definition":       {with("CustomResourceDefinition"), map[string]answer{"PATCH": {422, twoKinds}, "PUT": {422, twoKinds}}, there, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/apis/apps/v1" {
					_, _ = io.WriteString(w, `{"resources":[{"name":"deployments","kind":"Deployment","namespaced":true}]}`)
					return
				}
				said, known := test.answers[r.Method]
				if merge, own := test.answers["MERGE"]; own && strings.Contains(r.Header.Get("Content-Type"), "merge-patch") {
					said, known = merge, true
				}
				switch {
				case !strings.Contains(r.URL.Path, "/deployments") || r.Method == http.MethodGet && test.live == missing:
					said = answer{http.StatusNotFound, "no such object"}
				case !known:
					said = answer{http.StatusOK, ""}
				}
				w.WriteHeader(said.code)
				_, _ = fmt.Fprintf(w, `{"message":%q,"metadata":{"resourceVersion":"7"}}`, said.message)
			})
			objects, err := manifest.Parse(test.chart, "course")
			if err != nil {
				t.Fatal(err)
			}
			if err := Check(t.Context(), server, Change{Hub: "course", Objects: objects, Action: manifest.Upgrade}); (err != nil) != test.refused {
				t.Errorf("got %v, want a refusal: %v", err, test.refused)
			}
		})
	}
}
