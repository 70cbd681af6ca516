//! Step 2: the log service.

use super::form::form;

form! {
    /// Logs that the log service collects from a container.
    row Log {
        leaves: [
            /// The Logstore they go to.
            store,
            /// `stdout`, `stdout-only`, `stderr-only`, or the path of files in the container.
            path,
            /// The project; the cluster's own when left empty.
            project,
            /// The Logstore under another name, so that several apps can share it.
            logstore,
            /// Shards of a new Logstore.
            shards,
            /// Days a new Logstore keeps logs.
            days,
            /// The machine group.
            machine_group,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// A tag on every log of a container.
    row LogTag {
        leaves: [
            /// What makes its variable's name unique; the tag itself when left empty.
            name,
            /// The tag.
            tag,
            /// Its value.
            value,
        ]
        parts: []
        rows: []
    }
}
