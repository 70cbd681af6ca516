//! Somebody looks into every corner: the pages that no other journey stays on are sound too, empty and with something on.

use journeys::pages::{Wizard, sign_in};
use journeys::{Journey, LONG, SOON, journey};
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use kube::api::PostParams;
use serde_json::json;

use crate::guide;

#[tokio::test]
async fn reads_every_page() {
    journey("reads_every_page", async |journey| {
        let namespace = journey.cluster.namespace("pages").await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        for (path, name) in [
            ("/operations", "activity-empty"),
            ("/drafts", "drafts-empty"),
            ("/clusters", "clusters"),
            ("/settings", "settings"),
            ("/nowhere", "lost"),
        ] {
            page.open(path).await?;
            page.is_sound(name).await?;
        }

        let draft = guide::stored(&page, &namespace, "corner").await?;
        let wizard = Wizard::reopen(&page, &draft).await?;
        page.says("#review", "corner-svc", SOON).await?;
        wizard.ask_to_create().await?;
        wizard.is_created(LONG).await?;

        page.open("/operations").await?;
        page.says("main", "Create corner", SOON).await?;
        assert!(!page.has("td[data-label='By']").await?, "one user needs no name");
        page.is_sound("activity").await?;
        page.press("main", "Create corner").await?;
        page.says("main", "corner-svc", SOON).await?;
        page.is_sound("activity-record").await?;
        page.open("/c/local/apps").await?;
        page.says("main", "corner", SOON).await?;
        page.is_sound("apps").await
    })
    .await;
}

/// The review leads with what stands in the way, without anybody asking for it, and says why there is nothing else.
#[tokio::test]
async fn is_shown_problems_before_anything_else() {
    journey("is_shown_problems_before_anything_else", async |journey| {
        let namespace = journey.cluster.namespace("taken").await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        Wizard::begin(&page, &journey.server).await?;
        page.find("#review .wizard-problem--error").await?;
        page.press("#review", "Objects").await?;
        page.says("#review", "Problems to solve first: 2", SOON).await?;
        page.is_sound("wizard-nothing-yet").await?;
        page.press("#review", "Show the problems").await?;
        page.holds_focus("side-problems").await?;

        service_of_somebody_else(journey, &namespace, "corner-svc").await?;
        let draft = guide::stored(&page, &namespace, "corner").await?;
        let wizard = Wizard::reopen(&page, &draft).await?;
        page.find("#review .wizard-object").await?;
        wizard.ask_to_create().await?;
        page.find("#review .wizard-problem--error").await?;
        page.quiet_but_for(&["409"]).await?;
        page.is_sound("wizard-taken").await
    })
    .await;
}

async fn service_of_somebody_else(journey: &Journey<'_>, namespace: &str, name: &str) -> anyhow::Result<()> {
    let services: Api<Service> = Api::namespaced(journey.cluster.client().await?, namespace);
    let theirs = json!({ "metadata": { "name": name }, "spec": { "ports": [{ "port": 80 }] } });
    services
        .create(&PostParams::default(), &serde_json::from_value(theirs)?)
        .await?;
    Ok(())
}
