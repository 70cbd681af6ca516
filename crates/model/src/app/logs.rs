//! What the log service collects.

use serde::Serialize;

use crate::value::{LogPath, LogStore};

/// Logs of a container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Log {
    /// The draft row it comes from.
    pub row: u32,
    /// The name by which they are collected.
    pub store: LogStore,
    /// What is collected.
    pub path: LogPath,
    /// The project.
    pub project: Option<LogStore>,
    /// The Logstore under another name.
    pub logstore: Option<String>,
    /// Shards of a new Logstore.
    pub shards: Option<u32>,
    /// Days a new Logstore keeps logs.
    pub days: Option<u32>,
    /// The machine group.
    pub machine_group: Option<String>,
}

impl Log {
    /// The leaves of the row that become variables, in the order in which they are planned.
    pub fn leaves(&self) -> impl Iterator<Item = &'static str> {
        let leaves = [
            ("path", true),
            ("project", self.project.is_some()),
            ("logstore", self.logstore.is_some()),
            ("shards", self.shards.is_some()),
            ("days", self.days.is_some()),
            ("machine_group", self.machine_group.is_some()),
        ];
        leaves
            .into_iter()
            .filter_map(|(leaf, is_there)| is_there.then_some(leaf))
    }
}

/// A tag on logs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogTag {
    /// The draft row it comes from.
    pub row: u32,
    /// What makes its variable's name unique.
    pub name: String,
    /// The tag.
    pub tag: String,
    /// Its value.
    pub value: String,
}
