module slipway.dev/e2e/cluster/guard

go 1.26.0
