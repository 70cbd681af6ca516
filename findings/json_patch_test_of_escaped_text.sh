#!/usr/bin/env bash
# evanphx/json-patch 4.13.0 (the JSON Patches of kube-apiserver 1.37) and what a Go program makes of "a && b".
#
# Guess: the "test" of a JSON Patch (RFC 6902, 4.6) compares values, so a text is equal to itself however it is escaped.
# Seen: texts are compared as they are spelled. encoding/json of Go writes & < > as \u0026 \u003c \u003e, so a document that a
# Go program has written does not pass a test by anybody who writes these characters as they are, which JSON allows and
# serializers of other languages do; with the escapes in the patch the same test passes. A number is no text: 1 is not 1.0.
#
# Needs go. Fails if any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
cd "$work"
cat >go.mod <<'END'
module finding

go 1.21
END
cat >main.go <<'END'
package main

import (
	"encoding/json"
	"fmt"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
)

func main() {
	document, err := json.Marshal(map[string]any{"text": "a && b", "plain": "a b", "number": 1})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(document))
	for _, test := range []string{
		`{"op":"test","path":"/plain","value":"a b"}`,
		`{"op":"test","path":"/text","value":"a && b"}`,
		`{"op":"test","path":"/text","value":"a \u0026\u0026 b"}`,
		`{"op":"test","path":"/number","value":1.0}`,
	} {
		patch, err := jsonpatch.DecodePatch([]byte("[" + test + "]"))
		if err != nil {
			panic(err)
		}
		_, err = patch.Apply(document)
		fmt.Println(test, err == nil)
	}
}
END
export GOFLAGS=-mod=mod GOMODCACHE="$work/modules"
go get gopkg.in/evanphx/json-patch.v4@v4.13.0 2>/dev/null
go run . | tee seen
diff seen - <<'END'
{"number":1,"plain":"a b","text":"a \u0026\u0026 b"}
{"op":"test","path":"/plain","value":"a b"} true
{"op":"test","path":"/text","value":"a && b"} false
{"op":"test","path":"/text","value":"a \u0026\u0026 b"} true
{"op":"test","path":"/number","value":1.0} false
END
echo "as it was seen"
