//! Names as the API server hears them.

use local_cluster::shared;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use slipway_backend::cluster::{ApiPath, Connection, contexts};
use slipway_backend::identity::{Person, demand_actable};

/// How many names are sent.
const NAMES: usize = 300;

/// Whom the API server takes a person for.
async fn heard(connection: &Connection, person: &Person) -> Option<(String, Vec<String>)> {
    let access = connection.person(person).ok()?;
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    let body = serde_json::to_vec(&review).unwrap();
    let path = ApiPath::fixed("/apis/authentication.k8s.io/v1/selfsubjectreviews");
    let answer = access
        .request(http::Method::POST, &path, Some("application/json"), body)
        .await;
    let review: Value = answer.unwrap().json().unwrap();
    let user = &review["status"]["userInfo"];
    let groups = user["groups"].as_array().unwrap().iter();
    Some((
        user["username"].as_str().unwrap().to_owned(),
        groups.map(|group| group.as_str().unwrap().to_owned()).collect(),
    ))
}

/// Names as somebody might configure them, and as an attacker would.
fn names() -> impl Strategy<Value = String> {
    let odd = [
        " ", "\t", "\u{a0}", "\u{200b}", "\u{3000}", "\r\n", "\0", "\u{7f}",
    ];
    let blank = prop_oneof![9 => Just(""), 1 => prop::sample::select(odd.to_vec())];
    let stem = prop_oneof![
        "[a-z@:.,=/# -]{1,20}",
        "\\PC{1,20}",
        ".{1,10}",
        prop::sample::select(vec![
            "system:masters",
            "System:masters",
            "system:authenticated",
            "system",
            "ﬆem:x"
        ])
        .prop_map(ToOwned::to_owned),
        "[a-z]{500,520}",
    ];
    (blank.clone(), stem, blank).prop_map(|(before, stem, after)| format!("{before}{stem}{after}"))
}

#[tokio::test]
async fn whatever_name_is_accepted_arrives_as_it_is_and_is_none_of_kubernetes() {
    let origin = contexts(Some(&shared().await.kubeconfig())).unwrap().remove(0);
    let connection = Connection::open(&origin).await.unwrap();
    let mut runner = TestRunner::deterministic();
    let mut accepted = 0;
    for _ in 0..NAMES {
        let (name, group) = (names(), names()).new_tree(&mut runner).unwrap().current();
        let person = Person {
            name: name.clone(),
            groups: vec!["before".to_owned(), group.clone(), "after".to_owned()],
        };
        let may_be_sent = demand_actable(&name).is_ok() && demand_actable(&group).is_ok();

        let heard = heard(&connection, &person).await;

        assert_eq!(heard.is_some(), may_be_sent, "{person:?}");
        let Some((user, groups)) = heard else { continue };
        accepted += 1;
        assert_eq!(user.as_bytes(), name.as_bytes());
        assert_eq!(
            groups,
            ["before", group.as_str(), "after", "system:authenticated"]
        );
        for name in [user, group] {
            assert!(!name.to_lowercase().trim().starts_with("system:"), "{name:?}");
        }
    }
    assert!(
        accepted > NAMES / 10,
        "only {accepted} of {NAMES} names were accepted"
    );
}
