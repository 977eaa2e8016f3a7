package kube

import (
	"context"
	"encoding/json"
)

// WhoAmI asks the API server whom it takes us for; "" where it does not say.
func (c *Client) WhoAmI(ctx context.Context) string {
	out, err := c.output(ctx, "auth", "whoami", "--output", "json", "--request-timeout", "10s")
	if err != nil {
		return ""
	}
	var review struct {
		Status struct {
			UserInfo struct {
				Username string `json:"username"`
			} `json:"userInfo"`
		} `json:"status"`
	}
	if json.Unmarshal(out, &review) != nil {
		return ""
	}
	return review.Status.UserInfo.Username
}
