// Package announce tells others that hubs were deployed or have failed: by a webhook, in Slack's form or as plain JSON, and as an annotation of
// Grafana. One attempt, for which nobody waits long. Package ops/deploy calls it.
//
//	err := announce.Webhook(ctx, address, "slack", announce.Deploy{…})
package announce

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Patience is how long one attempt may take.
const Patience = 5 * time.Second

// Deploy is what is told of a deploy.
type Deploy struct {
	Repository string   `json:"repository"` // owner/name; "" if there is no origin
	Commit     string   `json:"commit"`     // abbreviated
	Run        string   `json:"run"`        // travis-12, or ann@laptop
	Page       string   `json:"page"`       // of the run; "" outside of CI
	Deployed   []string `json:"deployed"`   // hubs
	Failed     []string `json:"failed"`     // hubs
	Why        []string `json:"why"`        // a line for each that failed
	NotBegun   []string `json:"not_begun"`  // hubs that wait for others that failed, or whose cluster cannot be used
}

// Words are one sentence for people.
func (d Deploy) Words() string {
	var parts []string
	if len(d.Deployed) > 0 {
		parts = append(parts, "deployed "+strings.Join(d.Deployed, ", "))
	}
	if len(d.Failed) > 0 {
		parts = append(parts, "failed to deploy "+strings.Join(d.Failed, ", "))
	}
	if len(d.NotBegun) > 0 {
		parts = append(parts, "did not begin "+strings.Join(d.NotBegun, ", "))
	}
	text := fmt.Sprintf("%s: %s (commit %s)", d.Run, strings.Join(parts, "; "), d.Commit)
	if d.Repository != "" {
		text = d.Repository + " " + text
	}
	return text
}

// forSlack are the three characters that mean something there: docs.slack.dev/messaging/formatting-message-text. Without "<" there is no mention.
var forSlack = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Webhook posts a deploy to an address, in Slack's form or as JSON.
func Webhook(ctx context.Context, address, form string, d Deploy) error {
	var body any = d
	if form == "slack" {
		lines := []string{d.Words()}
		for _, why := range d.Why {
			lines = append(lines, "• "+why)
		}
		if d.Page != "" {
			lines = append(lines, d.Page)
		}
		text := forSlack.Replace(strings.Join(lines, "\n"))
		// Names of channels and people are not looked for, and no page is shown.
		body = map[string]any{"text": text, "parse": "none", "link_names": false, "unfurl_links": false}
	}
	return post(ctx, address, "", body)
}

// Grafana makes an annotation: grafana.com/docs/grafana/latest/developers/http_api/annotations.
func Grafana(ctx context.Context, server, token string, d Deploy) error {
	tags := []string{"hub-ops", "deploy"}
	if len(d.Failed)+len(d.NotBegun) > 0 {
		tags[1] = "failure"
	}
	return post(ctx, strings.TrimSuffix(server, "/")+"/api/annotations", token, map[string]any{"tags": tags, "text": forSlack.Replace(d.Words())})
}

// post sends JSON once, to that address and no other. Its errors do not have the address, which can be a secret.
func post(ctx context.Context, address, token string, body any) error {
	to, err := url.Parse(address)
	if err != nil || to.Host == "" {
		return exit.Input("its address is none")
	}
	if ip := net.ParseIP(to.Hostname()); to.Scheme != "https" && (to.Scheme != "http" || ip == nil || !ip.IsLoopback()) {
		return exit.Input("its address is not https")
	}
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(content))
	if err != nil {
		return errors.New("its address is none")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "hub-ops")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if failed := (*url.Error)(nil); errors.As(err, &failed) {
		err = failed.Err // without the address
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("it does not answer within %s", Patience)
	case err != nil:
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode/100 != 2 {
		return errors.New(response.Status)
	}
	return nil
}
