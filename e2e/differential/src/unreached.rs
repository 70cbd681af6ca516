//! Fields that no hostile text makes both refuse, and why. The same list stands in `docs/differential.md`.

/// Fields of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Unreached {
    /// Why.
    pub why: &'static str,
    /// The fields, without ids.
    pub fields: &'static [&'static str],
}

/// All of them.
pub const UNREACHED: &[Unreached] = &[
    Unreached {
        why: "It chooses what is in the objects and does not stand in them, or not under its own name.",
        fields: &[
            "basics.kind",
            "containers.*.env.*.kind",
            "containers.*.env.*.optional",
            "containers.*.kind",
            "containers.*.liveness.enabled",
            "containers.*.liveness.kind",
            "containers.*.mounts.*.read_only",
            "containers.*.readiness.enabled",
            "containers.*.readiness.kind",
            "containers.*.security.read_only_root",
            "containers.*.startup.enabled",
            "containers.*.startup.kind",
            "containers.*.stdin",
            "containers.*.tty",
            "ingresses.*.canary.enabled",
            "ingresses.*.kind",
            "pod.affinity.*.kind",
            "pod.affinity.*.strength",
            "pod.security.restricted",
            "pod.tolerations.*.operator",
            "scaling.metric.enabled",
            "scaling.timed.enabled",
            "scaling.timed.jobs.*.once",
            "services.*.balancer.kind",
            "services.*.headless",
            "services.*.reach",
            "volumes.*.kind",
            "volumes.*.optional",
            "volumes.*.read_only",
            "workload.cron.suspended",
        ],
    },
    Unreached {
        why: "It stands in the objects in another form: a mode as a decimal number, the name of a log within the name of a variable.",
        fields: &[
            "containers.*.log_tags.*.name",
            "containers.*.logs.*.store",
            "volumes.*.mode",
        ],
    },
    Unreached {
        why: "The server takes any text: a program, a container runtime or a controller looks at it later.",
        fields: &[
            "basics.annotations.*.value",
            "containers.*.args.*.text",
            "containers.*.command.*.text",
            "containers.*.env.*.container",
            "containers.*.env.*.value",
            "containers.*.image",
            "containers.*.liveness.command.*.text",
            "containers.*.liveness.headers.*.value",
            "containers.*.liveness.path",
            "containers.*.log_tags.*.tag",
            "containers.*.log_tags.*.value",
            "containers.*.logs.*.days",
            "containers.*.logs.*.logstore",
            "containers.*.logs.*.machine_group",
            "containers.*.logs.*.path",
            "containers.*.logs.*.project",
            "containers.*.logs.*.shards",
            "containers.*.mounts.*.path",
            "containers.*.post_start.*.text",
            "containers.*.pre_stop.*.text",
            "containers.*.pull_secrets.*.name",
            "containers.*.readiness.command.*.text",
            "containers.*.readiness.headers.*.value",
            "containers.*.readiness.path",
            "containers.*.security.capabilities.*.text",
            "containers.*.startup.command.*.text",
            "containers.*.startup.headers.*.value",
            "containers.*.startup.path",
            "containers.*.working_dir",
            "ingresses.*.annotations.*.value",
            "ingresses.*.canary.cookie",
            "ingresses.*.canary.header_value",
            "pod.annotations.*.value",
            "pod.pull_secrets.*.name",
            "pod.spread.*.topology",
            "scaling.metric.metrics.*.kind",
            "scaling.timed.excluded.*.schedule",
            "scaling.timed.jobs.*.name",
            "scaling.timed.jobs.*.schedule",
            "services.*.annotations.*.value",
            "services.*.balancer.bandwidth",
            "services.*.balancer.instance",
            "services.*.balancer.specification",
            "volumes.*.disk",
            "volumes.*.fs_kind",
            "volumes.*.items.*.key",
            "volumes.*.medium",
            "volumes.*.options",
            "volumes.*.server",
            "volumes.*.version",
        ],
    },
    Unreached {
        why: "The server takes any number and makes one below zero the least that works.",
        fields: &["pod.grace", "pod.tolerations.*.seconds"],
    },
    Unreached {
        why: "A dry run does not look at the range of node ports.",
        fields: &["services.*.ports.*.node_port"],
    },
];

/// Why a field is never refused by both, if it is one that is not.
pub fn unreached(field: &str) -> Option<&'static str> {
    let of = UNREACHED.iter().find(|group| group.fields.contains(&field));
    of.map(|group| group.why)
}
