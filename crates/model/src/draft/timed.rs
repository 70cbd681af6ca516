//! Step 3: scaling at set times.

use super::form::form;

form! {
    /// Scaling at set times.
    TimedScaling {
        leaves: [
            /// Whether it is on: `true` or `false`.
            enabled,
        ]
        parts: []
        rows: [
            /// When to have how many pods.
            jobs: TimedJob,
            /// Days on which nothing happens.
            excluded: ExcludedDays,
        ]
    }
}

form! {
    /// One time, and the pods to have from then on.
    row TimedJob {
        leaves: [
            /// Its name.
            name,
            /// When: second, minute, hour, day of month, month, day of week.
            schedule,
            /// How many pods to have from then on.
            replicas,
            /// Whether it happens only once: `true` or `false`.
            once,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// Days on which nothing happens.
    row ExcludedDays {
        leaves: [
            /// Which: second, minute, hour, day of month, month, day of week.
            schedule,
        ]
        parts: []
        rows: []
    }
}
