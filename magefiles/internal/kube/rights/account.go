package rights

import (
	"context"
	"encoding/json"

	"hub-ops/magefiles/internal/kube/api"
)

// WhoAmI is the name of the account that the API server takes this run for; "" if it does not say.
func WhoAmI(ctx context.Context, server *api.Server) string {
	out, err := server.Output(ctx, "auth", "whoami", "--output", "json", "--request-timeout", "10s")
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
