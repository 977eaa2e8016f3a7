package ui

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

func TestAReaderThatIsGoneIsNoticedOnce(t *testing.T) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGPIPE)
	defer signal.Stop(signals)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	gone := 0
	console := New(Heard(writer, func() { gone++ }), Heard(writer, func() { t.Error("the other stream was not written to") }), false)
	console.Result("one")
	if gone > 0 {
		t.Error("somebody reads")
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	console.Result("two")
	console.Table([][]string{{"three"}})
	if gone != 1 {
		t.Errorf("noticed %d times", gone)
	}
}
