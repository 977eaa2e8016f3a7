package helm

import (
	"context"
	"errors"
	"testing"

	"hub-ops/magefiles/internal/process"
)

func TestAHelmThatHasWaitedInVainSaysSo(t *testing.T) {
	for output, late := range map[string]bool{
		"Error: UPGRADE FAILED: context deadline exceeded": true, // version 3
		"Error: UPGRADE FAILED: resource Deployment/a/hub not ready. status: InProgress, message: Available: 0/1\ncontext deadline exceeded": true,
		"Error: resource StatefulSet/a/hub not ready. status: Failed, message: 1 pods have failed":                                           true,
		"Error: failed pre-install: 1 error occurred:\n\t* timed out waiting for the condition":                                              true,
		`Error: UPGRADE FAILED: Internal error occurred: failed calling webhook "policy.example": context deadline exceeded`:                 false,
		"Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress":                                                 false,
		"Error: chart requires kubeVersion: >= 9":                                                                                            false,
	} {
		err := reason(&process.Error{Output: output})
		if got := errors.Is(err, context.DeadlineExceeded); got != late {
			t.Errorf("%s: late %t, %v", output, got, err)
		}
	}
}
