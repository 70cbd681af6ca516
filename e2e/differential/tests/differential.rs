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
use differential::exceptions::{self, EXCEPTIONS};
use differential::finding::Finding;
use differential::place::values;
use differential::search::{Effort, search};
use differential::server::{Answer, Server};
use differential::unreached::{UNREACHED, unreached};
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use kube::api::{DeleteParams, PostParams};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};
use slipway_backend::preflight::FieldMap;
use slipway_model::arbitrary::pattern;
use slipway_plan::ObjectKey;

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
    let mut tallies = tallies.into_inner();
    if effort.cases >= 2_000 {
        let findings = blow_by_blow(&server, effort, &mut tallies).await;
        assert!(findings.is_empty(), "{}", told(&findings));
        let missing: Vec<&str> = never_refused_by_both(&tallies).collect();
        assert!(missing.is_empty(), "never refused by both: {missing:#?}");
    }
    let known = tallies
        .each()
        .filter(|(field, tally)| tally.agreed > 0 && unreached(field).is_some());
    let known: Vec<&str> = known.map(|(field, _)| field).collect();
    assert!(known.is_empty(), "refused after all: {known:#?}");
    let agreed = tallies.each().filter(|(_, tally)| tally.agreed > 0).count();
    println!("{agreed} fields were refused by both");
}

fn never_refused_by_both(tallies: &Tallies) -> impl Iterator<Item = &'static str> {
    let open = |field: &&str| !tallies.agreed(field) && unreached(field).is_none();
    broken::fields().iter().map(String::as_str).filter(open)
}

/// In how many drafts a field is looked for that chance has not broken in a way that both refuse.
const POOL: usize = 200;
/// How many of those that show it are tried.
const SHOWN: usize = 8;
/// A text that fits wherever a number or a word does: `1`.
const A_NUMBER: usize = 25;

/// Breaks what chance has spared with one text after the other, until both refuse one.
async fn blow_by_blow(server: &Server, effort: Effort, tallies: &mut Tallies) -> Vec<(usize, Finding)> {
    let cases = effort
        .some(&tapes(), POOL)
        .iter()
        .filter_map(Case::read)
        .collect::<Vec<_>>();
    let every = std::env::var_os("SLIPWAYDEV_EVERY_FIELD").is_some();
    let open = broken::fields().iter().map(String::as_str);
    let open = open.filter(|field| !tallies.agreed(field) && (every || unreached(field).is_none()));
    let open: Vec<&str> = open.collect();
    let mut found = Vec::new();
    for field in open {
        let number = broken::fields().iter().position(|known| known == field).unwrap();
        // Not every draft that has the field shows it in an object: another kind may be chosen.
        let blow = |row, text| Blow {
            field: number,
            row,
            text,
        };
        let rows = cases
            .iter()
            .filter(|case| holds(case, field))
            .flat_map(|case| (0..2).map(move |row| (case, row)));
        let shown: Vec<(&Case, usize)> = rows
            .filter(|(case, row)| broken::shows(case, blow(*row, A_NUMBER)))
            .take(SHOWN)
            .collect();
        for text in 0..broken::texts() {
            for attempt in 0..shown.len() {
                if tallies.agreed(field) {
                    break;
                }
                let (case, row) = shown[(text + attempt) % shown.len()];
                let outcome = broken::check_refused(server, case, blow(row, text))
                    .await
                    .unwrap();
                let faults = outcome
                    .findings
                    .iter()
                    .filter(|finding| exceptions::of(finding).is_none());
                found.extend(faults.map(|finding| (1, finding.clone())));
                // One kind of object may take what another refuses.
                tallies.count(&outcome);
            }
        }
    }
    found
}

fn holds(case: &Case, field: &str) -> bool {
    let mut filled = case
        .draft
        .leaves()
        .into_iter()
        .filter(|(_, leaf)| !leaf.is_blank());
    filled.any(|(path, _)| pattern(&path) == field)
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
    for group in UNREACHED {
        assert!(page.contains(group.why), "{}", group.why);
        for field in group.fields {
            let known = broken::fields().iter().any(|known| known == field);
            assert!(known && page.contains(&format!("`{field}`")), "{field}");
        }
    }
}

/// A Service with ports of every node: each the port, its protocol, and the node's.
fn with_node_ports(name: &str, ports: &[(u16, &str, u16)]) -> (ObjectKey, Value) {
    let port = |(port, protocol, node): &(u16, &str, u16)| json!({ "name": format!("p{port}-{}", protocol.to_lowercase()), "port": port, "protocol": protocol, "nodePort": node });
    let ports: Vec<Value> = ports.iter().map(port).collect();
    let body = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": name, "namespace": "default" },
        "spec": { "type": "NodePort", "ports": ports },
    });
    (ObjectKey::namespaced("v1", "Service", "default", name), body)
}

/// What the rule of the same name in the model stands on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_of_every_node_is_shared_by_two_protocols_of_one_port_only() {
    let cluster = local_cluster::shared().await;
    let server = Server::of(cluster).await.unwrap();
    let services: Api<Service> = Api::default_namespaced(cluster.client().await.unwrap());
    let chosen: Service =
        serde_json::from_value(with_node_ports("chosen-by-the-server", &[(53, "TCP", 0)]).1).unwrap();
    let made = match services.create(&PostParams::default(), &chosen).await {
        Err(kube::Error::Api(refusal)) if refusal.code == 409 => {
            services.get("chosen-by-the-server").await.unwrap()
        }
        made => made.unwrap(),
    };
    let node = made.spec.unwrap().ports.unwrap()[0].node_port.unwrap();
    let taken = u16::try_from(node).unwrap();

    for (ports, fine) in [
        (&[(53, "TCP", 30003), (53, "UDP", 30003)][..], true),
        (&[(53, "TCP", 30003), (54, "UDP", 30003)], false),
        (&[(53, "TCP", 30003), (54, "TCP", 30003)], false),
        (&[(53, "UDP", taken)], false),
        // A dry run does not look at the range; the real request is refused.
        (&[(53, "TCP", 1)], true),
    ] {
        let (key, body) = with_node_ports("asked", ports);
        let answer = server.create(&key, &body).await.unwrap();
        assert_eq!(
            matches!(answer, Answer::Accepted { .. }),
            fine,
            "{ports:?}: {answer:?}"
        );
    }
    services
        .delete("chosen-by-the-server", &DeleteParams::default())
        .await
        .unwrap();
}
