// Command imageregistry is the sandbox's registry. Everybody on this machine can read from it, for so can engines and nodes; only the user who
// started it, and root, for whom a Docker engine works, can write to it. It gets a directory for blobs, and prints its port.
//
// Who is at the other end of a connection the kernel says: proc_pid_net(5), "tcp". So whatever this user works with needs no login.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: imageregistry DIRECTORY")
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	handler := registry.New(registry.WithBlobHandler(newBlobs(os.Args[1])))
	server := &http.Server{Handler: onlyReadable(handler), ConnContext: withUser, ReadHeaderTimeout: 5 * time.Second}
	log.Printf("serving on port %d", listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(server.Serve(listener))
}

// theUser is the key of a connection's context: who is at its other end.
type theUser struct{}

// withUser has the kernel asked, once a connection and not before somebody wants to write.
func withUser(ctx context.Context, connection net.Conn) context.Context {
	return context.WithValue(ctx, theUser{}, sync.OnceValues(func() (int, error) {
		return userOf(connection.RemoteAddr().String(), connection.LocalAddr().String())
	}))
}

// onlyReadable lets only root and this user write. A page in this user's browser is neither.
func onlyReadable(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			inner.ServeHTTP(w, r)
			return
		}
		who, _ := r.Context().Value(theUser{}).(func() (int, error))
		switch user, err := who(); {
		case err != nil:
			refuse(w, "it cannot be found out who wants to write to the sandbox's registry: "+err.Error())
		case user != 0 && user != os.Geteuid():
			refuse(w, fmt.Sprintf("only the user who started the sandbox (ID %d) writes to its registry, not the one with ID %d", os.Geteuid(), user))
		case r.Header.Get("Origin") != "":
			refuse(w, "no page in a browser writes to the sandbox's registry")
		default:
			inner.ServeHTTP(w, r)
		}
	})
}

// refuse answers as opencontainers/distribution-spec has it, "Error Codes".
func refuse(w http.ResponseWriter, why string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]string{{"code": "DENIED", "message": why}}})
}
