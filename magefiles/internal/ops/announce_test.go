package ops

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/document"
)

func TestWhatIsAnnounced(t *testing.T) {
	doc := document.Deploy{Commit: "0123456789abcdef", Hubs: []document.DeployedHub{
		{Hub: "a", Is: document.Done}, {Hub: "b", Is: document.Failed, Text: "helm said no"}, {Hub: "c", Is: document.LeftOut}, {Hub: "d", Is: document.Waits}, {Hub: "e", Is: document.NotBegun},
	}}
	for on, want := range map[string]string{"deploys failures": "a / b / b: helm said no", "deploys": "a /  / ", "failures": " / b / b: helm said no", "": " /  / "} {
		told := toldOf(doc, strings.Fields(on))
		if got := strings.Join(told.Deployed, " ") + " / " + strings.Join(told.Failed, " ") + " / " + strings.Join(told.Why, " "); got != want || told.Commit != "0123456789ab" {
			t.Errorf("%s: got %q, want %q", on, got, want)
		}
	}
}
