#!/usr/bin/env bash
# kubectl 0.37.2 (create configmap, create secret: --from-env-file) stops reading at a line of more than 64 KiB, and says
# nothing.
#
# Guess: a long value, such as a bundle of certificates in base64 or the JSON of a service account, is either taken or
# refused.
# Seen: the line and everything below it are missing from the object, without an error; with a long first line the object is
# empty. (A value from --from-file or --from-literal has no such end.)
#
# Needs go. Fails if any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
cd "$work"
cat >go.mod <<'END'
module finding

go 1.26
END
cat >main.go <<'END'
package main

import (
	"fmt"
	"os"
	"strings"

	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	for _, length := range []int{60_000, 70_000} {
		lines := "FIRST=1\nBUNDLE=" + strings.Repeat("x", length) + "\nLAST=1\n"
		if err := os.WriteFile("app.env", []byte(lines), 0o600); err != nil {
			panic(err)
		}
		var keys []string
		err := util.AddFromEnvFile("app.env", func(key, _ string) error {
			keys = append(keys, key)
			return nil
		})
		fmt.Println(length, keys, err)
	}
}
END
export GOFLAGS=-mod=mod GOMODCACHE="$work/modules"
go get k8s.io/kubectl@v0.37.2 2>/dev/null
go run . | tee seen
diff seen - <<'END'
60000 [FIRST BUNDLE LAST] <nil>
70000 [FIRST] <nil>
END
echo "as it was seen"
