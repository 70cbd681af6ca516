//! What we and the server may disagree about, and why. The same list stands in `docs/differential.md`.

use crate::finding::Finding;

/// Something we and the server may disagree about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The field, without ids, or how it begins.
    pub field: &'static str,
    /// A part of what the server says.
    pub words: &'static str,
    /// Why it is so.
    pub why: &'static str,
}

/// All of them.
pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        field: "basics.namespace",
        words: "namespaces \"",
        why: "Which namespaces there are only the cluster knows; it is asked before anything else.",
    },
    Exception {
        field: "",
        words: "error looking up service account",
        why: "Which service accounts there are only the cluster knows; the dry run of a pod finds it.",
    },
    Exception {
        field: "",
        words: "quantities must match",
        why: "An amount that cannot be read makes the whole object unreadable: the server names no field, we do.",
    },
    Exception {
        field: "",
        words: "cannot unmarshal",
        why: "A number beyond 32 bits makes the whole object unreadable: the server names no path, we name the field.",
    },
    Exception {
        field: "containers.*.resources.",
        words: "must be less than or equal to",
        why: "Of a request above its limit the server blames the request; we blame the one that is wrong by itself.",
    },
    Exception {
        field: "scaling.metric.max",
        words: "must be greater than or equal to `minReplicas`",
        why: "Of a minimum above the maximum the server blames the maximum; we blame the one that is wrong by itself.",
    },
    Exception {
        field: "workload.progress_deadline",
        words: "must be greater than minReadySeconds",
        why: "Where only the other number was typed we blame that one; the server blames the deadline nobody typed.",
    },
    Exception {
        field: "workload.cron.time_zone",
        words: "unknown time zone",
        why: "Which time zones there are only the cluster knows; the browser does not carry their list.",
    },
];

/// The exception that a finding is, if it is one.
pub fn of(finding: &Finding) -> Option<&'static Exception> {
    EXCEPTIONS
        .iter()
        .find(|known| finding.field.starts_with(known.field) && finding.words.contains(known.words))
}
