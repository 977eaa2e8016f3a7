package review

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// largest is how much of an answer is read.
const largest = 16 << 20

// get reads what is at a path.
func (s *Service) get(ctx context.Context, path string, into any) error {
	return s.request(ctx, call{http.MethodGet, path}, nil, into)
}

// send writes the text of a comment.
func (s *Service) send(ctx context.Context, to call, text string) error {
	body, err := json.Marshal(map[string]string{"body": text})
	if err != nil {
		return err
	}
	return s.request(ctx, to, body, nil)
}

func (s *Service) request(ctx context.Context, to call, body []byte, into any) error {
	request, err := http.NewRequestWithContext(ctx, to.method, s.at.API+to.path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "hub-ops")
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := s.client.Do(request)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s does not answer within %s", request.URL.Host, Patience)
	}
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(response.Body, largest))
	switch {
	case err != nil:
		return err
	case response.StatusCode/100 != 2:
		return refusal(response, content)
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s answers what is no JSON: %w", request.URL.Host, err)
	}
	return nil
}

// refusal is the error of an answer that is none.
func refusal(response *http.Response, content []byte) error {
	var said struct {
		Message any `json:"message"`
	}
	_ = json.Unmarshal(content, &said) // and if it is none, the status has to do
	text := response.Status
	if message, is := said.Message.(string); is && message != "" {
		text += fmt.Sprintf(": %.200s", message)
	}
	switch response.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return fmt.Errorf("%w: %s", ErrNoRight, text)
	}
	return errors.New(text)
}
