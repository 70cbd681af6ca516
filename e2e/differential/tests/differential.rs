//! Our rules beside those of a real API server: see `docs/differential.md`.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write;

use differential::accepted;
use differential::broken::{self, Blow};
use differential::case::{Case, Tape};
use differential::counter::{Counter, Tallies};
use differential::exceptions::EXCEPTIONS;
use differential::finding::Finding;
use differential::place::values;
use differential::search::{Effort, search};
use differential::server::Server;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use slipway_backend::preflight::FieldMap;
use slipway_model::arbitrary::pattern;

/// Numbers on a tape; enough for the largest draft.
const NUMBERS: usize = 1200;

fn tapes() -> impl Strategy<Value = Tape> {
    (any::<u8>(), prop::collection::vec(any::<u16>(), 0..NUMBERS))
        .prop_map(|(cluster, numbers)| Tape { cluster, numbers })
}

fn blows() -> impl Strategy<Value = Blow> {
    (any::<usize>(), any::<usize>(), any::<usize>()).prop_map(|(field, row, text)| Blow { field, row, text })
}

fn told(findings: &[(usize, Finding)]) -> String {
    let mut told = format!("{} kinds of disagreement\n", findings.len());
    for (count, finding) in findings {
        let Finding { field, words, detail } = finding;
        write!(told, "\n{count} × {field}: {words}\n    {detail}\n").unwrap();
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_we_find_good_the_server_accepts_without_a_word() {
    let server = Server::of(local_cluster::shared().await).await.unwrap();
    let effort = Effort::from_environment();
    let counter = RefCell::new(Counter::default());

    let check = async |tape: Tape| {
        let Some(case) = Case::read(&tape) else {
            return Ok(None);
        };
        counter.borrow_mut().count(&case.draft);
        accepted::check(&server, &case).await.map(Some)
    };
    let findings = search(effort, tapes(), check).await.unwrap();

    assert!(findings.is_empty(), "{}", told(&findings));
    let counter = counter.into_inner();
    if counter.drafts() >= 400 {
        assert!(
            counter.missing().is_empty(),
            "never generated: {:?}",
            counter.missing()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_broken_in_one_place_is_blamed_there_by_both() {
    let server = Server::of(local_cluster::shared().await).await.unwrap();
    let effort = Effort::from_environment();
    let tallies = RefCell::new(Tallies::default());

    let check = async |(tape, blow): (Tape, Blow)| {
        let Some(case) = Case::read(&tape) else {
            return Ok(None);
        };
        let outcome = broken::check(&server, &case, blow).await?;
        tallies.borrow_mut().count(&outcome);
        Ok(Some(outcome.findings))
    };
    let findings = search(effort, (tapes(), blows()), check).await.unwrap();

    assert!(findings.is_empty(), "{}", told(&findings));
    let tallies = tallies.into_inner();
    for (field, tally) in tallies.each() {
        println!("{field}: {tally:?}");
    }
    let agreed = tallies.each().filter(|(_, tally)| tally.agreed > 0).count();
    println!("{agreed} fields were refused by both");
}

/// No server is asked: wherever a refusal might point, there is a field.
#[test]
fn every_value_of_every_object_leads_to_a_field_of_its_own() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut lost = BTreeSet::new();
    let mut fields = BTreeSet::new();
    for _ in 0..150 {
        let tape = tapes().new_tree(&mut runner).unwrap().current();
        let Some(case) = Case::read(&tape) else { continue };
        for object in &case.plan.objects {
            let map = FieldMap::of(&case.app, object);
            for (place, _) in values(object.body.value()) {
                let (path, field) = (place.path(), map.field(&place.path()).to_owned());
                let is_there = case.draft.leaf(&field).is_some() || case.draft.rows(&field).is_some();
                let own = map.field("") != field || is_general(&object.key.kind, &path);
                if !is_there || !own {
                    lost.insert((
                        object.key.kind.clone(),
                        pattern(&path.replace(['[', ']'], ".")),
                        field.clone(),
                    ));
                }
                fields.insert(pattern(&field));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
    println!("{} fields", fields.len());
}

/// What belongs to an object as a whole: its kind, its name, what we write into each.
fn is_general(kind: &str, path: &str) -> bool {
    let ours = [
        "apiVersion",
        "kind",
        "metadata",
        "spec.selector",
        "spec.scaleTargetRef",
        "spec.parentRefs",
        "spec.jobTemplate.metadata",
    ];
    // What kind of volume it is says all of the rest.
    kind == "PersistentVolume" || ours.iter().any(|start| path.starts_with(start))
}

#[test]
fn every_exception_is_explained_in_the_documents() {
    let page = include_str!("../../../docs/differential.md");
    for exception in EXCEPTIONS {
        assert!(
            page.contains(exception.words) && page.contains(exception.field),
            "{exception:?}"
        );
        assert!(exception.why.len() > 20);
    }
}
