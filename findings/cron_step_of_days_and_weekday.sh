#!/usr/bin/env bash
# robfig/cron 3.0.1 (the parser of Kubernetes' CronJobs) and 1.2.0 (the one before, still in many controllers) run
# "0 0 */2 * 1" on other days.
#
# Guess: a schedule with a step in the days of the month and a weekday means the same to both; by crontab(5) a field with
# "*" in it restricts nothing, so that both fields must match: Mondays on odd days.
# Seen: 1.2.0 does that. For 3.0.1 only "*", "?" and "*/1" leave the field open: a step of two or more makes it a
# restriction, and then either field is enough: every odd day, and every Monday. Both agree on "1-31/2" (either) and on
# "*/1" (Mondays).
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
	"fmt"
	"time"

	old "github.com/robfig/cron"
	"github.com/robfig/cron/v3"
)

type schedule interface{ Next(time.Time) time.Time }

func days(version, text string, s schedule, err error) {
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s, %s:", version, text)
	// A Friday.
	t := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := 0; i < 5; i++ {
		t = s.Next(t)
		fmt.Print(t.Format(" Mon-02"))
	}
	fmt.Println()
}

func main() {
	for _, text := range []string{"0 0 */2 * 1", "0 0 1-31/2 * 1", "0 0 */1 * 1"} {
		s, err := old.ParseStandard(text)
		days("1.2.0", text, s, err)
		t, err := cron.ParseStandard(text)
		days("3.0.1", text, t, err)
	}
}
END
export GOFLAGS=-mod=mod GOMODCACHE="$work/modules"
go get github.com/robfig/cron@v1.2.0 github.com/robfig/cron/v3@v3.0.1 2>/dev/null
go run . | tee seen
diff seen - <<'END'
1.2.0, 0 0 */2 * 1: Mon-11 Mon-25 Mon-01 Mon-15 Mon-01
3.0.1, 0 0 */2 * 1: Sun-03 Mon-04 Tue-05 Thu-07 Sat-09
1.2.0, 0 0 1-31/2 * 1: Sun-03 Mon-04 Tue-05 Thu-07 Sat-09
3.0.1, 0 0 1-31/2 * 1: Sun-03 Mon-04 Tue-05 Thu-07 Sat-09
1.2.0, 0 0 */1 * 1: Mon-04 Mon-11 Mon-18 Mon-25 Mon-01
3.0.1, 0 0 */1 * 1: Mon-04 Mon-11 Mon-18 Mon-25 Mon-01
END
echo "as it was seen"
