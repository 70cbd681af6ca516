use proptest::prelude::*;
use serde_json::json;

use crate::app::{AffinityKind, RowTexts};
use crate::arbitrary::{choices, draft, pattern, tape};
use crate::value::LabelKey;
use crate::{App, Draft, validate};

/// A text that is right in most fields and stands in no generated draft.
const SEED: &str = "typed-and-hidden";
/// What no number, choice or name can be, and what any text can.
const OTHER: &str = "?!";

/// The app of a draft without what no plan is made of: where its texts were typed, and what counts as one place for a wish
/// about nodes.
fn app(draft: &Draft) -> Option<App> {
    let mut app = validate(draft).app?;
    app.rows = RowTexts::default();
    for wish in app
        .pod
        .affinity
        .iter_mut()
        .filter(|wish| wish.kind == AffinityKind::Node)
    {
        wish.topology = LabelKey::parse("kubernetes.io/hostname").unwrap();
    }
    Some(app)
}

fn paths(draft: &Draft) -> Vec<String> {
    draft.leaves().into_iter().map(|(path, _)| path).collect()
}

fn with(draft: &Draft, path: &str, text: &str) -> Draft {
    let mut draft = draft.clone();
    draft.leaf_mut(path).unwrap().set(text);
    draft
}

fn text(draft: &Draft) -> String {
    serde_json::to_string(draft).unwrap()
}

/// Demands of one draft without errors all that holds for what is submitted of it.
fn demand_chosen(draft: &Draft) -> Result<(), TestCaseError> {
    let chosen = draft.chosen();
    prop_assert_eq!(app(&chosen), app(draft), "the app is the same");
    prop_assert_eq!(&chosen.chosen(), &chosen, "once is enough");
    for path in paths(draft) {
        let seeded = with(draft, &path, SEED);
        let Some(app) = app(&seeded) else { continue };
        let (planned, submitted) = (format!("{app:?}"), text(&seeded.chosen()));
        prop_assert!(
            planned.contains(SEED) || !submitted.contains(SEED),
            "{} is submitted, and the app has nothing of it",
            path
        );
    }
    Ok(())
}

/// Every choice of a draft, and each other one there is instead.
fn switched(draft: &Draft) -> Vec<Draft> {
    const CHOOSE: [&str; 6] = ["kind", "enabled", "headless", "strength", "operator", "reach"];
    let is_choice = |path: &&String| CHOOSE.contains(&path.rsplit('.').next().unwrap_or_default());
    let paths = paths(draft);
    let choices = paths.iter().filter(is_choice).flat_map(|path| {
        let choices = choices(&pattern(path)).unwrap_or_default();
        choices.iter().map(move |choice| with(draft, path, choice))
    });
    choices.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_submitted_makes_the_same_app_and_has_no_text_that_it_does_not_have(seed in 1..u64::MAX) {
        if let Some(draft) = draft(&tape(seed)) {
            demand_chosen(&draft)?;
        }
    }

    #[test]
    fn so_it_is_after_any_switch(seed in 1..u64::MAX) {
        let Some(draft) = draft(&tape(seed)) else { return Ok(()) };
        for switched in switched(&draft).iter().filter(|switched| validate(switched).app.is_some()) {
            prop_assert_eq!(app(&switched.chosen()), app(switched));
        }
    }

    /// Else a field could stay that belongs to a kind that is not chosen.
    #[test]
    fn every_text_that_is_submitted_matters(seed in 1..u64::MAX) {
        let Some(chosen) = draft(&tape(seed)).map(|draft| draft.chosen()) else { return Ok(()) };
        let before = validate(&chosen);
        for (path, _) in chosen.leaves().into_iter().filter(|(_, leaf)| !leaf.is_blank()) {
            let after = validate(&with(&chosen, &path, OTHER));
            let same = after.issues == before.issues && app(&with(&chosen, &path, OTHER)) == app(&chosen);
            // Which kind a row has is kept of a row that counts as not there as well.
            let of_a_blank_row = path.rsplit('.').next() == Some("kind") || chosen.leaf(&path).is_some_and(|leaf| leaf.text() == "TCP");
            prop_assert!(!same || of_a_blank_row, "{} is submitted and does nothing", path);
        }
    }
}

fn hidden() -> Draft {
    let draft = json!({
        "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 1 },
        "containers": [{ "id": 1, "image": "web:1", "ports": [{ "id": 2, "number": 80 }], "env": [
            { "id": 3, "kind": "secret", "name": "PASSWORD", "value": "by-secret", "object": "db", "key": "password" },
            { "id": 4, "kind": "config_map", "name": "MODE", "value": "by-config-map", "object": "db", "key": "mode" },
            { "id": 5, "kind": "value", "name": "PLAIN", "value": "plain", "object": "by-value" },
            { "id": 6, "kind": "secret", "object": "db", "value": "by-whole-secret", "prefix": "DB_" },
            { "id": 11, "kind": "by-blank-row", "prefix": "by-blank-row" }],
            "liveness": { "enabled": true, "kind": "exec", "headers": [{ "id": 7, "name": "Authorization", "value": "by-exec" }],
                          "command": [{ "id": 8, "text": "check" }] },
            "readiness": { "enabled": false, "command": [{ "id": 9, "text": "by-off" }] } }],
        "volumes": [{ "id": 10, "name": "files", "kind": "empty_dir", "options": "by-empty-dir", "server": "by-server" }],
        "workload": { "cron": { "time_zone": "by-deployment" } },
    });
    crate::draft::upgrade(draft)
}

const HIDDEN: [&str; 9] = [
    "by-secret",
    "by-config-map",
    "by-value",
    "by-whole-secret",
    "by-blank-row",
    "by-exec",
    "by-off",
    "by-empty-dir",
    "by-server",
];

#[test]
fn what_was_typed_before_a_switch_is_not_submitted_and_stays_in_the_draft() {
    let draft = hidden();

    let submitted = text(&draft.chosen());

    for hidden in HIDDEN {
        assert!(!submitted.contains(hidden), "{hidden}");
    }
    assert!(!submitted.contains("by-deployment"));
    for kept in ["PASSWORD", "plain", "DB_", "check", "files"] {
        assert!(submitted.contains(kept), "{kept}");
    }
    assert!(
        text(&draft).contains("by-config-map"),
        "switching back loses nothing"
    );
}

#[test]
fn a_value_is_dropped_for_good_only_where_a_secret_has_taken_its_place() {
    let mut draft = hidden();

    assert!(draft.drop_values_moved_to_secrets());

    let left = text(&draft);
    assert!(!left.contains("by-secret") && !left.contains("by-whole-secret"));
    for kept in HIDDEN.iter().filter(|text| !text.ends_with("secret")) {
        assert!(left.contains(kept), "{kept}");
    }
    assert!(!draft.drop_values_moved_to_secrets(), "there is none any more");
}
