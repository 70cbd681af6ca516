//! What each kind of volume is asked.

use serde_json::{Value, json};

use super::guide::{errors, warnings};
use super::rules::{app, at, told};
use crate::Problem;

#[test]
#[expect(clippy::too_many_lines, reason = "one entry for each case")]
fn each_kind_of_volume_has_its_own_fields() {
    let volume = |fields: Value| {
        let mut volume = json!({ "id": 3, "name": "v" });
        volume
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        app(&json!({ "volumes": [volume] }))
    };
    let choices = |choices: &[&str]| Problem::UnknownChoice {
        choices: choices.iter().map(ToString::to_string).collect(),
    };
    for (fields, field, problem) in [
        (
            json!({ "name": "", "size": "1Gi" }),
            "volumes.3.name",
            Problem::Missing {},
        ),
        (
            json!({ "name": "V" }),
            "volumes.3.name",
            Problem::LabelMalformed {},
        ),
        (
            json!({ "medium": "Disk" }),
            "volumes.3.medium",
            choices(&["Memory"]),
        ),
        (
            json!({ "size": "1x" }),
            "volumes.3.size",
            Problem::QuantityMalformed {},
        ),
        (
            json!({ "kind": "host_path" }),
            "volumes.3.path",
            Problem::Missing {},
        ),
        (
            json!({ "kind": "host_path", "path": "/a/../b" }),
            "volumes.3.path",
            Problem::PathGoesUp {},
        ),
        (
            json!({ "kind": "config_map" }),
            "volumes.3.object",
            Problem::Missing {},
        ),
        (
            json!({ "kind": "secret", "object": "a", "mode": "rw" }),
            "volumes.3.mode",
            Problem::ModeMalformed {},
        ),
        (
            json!({ "kind": "secret", "object": "a", "optional": "maybe" }),
            "volumes.3.optional",
            choices(&["false", "true"]),
        ),
        (
            json!({ "kind": "secret", "object": "a", "items": [{ "id": 9, "key": "", "path": "b" }] }),
            "volumes.3.items.9.key",
            Problem::Missing {},
        ),
        (
            json!({ "kind": "secret", "object": "a", "items": [{ "id": 9, "key": "a", "path": "/b" }] }),
            "volumes.3.items.9.path",
            Problem::NotInside {},
        ),
        (
            json!({ "kind": "claim", "object": "A" }),
            "volumes.3.object",
            Problem::SubdomainMalformed {},
        ),
        (
            json!({ "kind": "new_claim" }),
            "volumes.3.size",
            Problem::Missing {},
        ),
        (
            json!({ "kind": "new_claim", "size": "1Gi", "access": "RWO" }),
            "volumes.3.access",
            choices(&[
                "ReadWriteOnce",
                "ReadWriteMany",
                "ReadOnlyMany",
                "ReadWriteOncePod",
            ]),
        ),
        (
            json!({ "kind": "nfs", "path": "/a" }),
            "volumes.3.server",
            Problem::Missing {},
        ),
        (
            json!({ "kind": "nfs", "server": "a:/b", "path": "/a" }),
            "volumes.3.server",
            Problem::ServerMalformed {},
        ),
        (
            json!({ "kind": "nfs", "server": "a" }),
            "volumes.3.path",
            Problem::Missing {},
        ),
        (
            json!({ "kind": "nas", "server": "a", "version": "5" }),
            "volumes.3.version",
            choices(&["3", "4.0"]),
        ),
        (
            json!({ "kind": "nas", "server": "x.extreme.nas.aliyuncs.com", "version": "4.0" }),
            "volumes.3.version",
            choices(&["3"]),
        ),
        (
            json!({ "kind": "nas_flex", "server": "a", "path": "b" }),
            "volumes.3.path",
            Problem::NotAbsolute {},
        ),
        (json!({ "kind": "disk" }), "volumes.3.disk", Problem::Missing {}),
        (
            json!({ "kind": "disk", "disk": "lb-1" }),
            "volumes.3.disk",
            Problem::CloudIdMalformed { prefix: "d-".into() },
        ),
        (
            json!({ "kind": "disk", "disk": "d-1", "zone": "a/b" }),
            "volumes.3.zone",
            Problem::LabelValueMalformed {},
        ),
        (
            json!({ "kind": "disk_flex", "disk": "d-1", "fs_kind": "zfs" }),
            "volumes.3.fs_kind",
            choices(&["ext4", "ext3", "xfs", "ntfs"]),
        ),
    ] {
        assert_eq!(
            told(errors(&volume(fields.clone()))),
            [at(field, problem)],
            "{fields}"
        );
    }
    assert_eq!(
        errors(&volume(
            json!({ "kind": "nas", "server": "x.extreme.nas.aliyuncs.com" })
        )),
        []
    );
}

#[test]
fn what_only_one_node_mounts_is_told_by_every_kind_that_does() {
    let many = |volume: Value| {
        let mut draft = app(&json!({
            "basics": { "namespace": "default", "name": "web", "replicas": 2 },
            "volumes": [volume],
        }));
        draft.containers[0].mounts = vec![crate::draft::Mount {
            volume: "v".into(),
            path: "/v".into(),
            ..Default::default()
        }];
        draft.give_ids();
        told(warnings(&draft))
    };
    let one = [at("volumes.3.kind", Problem::OnePodOnly {})];

    for alone in [
        json!({ "id": 3, "name": "v", "kind": "disk", "disk": "d-1" }),
        json!({ "id": 3, "name": "v", "kind": "disk_flex", "disk": "d-1" }),
        json!({ "id": 3, "name": "v", "kind": "new_claim", "size": "1Gi" }),
    ] {
        assert_eq!(many(alone.clone()), one, "{alone}");
    }
    for shared in [
        json!({ "id": 3, "name": "v", "kind": "empty_dir" }),
        json!({ "id": 3, "name": "v", "kind": "nas", "server": "a" }),
        json!({ "id": 3, "name": "v", "kind": "new_claim", "size": "1Gi", "access": "ReadWriteMany" }),
    ] {
        assert_eq!(many(shared.clone()), [], "{shared}");
    }
}

#[test]
fn only_the_clouds_own_classes_have_a_least_size() {
    let claim = |class: &str| {
        app(
            &json!({ "volumes": [{ "id": 9, "name": "a", "kind": "new_claim", "size": "1Gi", "class": class }] }),
        )
    };
    let too_small = || Problem::SizeTooSmall { min: "20Gi".into() };

    for class in [
        "alicloud-disk-topology-alltype",
        "alicloud-disk-essd",
        "alicloud-disk-ssd",
        "alicloud-disk-efficiency",
    ] {
        assert_eq!(
            told(errors(&claim(class))),
            [at("volumes.9.size", too_small())],
            "{class}"
        );
    }
    assert_eq!(errors(&claim("standard")), []);
    assert_eq!(errors(&claim("")), []);
}
