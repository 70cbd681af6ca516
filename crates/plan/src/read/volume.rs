//! Volumes of the pod template.

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_model::app::HostKind;
use slipway_model::draft::{Item, Volume};
use slipway_model::value::{CloudId, LogPath, ServerName};

use super::logs;
use super::part::{Part, is_nothing};

/// How the names of volumes start that the plan adds for log files.
const ADDED: &str = "slipway-logs-";

/// Reads the volumes that the form has, without those added for log files.
pub(super) fn read(spec: &mut Part, added: &BTreeSet<String>) -> Vec<Volume> {
    let mut volumes = Vec::new();
    for mut row in spec.rows("volumes") {
        let name = row.peek("name").and_then(Value::as_str).unwrap_or_default();
        if added.contains(name) {
            row.take("name");
            row.take("emptyDir");
        } else {
            volumes.extend(row.attempt(volume));
        }
    }
    volumes
}

fn volume(part: &mut Part) -> Option<Volume> {
    let mut row = Volume {
        id: part.id(),
        name: part.text("name"),
        ..Volume::default()
    };
    if part.peek("emptyDir").is_some() {
        empty_dir(&mut part.inner("emptyDir"), &mut row)?;
    } else if part.peek("hostPath").is_some() {
        host_path(&mut part.inner("hostPath"), &mut row)?;
    } else if part.peek("configMap").is_some() {
        files(&mut part.inner("configMap"), "name", "config_map", &mut row);
    } else if part.peek("secret").is_some() {
        files(&mut part.inner("secret"), "secretName", "secret", &mut row);
    } else if part.peek("persistentVolumeClaim").is_some() {
        let mut claim = part.inner("persistentVolumeClaim");
        row.kind = "claim".into();
        row.object = claim.text("claimName");
        row.read_only = claim.switch("readOnly");
    } else if part.peek("nfs").is_some() {
        let mut nfs = part.inner("nfs");
        row.kind = "nfs".into();
        row.server = nfs.text("server");
        row.path = nfs.text("path");
        row.read_only = nfs.switch("readOnly");
    } else {
        part.inner("flexVolume")
            .wholly(|flex| self::flex(flex, &mut row))?;
    }
    Some(row)
}

fn empty_dir(part: &mut Part, row: &mut Volume) -> Option<()> {
    row.kind = "empty_dir".into();
    part.forget("medium", "");
    row.medium = part.word("medium", &["Memory"]).unwrap_or_default().into();
    row.size = part.text("sizeLimit");
    // Another medium is still there.
    part.peek("medium").is_none().then_some(())
}

fn host_path(part: &mut Part, row: &mut Volume) -> Option<()> {
    let kinds: Vec<&str> = HostKind::CHOICES.iter().map(|(word, _)| *word).collect();
    row.kind = "host_path".into();
    row.path = part.text("path");
    part.forget("type", "");
    row.host_kind = part.word("type", &kinds).unwrap_or_default().into();
    part.peek("type").is_none().then_some(())
}

/// The keys of a ConfigMap or Secret as files. Permissions are numbers there, and octal in the form.
fn files(part: &mut Part, name: &str, kind: &str, row: &mut Volume) {
    row.kind = kind.into();
    row.object = part.text(name);
    row.optional = part.switch("optional");
    let is_number = part.peek("defaultMode").is_none_or(Value::is_u64);
    let mode = if is_number {
        part.unless("defaultMode", 0o644)
    } else {
        "".into()
    };
    row.mode = mode
        .text()
        .parse::<u64>()
        .map(|mode| format!("{mode:04o}"))
        .unwrap_or_default()
        .into();
    let items = part.rows("items").into_iter();
    row.items = items
        .map(|mut item| Item {
            id: item.id(),
            key: item.text("key"),
            path: item.text("path"),
        })
        .collect();
}

/// The cloud's volumes in the way of old clusters, with just the options that the plan writes.
fn flex(part: &mut Part, row: &mut Volume) -> Option<()> {
    let nas = part.take_if("driver", "alicloud/nas");
    if nas {
        let mut options = part.inner("options");
        row.kind = "nas_flex".into();
        row.server = options.text("server");
        row.path = options.text("path");
        row.version = options.word("vers", &["3", "4.0"])?.into();
        row.options = options.text("options");
        return ServerName::parse(row.server.text()).is_ok().then_some(());
    }
    part.take_if("driver", "alicloud/disk").then_some(())?;
    row.kind = "disk_flex".into();
    row.fs_kind = part.text("fsType");
    row.disk = part.inner("options").text("volumeId");
    CloudId::parse(row.disk.text(), "d-").is_ok().then_some(())
}

/// The names of the volumes that were added for log files: empty, and mounted just where a container's logs are.
pub(super) fn added_for_logs(spec: &Part) -> BTreeSet<String> {
    let list = |key: &str| {
        spec.peek(key)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let candidates = list("volumes")
        .iter()
        .filter(|volume| is_nothing(&volume["emptyDir"]));
    let mut added: BTreeSet<String> = candidates
        .filter_map(|volume| volume["name"].as_str())
        .filter(|name| name.starts_with(ADDED))
        .map(ToOwned::to_owned)
        .collect();
    for container in list("initContainers").iter().chain(list("containers")) {
        let directories = directories(container);
        for mount in container["volumeMounts"].as_array().into_iter().flatten() {
            let path = mount["mountPath"].as_str().unwrap_or_default();
            let plain = mount.as_object().is_some_and(|fields| fields.len() == 2);
            if !(plain && directories.contains(path)) {
                added.remove(mount["name"].as_str().unwrap_or_default());
            }
        }
    }
    added
}

/// The folders in which the logs of a container are.
fn directories(container: &Value) -> BTreeSet<String> {
    let variables: Vec<_> = container["env"]
        .as_array()
        .into_iter()
        .flatten()
        .map(logs::plain)
        .collect();
    let logs = logs::tail(&variables).logs;
    let paths = logs.iter().filter_map(|log| LogPath::parse(log.path.text()).ok());
    paths
        .filter_map(|path| path.directory().map(ToOwned::to_owned))
        .collect()
}
