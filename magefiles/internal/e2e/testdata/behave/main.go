// Behave is what hubs on a real node run in tests: it does what its arguments say.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	switch os.Args[1] {
	case "run":
		run()
	case "exit": // CODE SECONDS TEXT
		code, _ := strconv.Atoi(os.Args[2])
		seconds, _ := strconv.Atoi(os.Args[3])
		time.Sleep(time.Duration(seconds) * time.Second)
		fmt.Fprintln(os.Stderr, os.Args[4])
		os.Exit(code)
	case "eat":
		var held [][]byte
		for {
			held = append(held, make([]byte, 8<<20))
			for i := range held[len(held)-1] {
				held[len(held)-1][i] = 1
			}
			time.Sleep(10 * time.Millisecond)
		}
	case "fill": // MEBIBYTES, beside its own program
		mebibytes, _ := strconv.Atoi(os.Args[2])
		_ = os.WriteFile("/full", make([]byte, mebibytes<<20), 0o600)
		run()
	case "resolve": // NAME
		if _, err := net.DefaultResolver.LookupHost(context.Background(), os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		run()
	case "serve": // STATUS, on port 8000
		status, _ := strconv.Atoi(os.Args[2])
		go func() {
			_ = http.ListenAndServe(":8000", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		}()
		run()
	case "hub": // IMAGE ARGS of the servers that it starts
		go func() { _ = http.ListenAndServe(":8000", &hub{image: os.Args[2], args: os.Args[3:]}) }()
		run()
	case "server": // answers or dies
		go func() { _ = http.ListenAndServe(":8888", server(os.Args[2] == "dies")) }()
		run()
	}
}

func run() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
}
