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
