//! Step 1: what each type of workload needs beside its pods.

use super::form::form;

form! {
    /// What each type of workload needs.
    Workload {
        leaves: [
            /// Old versions that are kept to go back to; 10 when left empty.
            revision_history,
            /// Seconds a pod must be ready before it counts.
            min_ready,
            /// Seconds after which a Deployment that gets nowhere counts as failed; 600 when left empty.
            progress_deadline,
        ]
        parts: [
            /// How a new version replaces the old one.
            update: Update,
            /// For a StatefulSet.
            stateful: Stateful,
            /// For a Job, and each Job of a CronJob.
            job: Job,
            /// For a CronJob.
            cron: Cron,
        ]
        rows: []
    }
}

form! {
    /// How a new version replaces the old one.
    Update {
        leaves: [
            /// `RollingUpdate`; `Recreate` for a Deployment, `OnDelete` for a StatefulSet.
            kind,
            /// Pods that may be there beyond the wanted number: a number or a percentage.
            max_surge,
            /// Pods that may be missing from the wanted number: a number or a percentage.
            max_unavailable,
            /// For a StatefulSet: pods below this number keep the old version.
            partition,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// What a StatefulSet needs.
    Stateful {
        leaves: [
            /// The Service that gives each pod its name; the draft's first headless one when left empty.
            service,
            /// `OrderedReady` or `Parallel`.
            pod_management,
            /// What becomes of the claims when the StatefulSet is deleted: `Retain` or `Delete`.
            when_deleted,
            /// What becomes of them when there are fewer pods: `Retain` or `Delete`.
            when_scaled,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// What a Job needs.
    Job {
        leaves: [
            /// Pods that must succeed; as many as there are replicas when left empty. `none` for workers on one queue: no
            /// number is written, and the Job is done when one of them has succeeded and the others have ended.
            completions,
            /// Pods that run at the same time; as many as there are replicas when left empty.
            parallelism,
            /// Failures until the Job counts as failed; 6 when left empty.
            backoff_limit,
            /// Seconds a finished Job is kept; for ever when left empty.
            ttl,
            /// Seconds a Job may take.
            deadline,
            /// What becomes of a container that fails: `OnFailure` starts it again, `Never` starts another pod.
            restart,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// What a CronJob needs.
    Cron {
        leaves: [
            /// When it runs: minute, hour, day of month, month, day of week.
            schedule,
            /// The time zone of the schedule, e.g. `Asia/Shanghai`; the cluster's own when left empty.
            time_zone,
            /// `Allow`, `Forbid` or `Replace` a run while the last one still goes on.
            concurrency,
            /// Seconds by which a run may start late.
            starting_deadline,
            /// Finished runs that are kept; 3 when left empty.
            successful_history,
            /// Failed runs that are kept; 1 when left empty.
            failed_history,
            /// Whether it is paused: `true` or `false`.
            suspended,
        ]
        parts: []
        rows: []
    }
}
