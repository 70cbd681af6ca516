//! Words that problems say what is wrong with.

use serde::{Deserialize, Serialize};

/// What a field of a draft can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormPart {
    /// Text, a number or a boolean.
    Text,
    /// A whole number.
    Number,
    /// Fields with names.
    Fields,
    /// A list of rows, each with fields of its own.
    Rows,
}

/// A rule of the Pod Security standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PodRule {
    /// No folders of the node.
    HostPath,
    /// No further rights of the super-user.
    Capabilities,
    /// Volumes of some kinds only.
    VolumeKinds,
    /// No process may get more rights than its parent.
    Escalation,
    /// All rights of the super-user are given away.
    DropAll,
    /// Not as the super-user.
    NonRoot,
    /// A filter for system calls.
    Seccomp,
}

/// The part of an image reference that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImagePart {
    /// The host before the first slash.
    Host,
    /// The path of the repository.
    Repository,
    /// The tag after the colon.
    Tag,
    /// The digest after the at sign.
    Digest,
}

/// The part of a schedule that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchedulePart {
    /// The seconds.
    Second,
    /// The minutes.
    Minute,
    /// The hours.
    Hour,
    /// The day of the month.
    DayOfMonth,
    /// The month.
    Month,
    /// The day of the week.
    DayOfWeek,
    /// What follows `@`.
    Shorthand,
}
