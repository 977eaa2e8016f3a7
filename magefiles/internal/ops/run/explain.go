package run

import (
	"fmt"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/explain"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// Explain prints what a code means, and what to do. It reads no settings: they may be what is wrong.
func Explain(code string) error {
	topic, err := explain.Of(code)
	if err != nil {
		return mg.Fatal(exit.Code(err), ui.Visible(err.Error()))
	}
	_, err = fmt.Print(session.Called(topic.String()))
	return err
}
