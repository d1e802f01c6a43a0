// Command go-git-server serves the repositories of a folder over HTTP with the package `backend` of go-git. Everybody may
// write to them.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"

	"github.com/go-git/go-billy/v6/osfs"
	"github.com/go-git/go-git/v6/backend"
	"github.com/go-git/go-git/v6/plumbing/transport"
)

func main() {
	address := flag.String("address", "", "where on loopback to listen")
	root := flag.String("root", "", "the folder of the repositories")
	logFile := flag.String("log", "", "the file that it logs to")
	withoutV2 := flag.Bool("v0", false, "do not speak protocol v2")
	flag.Parse()

	file, err := os.OpenFile(*logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	log.SetOutput(file)

	git := backend.New(transport.NewFilesystemLoader(osfs.New(*root), true))
	git.ErrorLog = log.Default()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if *withoutV2 {
			r.Header.Del("Git-Protocol")
		}
		// The package takes a push from whoever names any credentials.
		r.Header.Set("Authorization", "Basic Og==")
		git.ServeHTTP(w, r)
	})
	log.Fatal(http.ListenAndServe(*address, handler))
}
