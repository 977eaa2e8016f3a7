package e2e

import (
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/dev/behaviour"
)

// behaves NAME... writes hubs for a real node: how each behaves says behaviour/NAME.yaml of the script. Package dev/behaviour says what that can be; the
// variable BEHAVE names their image.
func behaves(ts *testscript.TestScript, _ bool, names []string) {
	for _, hub := range names {
		values, err := os.ReadFile(ts.MkAbs("behaviour/" + hub + ".yaml"))
		ts.Check(err)
		writeBehaviour(ts, behaviour.Behaviour{Name: hub, Values: string(values)})
	}
}

// behaviours writes every hub of package dev/behaviour.
func behaviours(ts *testscript.TestScript, _ bool, _ []string) {
	for _, hub := range behaviour.All() {
		writeBehaviour(ts, hub)
	}
}

func writeBehaviour(ts *testscript.TestScript, hub behaviour.Behaviour) {
	registry := state(ts).Registry
	reference, err := name.ParseReference(behaviour.Image(registry), name.Insecure)
	ts.Check(err)
	found, err := remote.Head(reference)
	ts.Check(err)
	ts.Setenv("BEHAVE", behaviour.Image(registry))
	writeFiles(ts, hub.Files(registry, found.Digest.String()))
}

// behaved makes sure that the last deploy has said of each of these hubs what it must: the causes of those that cannot become ready, and no alarm for those
// that are well.
func behaved(ts *testscript.TestScript, _ bool, _ []string) {
	out, said := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	for _, hub := range behaviour.All() {
		deployed := strings.Contains("\n"+out, "\n"+hub.Name+": deployed")
		if wrong := hub.Wrong(strings.Split(out+said, "\n"), deployed); wrong != "" {
			ts.Logf("hub %s, which %s: %s", hub.Name, hub.Does, wrong)
			defer ts.Fatalf("hub %s: %s", hub.Name, wrong)
		}
	}
}

// answers URL TEXT waits until what the URL answers has the text.
func answers(ts *testscript.TestScript, _ bool, args []string) {
	said := ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		response, err := http.Get(args[0]) //nolint:noctx // of a server on this machine
		if err != nil {
			said = err.Error()
			continue
		}
		content, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if said = string(content); err == nil && strings.Contains(said, args[1]) {
			return
		}
	}
	ts.Fatalf("%s has no %q: %s", args[0], args[1], said)
}

// reached NAMESPACE puts the URL at which this machine reaches the namespace's load balancer into the variable URL.
func reached(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		found, err := sandboxOf(ts).Reach()
		ts.Check(err)
		for _, service := range found {
			if service.Namespace == args[0] && len(service.URLs) > 0 {
				ts.Setenv("URL", service.URLs[0])
				return
			}
		}
	}
	ts.Fatalf("nothing in %s is reached", args[0])
}
