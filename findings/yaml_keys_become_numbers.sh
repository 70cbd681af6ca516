#!/usr/bin/env bash
# sigs.k8s.io/yaml 1.6.0 (kubectl, Helm, Kustomize, every controller that reads files) gives keys that are not quoted other
# names than they are written with, although a key in JSON can only be text. Its strict mode says nothing.
#
# Guess: a key of a ConfigMap, a label or a nodeSelector is the text that is written; only values are read as numbers or
# booleans.
# Seen: a key is resolved by YAML 1.1 first and made text again: "010" is "8", "1.10" is "1.1", "y" and "on" are "true". A
# whole number of more than 64 bits, such as a long id, goes through a float of 32 bits and keeps eight digits; two such keys
# that differ in later digits become one, and the second value is the only one left.
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

	"sigs.k8s.io/yaml"
)

func main() {
	for _, data := range []string{
		"{010: file}", "{1.10: notes}", "{on: x}", "{y: x}", "{\"y\": x}",
		"{100000000100000000000: first, 100000000200000000000: second}",
	} {
		json, err := yaml.YAMLToJSONStrict([]byte(data))
		fmt.Println(data, string(json), err)
	}
}
END
export GOFLAGS=-mod=mod GOMODCACHE="$work/modules"
go get sigs.k8s.io/yaml@v1.6.0 2>/dev/null
go run . | tee seen
diff seen - <<'END'
{010: file} {"8":"file"} <nil>
{1.10: notes} {"1.1":"notes"} <nil>
{on: x} {"true":"x"} <nil>
{y: x} {"true":"x"} <nil>
{"y": x} {"y":"x"} <nil>
{100000000100000000000: first, 100000000200000000000: second} {"1e+20":"second"} <nil>
END
echo "as it was seen"
