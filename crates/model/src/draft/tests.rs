use serde_json::json;

use super::{Draft, Service, upgrade};

#[test]
fn a_path_leads_to_its_leaf() {
    let mut draft = Draft::default();
    let container = draft.row_ids("containers")[0];
    let ports = format!("containers.{container}.ports");
    let port = draft.add_row(&ports).unwrap();

    draft
        .leaf_mut(&format!("{ports}.{port}.number"))
        .unwrap()
        .set("80");

    assert_eq!(draft.containers[0].ports[0].number.as_str(), "80");
    assert_eq!(draft.leaf("basics.kind").unwrap().as_str(), "Deployment");
    for nowhere in [
        "",
        "basics",
        "basics.name.x",
        "containers.999.name",
        "containers.x.name",
        "nonsense",
    ] {
        assert!(draft.leaf(nowhere).is_none(), "{nowhere}");
    }
}

#[test]
fn every_leaf_is_found_again_at_the_path_it_is_listed_under() {
    let mut draft = Draft::default();
    for list in ["services", "ingresses", "basics.labels", "scaling.metric.metrics"] {
        draft.add_row(list).unwrap();
    }

    let leaves = draft.leaves();

    assert!(leaves.len() > 20);
    for (path, leaf) in &leaves {
        assert!(std::ptr::eq(draft.leaf(path).unwrap(), *leaf), "{path}");
    }
}

#[test]
fn rows_keep_their_ids_when_others_go() {
    let mut draft = Draft::default();
    let first = draft.add_row("basics.labels").unwrap();
    let second = draft.add_row("basics.labels").unwrap();
    draft
        .leaf_mut(&format!("basics.labels.{second}.key"))
        .unwrap()
        .set("kept");

    assert!(draft.remove_row("basics.labels", first));

    assert_eq!(
        draft
            .leaf(&format!("basics.labels.{second}.key"))
            .unwrap()
            .as_str(),
        "kept"
    );
    assert!(!draft.remove_row("basics.labels", first));
}

#[test]
fn ids_are_unique_in_the_whole_draft() {
    let mut draft: Draft = serde_json::from_value(json!({
        "containers": [{ "id": 7, "ports": [{ "number": 80 }, { "id": 7, "number": 81 }] }],
        "services": [{ "name": "a" }],
    }))
    .unwrap();

    draft.give_ids();

    let mut ids = Vec::new();
    super::Node::visit_ids(&mut draft, &mut |id| ids.push(*id));
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(!ids.contains(&0));
    assert_eq!(draft.containers[0].id, 7, "the first to have an id keeps it");
}

#[test]
fn a_new_row_brings_ids_for_the_rows_in_it() {
    let mut draft = Draft::default();

    let service = draft.add_row("services").unwrap();

    assert_ne!(draft.row_ids(&format!("services.{service}.ports")), [0]);
    assert_eq!(
        draft.services,
        [Service {
            id: service,
            ..draft.services[0].clone()
        }]
    );
}

#[test]
fn an_unknown_field_is_refused() {
    assert!(serde_json::from_value::<Draft>(json!({ "basics": { "nmae": "x" } })).is_err());
    assert!(serde_json::from_value::<Draft>(json!({ "hostNetwork": true })).is_err());
}

#[test]
fn a_stored_draft_is_never_refused_and_loses_only_what_has_no_place() {
    let draft = upgrade(json!({
        "format": 1, "gone": { "x": 1 },
        "basics": { "name": "shop", "also_gone": [1, 2] },
        "containers": [{ "image": "nginx:1" }],
    }));

    assert_eq!(draft.basics.name.as_str(), "shop");
    assert_eq!(draft.containers[0].image.as_str(), "nginx:1");
    assert_ne!(draft.containers[0].id, 0);
}
