//! Somebody has changed an app past Slipway: what and who is shown, and it is put back, or taken into a draft.

use journeys::pages::{Wizard, sign_in};
use journeys::{LONG, SOON, journey};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use kube::api::DeleteParams;
use serde_json::json;

use crate::objects::object;
use crate::{running, somebody_else};

#[tokio::test]
async fn puts_back_what_was_changed_outside() {
    journey("puts_back_what_was_changed_outside", async |journey| {
        let namespace = journey.cluster.namespace("puts-back").await?;
        let client = journey.cluster.client().await?;
        let (page, href) = (journey.page(), running::href(&namespace, "shop"));
        let shop = (namespace.as_str(), "shop");
        sign_in(journey, &page).await?;
        running::app(&page, running::draft(&namespace, "shop")).await?;
        assert!(!page.has("#put-back-drift").await?, "nothing was changed yet");
        somebody_else::sets_the_image(&client, shop, "nginx:theirs").await?;
        somebody_else::scales(&client, shop, 3).await?;
        let services: Api<Service> = Api::namespaced(client.clone(), &namespace);
        services.delete("shop-svc", &DeleteParams::default()).await?;

        running::open(&page, &href).await?;
        page.click(".app-drift summary").await?;
        let told = page.says("main", "nginx:theirs", SOON).await?;
        assert!(
            told.contains("kubectl-edit") && told.contains("is gone"),
            "{told}"
        );
        page.is_sound("app-drift").await?;
        page.click("#put-back-drift").await?;
        page.says("#put-back", "nginx:theirs", SOON).await?;
        page.is_sound("app-put-back").await?;

        // Somebody writes once more while the question is open.
        somebody_else::sets_the_image(&client, shop, "nginx:newer").await?;
        page.press("#put-back", "Put back").await?;
        page.says("main", "Nothing was put back", SOON).await?;
        page.says("main", "nginx:newer", SOON).await?;
        page.quiet_but_for(&["409"]).await?;
        page.is_sound("app-put-back-outdated").await?;
        page.click("#put-back-drift").await?;
        page.press("#put-back", "Put back").await?;
        page.says("main", "Every object is as it was", LONG).await?;
        page.is_sound("activity-put-back").await?;

        let back = object::<Deployment>(&client, &namespace, "shop").await?;
        assert_eq!(running::image(&back), &json!("nginx:1.27"));
        assert_eq!(back["spec"]["replicas"], json!(1));
        object::<Service>(&client, &namespace, "shop-svc").await?;
        running::open(&page, &href).await?;
        running::history(&page).await?;
        page.says("main", "put back to 1", SOON).await?;
        assert!(!page.has("#put-back-drift").await?, "nothing is left");
        page.is_sound("app-history-put-back").await
    })
    .await;
}

#[tokio::test]
async fn takes_what_was_changed_outside_into_a_draft() {
    journey("takes_what_was_changed_outside_into_a_draft", async |journey| {
        let namespace = journey.cluster.namespace("takes-in").await?;
        let client = journey.cluster.client().await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        running::app(&page, running::draft(&namespace, "shop")).await?;
        somebody_else::sets_the_image(&client, (&namespace, "shop"), "nginx:theirs").await?;

        running::open(&page, &running::href(&namespace, "shop")).await?;
        page.click("#take-drift").await?;
        let wizard = Wizard::opened(&page).await?;
        page.says("#review", "nginx:theirs", SOON).await?;
        page.is_sound("wizard-took-in").await?;
        running::save(&page, &wizard).await?;

        running::open(&page, &running::href(&namespace, "shop")).await?;
        assert!(!page.has("#put-back-drift").await?, "it is what was wanted now");
        Ok(())
    })
    .await;
}
