#!/usr/bin/env bash
# robfig/cron 3.0.1 (CronJobs of Kubernetes, KEDA, Argo Workflows) takes schedules that say something else than they do.
#
# Guess: a range whose beginning is "*" is refused, or ends where it says; a step without a range ("5/20") is refused as in
# crontab(5), or is the one minute; Sunday may be 7.
# Seen: "*-5" in the minutes is every minute, its end is not even looked at; "5/20" goes on to the end of the hour (5, 25,
# 45); and of the two names of Sunday 7 is refused, also as the end of a range, while "sun" cannot be one.
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

	"github.com/robfig/cron/v3"
)

func main() {
	for _, text := range []string{"*-5 * * * *", "0-5 * * * *", "5/20 * * * *", "0 0 * * 7", "0 0 * * 5-7", "0 0 * * fri-sun"} {
		schedule, err := cron.ParseStandard(text)
		if err != nil {
			fmt.Printf("%s: refused\n", text)
			continue
		}
		t := time.Date(2027, 1, 1, 0, 3, 0, 0, time.UTC)
		fmt.Printf("%s:", text)
		for i := 0; i < 4; i++ {
			t = schedule.Next(t)
			fmt.Print(t.Format(" 15:04"))
		}
		fmt.Println()
	}
}
END
export GOFLAGS=-mod=mod GOMODCACHE="$work/modules"
go get github.com/robfig/cron/v3@v3.0.1 2>/dev/null
go run . | tee seen
diff seen - <<'END'
*-5 * * * *: 00:04 00:05 00:06 00:07
0-5 * * * *: 00:04 00:05 01:00 01:01
5/20 * * * *: 00:05 00:25 00:45 01:05
0 0 * * 7: refused
0 0 * * 5-7: refused
0 0 * * fri-sun: refused
END
echo "as it was seen"
