//! What we find good, the server accepts without a word.

use std::collections::BTreeSet;

use futures::future::join_all;
use slipway_backend::preflight::{FieldMap, pod_of};
use slipway_plan::PlannedObject;

use crate::case::Case;
use crate::finding::Finding;
use crate::server::Server;

/// Everything the server has to say against a case.
pub async fn check(server: &Server, case: &Case) -> anyhow::Result<Vec<Finding>> {
    let mut findings = twins(case);
    let asked = case.plan.made().map(|object| one(server, case, object));
    for found in join_all(asked).await {
        findings.extend(found?);
    }
    Ok(findings)
}

/// As created, as applied later, and the pods it would have.
pub async fn one(server: &Server, case: &Case, object: &PlannedObject) -> anyhow::Result<Vec<Finding>> {
    let (key, fields) = (&object.key, FieldMap::of(&case.app, object));
    let created = server.create(key, object.first_body().value()).await?;
    let mut findings = Finding::of_answer(&created, key, (&fields, &case.issues), "creation");
    if findings.is_empty() {
        let applied = server.apply(key, object.body.value()).await?;
        findings.extend(Finding::of_answer(
            &applied,
            key,
            (&fields, &case.issues),
            "application",
        ));
        if let Some((key, pod)) = pod_of(object) {
            let answer = server.create(&key, &pod).await?;
            findings.extend(Finding::of_answer(
                &answer,
                &key,
                (&fields.of_pod(), &case.issues),
                "creation",
            ));
        }
    }
    Ok(findings)
}

/// Two objects of one name: each would be accepted alone, and together they would not.
fn twins(case: &Case) -> Vec<Finding> {
    let mut keys = BTreeSet::new();
    let again = case.plan.made().filter(|object| !keys.insert(&object.key));
    again
        .map(|object| Finding {
            field: slipway_model::arbitrary::pattern(FieldMap::of(&case.app, object).name()),
            words: format!("two objects of kind {} have one name", object.key.kind),
            detail: object.key.to_string(),
        })
        .collect()
}
