//! Step 2: the log service.

use super::check::no_duplicates;
use super::part::Part;
use crate::app::{Log, LogTag};
use crate::value::{Folders, LogPath, LogStore, MountPath};
use crate::{Problem, draft};

pub(super) fn read(container: &draft::Container, part: &mut Part) -> (Vec<Log>, Vec<LogTag>) {
    let typed = container.mounts.iter().map(|mount| mount.path.text());
    let mounts: Vec<MountPath> = typed.filter_map(|path| MountPath::parse(path).ok()).collect();
    let mounted: Folders = mounts.iter().collect();
    let mut logs = Vec::new();
    let mut stores = Vec::new();
    for row in container
        .logs
        .iter()
        .filter(|row| !(row.store.is_blank() && row.path.is_blank()))
    {
        let mut part = part.inner(format!("logs.{}", row.id));
        let Some(log) = log(row, &mut part) else { continue };
        warn_of_hidden_files(&mounted, &log, &mut part);
        stores.push((part.field("store"), log.store.clone()));
        logs.push(log);
    }
    no_duplicates(part.issues(), &stores);
    let tags = tags(container, part);
    (logs, tags)
}

fn log(row: &draft::Log, part: &mut Part) -> Option<Log> {
    let store = part.needed("store", &row.store, LogStore::parse);
    let path = part.needed("path", &row.path, LogPath::parse);
    let project = part.optional("project", &row.project, LogStore::parse);
    let logstore = part.text("logstore", &row.logstore);
    let shards = part.count("shards", &row.shards, 1, 10);
    let days = part.count("days", &row.days, 1, 3650);
    let machine_group = part.text("machine_group", &row.machine_group);
    Some(Log {
        row: row.id,
        store: store?,
        path: path?,
        project,
        logstore,
        shards,
        days,
        machine_group,
    })
}

/// Files can be collected from a volume only; one is added where there is none, and hides what the image has there.
fn warn_of_hidden_files(mounted: &Folders, log: &Log, part: &mut Part) {
    let Some(directory) = log.path.directory() else {
        return;
    };
    if !mounted.cover(directory) {
        part.warn(
            "path",
            Problem::LogVolumeAdded {
                directory: directory.to_owned(),
            },
        );
    }
}

fn tags(container: &draft::Container, part: &mut Part) -> Vec<LogTag> {
    let mut tags = Vec::new();
    let mut names = Vec::new();
    for row in container
        .log_tags
        .iter()
        .filter(|row| !(row.tag.is_blank() && row.value.is_blank()))
    {
        let mut part = part.inner(format!("log_tags.{}", row.id));
        let name = part.optional("name", &row.name, LogStore::parse);
        let tag = part.needed("tag", &row.tag, |text| match text {
            "" => Err(Problem::Missing {}),
            _ if text.contains('=') => Err(Problem::LogStoreMalformed {}),
            _ => Ok(text.to_owned()),
        });
        let Some(tag) = tag else { continue };
        let name = name.map_or_else(|| tag_name(&tag), |name| name.to_string());
        names.push((
            part.field(if row.name.is_blank() { "tag" } else { "name" }),
            name.clone(),
        ));
        tags.push(LogTag {
            row: row.id,
            name,
            tag,
            value: row.value.as_str().to_owned(),
        });
    }
    no_duplicates(part.issues(), &names);
    tags
}

/// The tag as part of a variable's name, in which `_` would be read as the end of it.
fn tag_name(tag: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    tag.chars().map(plain).collect()
}

/// The names of the variables that stand for the logs of a container.
pub(super) fn variable_names(container: &draft::Container) -> impl Iterator<Item = String> {
    let logs = container
        .logs
        .iter()
        .map(|row| row.store.text())
        .filter(|store| !store.is_empty());
    logs.map(|store| format!("aliyun_logs_{store}"))
}
