//! Claims, and volumes of the cluster.

use serde_json::{Value, json};
use slipway_model::Typed;
use slipway_model::app::AccessMode;
use slipway_model::draft::Volume;

use super::owner::Owner;
use super::part::{Part, is_leaf};
use crate::storage::{DISK_SIZE, NAS_SIZE, VOLUME_LABEL};

/// The claim that each pod of a `StatefulSet` gets a copy of. One that says more than the form can is left.
pub(super) fn template(part: &mut Part, owner: &Owner) -> Option<Volume> {
    part.attempt(|part| {
        part.forget("apiVersion", "v1");
        part.forget("kind", "PersistentVolumeClaim");
        part.take("status");
        let mut metadata = part.inner("metadata");
        owner.marks(&mut metadata);
        let mut row = Volume {
            name: metadata.text("name"),
            ..Volume::default()
        };
        row.id = part.id();
        claim_spec(&mut part.inner("spec"), &mut row)?;
        row.kind = "claim_template".into();
        Some(row)
    })
}

/// A claim that comes with the app, in the place of one that is only named.
pub(super) fn claim(part: &mut Part, owner: &Owner, served: bool, row: &mut Volume) -> Option<()> {
    part.attempt(|part| {
        let mut metadata = part.inner("metadata");
        owner.marks(&mut metadata);
        let name = metadata.text("name");
        let mut claimed = row.clone();
        let mut spec = part.inner("spec");
        forget_binding(&mut spec, served);
        claim_spec(&mut spec, &mut claimed)?;
        claimed.kind = "new_claim".into();
        let usual = format!("{}-{}", owner.name, row.name.text());
        claimed.object = if name.text() == usual { "".into() } else { name };
        *row = claimed;
        Some(())
    })
}

/// Which volume a claim has got is the cluster's to say; in a file it is what somebody wants.
fn forget_binding(spec: &mut Part, served: bool) {
    if served {
        spec.take("volumeName");
    }
}

fn claim_spec(spec: &mut Part, row: &mut Volume) -> Option<()> {
    spec.forget("volumeMode", "Filesystem");
    row.access = access(spec)?.into();
    row.size = spec.inner("resources").inner("requests").text("storage");
    // No class at all is another wish than the default class, and the form has no word for it.
    if !spec.is("storageClassName", "") {
        row.class = spec.chosen("storageClassName");
    }
    (!row.size.is_blank()).then_some(())
}

/// Who may mount it: one answer, of those that the form has.
fn access(spec: &mut Part) -> Option<String> {
    match spec.texts("accessModes").as_slice() {
        [mode] if AccessMode::CHOICES.iter().any(|(word, _)| word == mode) => Some(mode.clone()),
        _ => None,
    }
}

/// The name that the plan gives a volume of the cluster.
pub(super) fn volume_name(owner: &Owner, row: &Volume) -> String {
    owner.ownership.wide_name(row.name.text())
}

/// A volume of the cluster that comes with the app. The answer is its size.
pub(super) fn fixed(volume: &mut Part, owner: &Owner, served: bool, row: &mut Volume) -> Option<Typed> {
    volume.attempt(|volume| {
        let name = volume_name(owner, row);
        let mut metadata = volume.inner("metadata");
        owner.marks(&mut metadata);
        metadata.inner("labels").take_if(VOLUME_LABEL, name.as_str());
        metadata.take("name");
        let mut made = row.clone();
        made.object = "".into();
        let mut spec = volume.inner("spec");
        if served {
            spec.take("claimRef");
        }
        spec.forget("volumeMode", "Filesystem");
        spec.take_if("persistentVolumeReclaimPolicy", "Retain")
            .then_some(())?;
        spec.take_if("storageClassName", "");
        let access_mode = access(&mut spec)?;
        let size = spec.inner("capacity").text("storage");
        let usual = match spec.inner("csi").text("driver").text() {
            "nasplugin.csi.alibabacloud.com" => nas(&mut spec, &name, &mut made)?,
            "diskplugin.csi.alibabacloud.com" => disk(&mut spec, &mut made),
            _ => return None,
        };
        let planned = if made.kind.text() == "nas" {
            "ReadWriteMany"
        } else {
            "ReadWriteOnce"
        };
        (access_mode == planned).then_some(())?;
        made.size = if size.text() == usual {
            "".into()
        } else {
            size.clone()
        };
        *row = made;
        Some(size)
    })
}

fn nas(spec: &mut Part, name: &str, row: &mut Volume) -> Option<&'static str> {
    row.kind = "nas".into();
    row.options = spec.joined("mountOptions").into();
    let mut csi = spec.inner("csi");
    csi.take_if("volumeHandle", name).then_some(())?;
    let mut attributes = csi.inner("volumeAttributes");
    row.server = attributes.text("server");
    row.path = attributes.text("path");
    row.version = attributes.word("vers", &["3", "4.0"])?.into();
    Some(NAS_SIZE)
}

fn disk(spec: &mut Part, row: &mut Volume) -> &'static str {
    row.kind = "disk".into();
    let mut csi = spec.inner("csi");
    row.disk = csi.text("volumeHandle");
    row.fs_kind = csi.text("fsType");
    let zone = spec.peek("nodeAffinity").and_then(zone);
    if let Some(zone) = zone {
        spec.take("nodeAffinity");
        row.zone = zone.into();
    }
    DISK_SIZE
}

/// The one zone that a disk is in, in the words of the plan.
fn zone(affinity: &Value) -> Option<String> {
    let expression = affinity.pointer("/required/nodeSelectorTerms/0/matchExpressions/0")?;
    let zone = expression["values"]
        .get(0)?
        .as_str()
        .filter(|zone| is_leaf(zone))?;
    let planned = json!({ "required": { "nodeSelectorTerms": [{ "matchExpressions": [
        { "key": "topology.kubernetes.io/zone", "operator": "In", "values": [zone] }
    ] }] } });
    (*affinity == planned).then(|| zone.to_owned())
}

/// The claim on a volume that comes with the app. All it says, the volume says too; another size is left.
pub(super) fn claim_on(claim: &mut Part, owner: &Owner, served: bool, (volume, size): (&str, &Typed)) {
    let mut metadata = claim.inner("metadata");
    owner.marks(&mut metadata);
    metadata.take("name");
    let mut spec = claim.inner("spec");
    spec.inner("selector")
        .inner("matchLabels")
        .take_if(VOLUME_LABEL, volume);
    spec.forget("volumeMode", "Filesystem");
    forget_binding(&mut spec, served);
    spec.take_if("storageClassName", "");
    spec.take("accessModes");
    spec.inner("resources")
        .inner("requests")
        .take_if("storage", size.text());
}
