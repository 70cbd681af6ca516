#!/usr/bin/env bash
# distribution/reference 0.6.0 (Docker, containerd) and go-containerregistry 0.20.6 (crane, many build and signing tools)
# look for the same image in different registries.
#
# Guess: the part before the first "/" is a registry if it has a "." or a ":" or is "localhost"; anything else is a path on
# Docker Hub, and a capital letter in it is refused.
# Seen: for distribution/reference one capital letter makes that part a registry: "MyTeam/app" is the path "app" of a host
# "MyTeam", and no error; only one further level ("MyTeam/Sub/app") is refused. go-containerregistry refuses both. And
# "localhost/app", without a port, is the host "localhost" to the first and a path on Docker Hub to the second.
#
# Needs go. Fails if any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
cd "$work"
cat >go.mod <<'END'
module finding

go 1.24
END
cat >main.go <<'END'
package main

import (
	"fmt"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
)

func main() {
	for _, image := range []string{"MyTeam/app:1", "MyTeam/Sub/app:1", "localhost/app:1", "localhost:5000/app:1"} {
		first, second := "refused", "refused"
		if named, err := reference.ParseNormalizedNamed(image); err == nil {
			first = reference.Domain(named) + " " + reference.Path(named)
		}
		if parsed, err := name.ParseReference(image); err == nil {
			second = parsed.Context().RegistryStr() + " " + parsed.Context().RepositoryStr()
		}
		fmt.Printf("%s: %s; %s\n", image, first, second)
	}
}
END
export GOFLAGS=-mod=mod GOMODCACHE="$work/modules"
go get github.com/distribution/reference@v0.6.0 github.com/google/go-containerregistry@v0.20.6 2>/dev/null
go run . | tee seen
diff seen - <<'END'
MyTeam/app:1: MyTeam app; refused
MyTeam/Sub/app:1: refused; refused
localhost/app:1: localhost app; index.docker.io localhost/app
localhost:5000/app:1: localhost:5000 app; localhost:5000 app
END
echo "as it was seen"
