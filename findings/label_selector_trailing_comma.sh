#!/usr/bin/env bash
# The selector parser of Kubernetes (apimachinery 0.37.2: kubectl -l, labelSelector of lists, controllers) takes a list of
# values with nothing after a comma, or with nothing at all, for one with the empty value.
#
# Guess: "env in (prod,)" is refused, or means "env in (prod)"; "env in ()" is refused, as "in" without values is in a
# matchExpressions of an object.
# Seen: both are accepted. "env in (prod,)" also selects what has the label env with an empty value, "env notin (prod,)"
# leaves that out, and "env in ()" selects nothing else. Printed, the first is "env in (,prod)", which is parsed alike.
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

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func main() {
	for _, text := range []string{"env in (prod)", "env in (prod,)", "env notin (prod,)", "env in ()"} {
		selector, err := labels.Parse(text)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s = %s: prod %t, empty %t, other %t\n", text, selector,
			selector.Matches(labels.Set{"env": "prod"}), selector.Matches(labels.Set{"env": ""}),
			selector.Matches(labels.Set{"env": "other"}))
	}
	_, err := metav1.LabelSelectorAsSelector(&metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "env", Operator: "In"}},
	})
	fmt.Println("in an object, without values:", err != nil)
}
END
export GOFLAGS=-mod=mod GOMODCACHE="$work/modules"
go get k8s.io/apimachinery@v0.37.2 2>/dev/null
go run . | tee seen
diff seen - <<'END'
env in (prod) = env in (prod): prod true, empty false, other false
env in (prod,) = env in (,prod): prod true, empty true, other false
env notin (prod,) = env notin (,prod): prod false, empty false, other true
env in () = env in (): prod false, empty true, other false
in an object, without values: true
END
echo "as it was seen"
