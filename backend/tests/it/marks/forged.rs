//! Marks that somebody made up.

use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::json;
use slipway_api::{DraftView, paths};

use super::{a_namespace_of_bank, a_shop_app, history, is_not_blocked};
use crate::stage::{Stage, allow};
use crate::support::Namespace;

#[tokio::test]
async fn a_forged_mark_plants_no_revision_and_skips_no_number() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let bank = stage.app.member_of("bank");
    let elsewhere = a_namespace_of_bank(&stage).await;
    let app_id = stage.deployment("nginx").await["metadata"]["annotations"]["slipway.dev/app-id"].clone();
    let decoy = Namespace::of(&stage.cluster, &elsewhere).await;
    for (name, revision) in [("one", "99"), ("two", "9223372036854775807"), ("three", "-1")] {
        decoy.deployment(name, "decoy:1", 0).await;
        let marks = json!({ "slipway.dev/app-id": app_id, "slipway.dev/revision": revision,
            "slipway.dev/installation": stage.deployment("nginx").await["metadata"]["annotations"]["slipway.dev/installation"] });
        let api: Api<Deployment> = Api::namespaced(stage.kube.clone(), &elsewhere);
        let patch = Patch::Merge(json!({ "metadata": { "annotations": marks } }));
        api.patch(name, &PatchParams::default(), &patch).await.unwrap();

        let at =
            |path: fn(&str, &str, &str, &str) -> String| path(&stage.slug(), &elsewhere, "deployment", name);
        let opened: DraftView = bank.post_empty(&at(paths::app_drafts)).await.json(201);
        assert_eq!(opened.content.origin.unwrap().revision, 1, "{revision}");
        assert_eq!(history(&bank, &at(paths::app_revisions)).await, [1]);
    }

    is_not_blocked(&stage, "nginx:1.28", 2).await;
}

#[tokio::test]
async fn marks_that_another_team_writes_on_the_app_itself_change_nothing() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "edit").await;
    let bank = stage.app.member_of("bank");
    let forged = [
        json!({ "slipway.dev/app-id": "0190b5a8-0000-7000-8000-000000000000", "slipway.dev/revision": "99" }),
        json!({ "slipway.dev/installation": "0190b5a8-0000-7000-8000-000000000001" }),
        json!({ "slipway.dev/app-id": null, "slipway.dev/installation": null, "slipway.dev/revision": null }),
        json!({ "slipway.dev/app-id": "no id at all", "slipway.dev/installation": "" }),
    ];

    for (number, marks) in forged.into_iter().enumerate() {
        let patch = Patch::Merge(json!({ "metadata": { "annotations": marks } }));
        stage
            .api::<Deployment>()
            .patch("nginx", &PatchParams::default(), &patch)
            .await
            .unwrap();

        for path in [paths::app_revisions, paths::app_drift, paths::app_deletion] {
            let problem = bank.get(&stage.of_app("nginx", path)).await.problem(403);
            assert_eq!(problem.code, "app_of_another_team");
        }
        bank.post_empty(&stage.of_app("nginx", paths::app_drafts))
            .await
            .problem(403);
        let numbers = history(&stage.dev(), &stage.of_app("nginx", paths::app_revisions)).await;
        assert_eq!(numbers, [1], "{number}");
    }
    is_not_blocked(&stage, "nginx:1.28", 2).await;
}
