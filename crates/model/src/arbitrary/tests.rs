use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{CHOICES, choices, draft, pattern, tape, with_every_row};
use crate::validate;

#[test]
fn every_field_has_choices_and_every_choice_has_a_field() {
    let draft = with_every_row();
    let fields: BTreeSet<String> = draft
        .leaves()
        .into_iter()
        .map(|(path, _)| pattern(&path))
        .collect();

    for field in &fields {
        assert!(choices(field).is_some(), "{field}");
    }
    for (field, _) in CHOICES {
        assert!(fields.contains(*field), "{field}");
    }
}

/// A field whose text is the name of another row, whichever that is.
const FOLLOWS: &str = "containers.*.mounts.*.volume";

/// The arms of the app's types, as they are written in its debug form.
const ARMS: &[&str] = &[
    "Deployment(",
    "StatefulSet(",
    "Job(",
    "CronJob(",
    "Rolling(",
    "Recreate",
    "OnDelete",
    "Count(",
    "Percent(",
    "Fixed(",
    "Autoscaled(",
    "kind: Cpu",
    "kind: Memory",
    "kind: Main",
    "kind: Init",
    "kind: Sidecar",
    "Value(",
    "Key {",
    "Field(",
    "Resource {",
    "WholeObject {",
    "Http {",
    "Tcp(",
    "Exec(",
    "EmptyDir {",
    "HostPath {",
    "ConfigMap(",
    "Secret(",
    "Claim {",
    "NewClaim(",
    "ClaimTemplate(",
    "Nfs {",
    "Nas(",
    "NasFlex(",
    "Disk(",
    "DiskFlex(",
    "ClusterIp",
    "Headless",
    "NodePort",
    "New {",
    "Existing(",
    "Public",
    "Private",
    "Local",
    "Canary {",
    "TimedScaling {",
    "kind: Node",
    "kind: Near",
    "kind: Apart",
    "DoesNotExist",
    "Gt",
    "Lt",
    "NoExecute",
    "PreferNoSchedule",
    "restricted: true",
];

#[test]
fn every_choice_and_every_arm_occurs_in_a_draft_without_errors() {
    let mut missing: BTreeSet<(&str, String)> = CHOICES
        .iter()
        .flat_map(|(field, choices)| choices.iter().map(|choice| (*field, (*choice).to_owned())))
        .collect();
    let mut arms: BTreeSet<&str> = ARMS.iter().copied().collect();
    let (mut good, mut all) = (0, 0);
    for seed in 1..=400 {
        all += 1;
        let Some(draft) = draft(&tape(seed)) else { continue };
        good += 1;
        let app = format!("{:?}", validate(&draft).app.expect("no error is left"));
        arms.retain(|arm| !app.contains(arm));
        for (path, leaf) in draft.leaves() {
            let pattern = pattern(&path);
            let id = path
                .split('.')
                .rfind(|segment| segment.parse::<u32>().is_ok())
                .unwrap_or("0");
            for choice in choices(&pattern).unwrap_or_default() {
                if choice.replace('#', id) == leaf.as_str() || pattern == FOLLOWS && !leaf.is_blank() {
                    missing.retain(|(field, known)| *field != pattern || known != choice);
                }
            }
        }
    }

    assert!(good * 10 >= all * 6, "{good} of {all} could be mended");
    assert!(arms.is_empty() && missing.is_empty(), "{arms:?} {missing:?}");
}

proptest! {
    /// A draft that is stored and read again is the same, and so is the app.
    #[test]
    fn a_stored_draft_is_the_same_again(tape in prop::collection::vec(any::<u16>(), 0..1200)) {
        if let Some(draft) = draft(&tape) {
            let stored = serde_json::to_value(&draft).unwrap();
            prop_assert_eq!(&crate::draft::upgrade(stored), &draft);
        }
    }
}
