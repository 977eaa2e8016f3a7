// Program is what hubs on a real node run in tests and benchmarks: it does what its arguments say.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	switch os.Args[1] {
	case "run":
		run()
	case "exit": // CODE SECONDS TEXT
		end(number(2), number(3), os.Args[4])
	case "once": // CODE SECONDS TEXT: ends so the first time, by a file in /state
		if _, err := os.Stat("/state/seen"); err != nil {
			_ = os.WriteFile("/state/seen", nil, 0o600)
			end(number(2), number(3), os.Args[4])
		}
		serve(statuses(0))
	case "signal": // NUMBER SECONDS: ends by a signal, which the runtime of Go would turn into an exit code of its own
		time.Sleep(time.Duration(number(3)) * time.Second)
		os.Exit(128 + number(2))
	case "eat": // SECONDS, before it begins
		if len(os.Args) > 2 {
			time.Sleep(time.Duration(number(2)) * time.Second)
		}
		eat()
	case "fill": // MEBIBYTES, beside its own program
		_ = os.WriteFile("/full", make([]byte, number(2)<<20), 0o600)
		run()
	case "resolve": // NAME
		if _, err := net.DefaultResolver.LookupHost(context.Background(), os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		run()
	case "dial": // ADDRESS
		if _, err := net.DialTimeout("tcp", os.Args[2], 2*time.Second); err != nil {
			end(1, 0, "the database cannot be reached")
		}
		run()
	case "say": // TEXT
		fmt.Fprintln(os.Stderr, os.Args[2])
		run()
	case "write": // FILE
		if err := os.WriteFile(os.Args[2], []byte("x"), 0o600); err != nil {
			end(1, 0, err.Error())
		}
		run()
	case "serve": // STATUS, on port 8000
		status := number(2)
		serve(func() int { return status })
	case "later": // SECONDS until it is well, on port 8000
		serve(statuses(time.Duration(number(2)) * time.Second))
	case "stumble": // COUNT: so many answers are 503, on port 8000
		count := int64(number(2))
		var asked atomic.Int64
		serve(func() int {
			if asked.Add(1) <= count {
				return http.StatusServiceUnavailable
			}
			return http.StatusOK
		})
	case "flap": // is well, is not from second 2 to 5, and is well again, on port 8000
		start := time.Now()
		serve(func() int {
			if ran := time.Since(start); ran > 2*time.Second && ran < 5*time.Second {
				return http.StatusServiceUnavailable
			}
			return http.StatusOK
		})
	case "fall": // CODE SECONDS TEXT: is well at once, on port 8000, and ends
		go end(number(2), number(3), os.Args[4])
		serve(statuses(0))
	case "hub": // IMAGE ARGS of the servers that it starts
		go func() { _ = http.ListenAndServe(":8000", &hub{image: os.Args[2], args: os.Args[3:]}) }()
		run()
	case "server": // answers or dies
		go func() { _ = http.ListenAndServe(":8888", server(os.Args[2] == "dies")) }()
		run()
	}
}

func number(i int) int {
	value, _ := strconv.Atoi(os.Args[i])
	return value
}

func end(code, seconds int, text string) {
	time.Sleep(time.Duration(seconds) * time.Second)
	fmt.Fprintln(os.Stderr, text)
	os.Exit(code)
}

func eat() {
	var held [][]byte
	for {
		held = append(held, make([]byte, 8<<20))
		for i := range held[len(held)-1] {
			held[len(held)-1][i] = 1
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// statuses is 503 for a while, and 200 from then on.
func statuses(ill time.Duration) func() int {
	start := time.Now()
	return func() int {
		if time.Since(start) < ill {
			return http.StatusServiceUnavailable
		}
		return http.StatusOK
	}
}

func serve(status func() int) {
	go func() {
		_ = http.ListenAndServe(":8000", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status()) }))
	}()
	run()
}

func run() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
}
