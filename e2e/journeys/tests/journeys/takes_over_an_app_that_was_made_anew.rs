//! Somebody has deleted an app and made it anew past Slipway: it is no longer the team's, and the page says so and lets
//! whoever may take it over.

use journeys::pages::sign_in_as;
use journeys::{Journey, Member, Page, SOON, Settings};
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use kube::api::DeleteParams;
use thirtyfour::Key;

use crate::{rights, running, somebody_else};

fn member(name: &str) -> Member {
    Member {
        name: name.to_owned(),
        team: "swift".to_owned(),
    }
}

#[tokio::test]
async fn takes_over_an_app_that_was_made_anew() {
    let [dev, intern] = ["swift-dev", "swift-intern"].map(member);
    let settings = Settings {
        members: vec![dev.clone(), intern.clone()],
        ..Settings::default()
    };
    let name = "takes_over_an_app_that_was_made_anew";
    Journey::on(name, settings, None, async |journey| {
        let namespace = journey.cluster.namespace("takes-over").await?;
        rights::allow(journey.cluster, &namespace, &dev.name, "edit").await?;
        rights::allow(journey.cluster, &namespace, &intern.name, "view").await?;
        let (page, href) = (journey.page(), running::href(&namespace, "shop"));
        sign_in_as(&page, &dev).await?;
        running::app(&page, running::draft(&namespace, "shop")).await?;
        page.says("#overview-panel", "Revision", SOON).await?;
        assert!(!page.has("#take-over-app").await?, "it is the team's");
        page.open("/drafts").await?;
        is_made_anew(journey, &namespace).await?;

        running::open(&page, &href).await?;
        is_not_ours(&page).await?;
        page.is_sound("app-not-ours").await?;
        the_question_is_asked_by_keyboard(&page).await?;
        whoever_may_not_is_told(journey, &intern, &href).await?;

        page.click("#take-over-app").await?;
        page.press("#take-over", "Take over").await?;
        is_ours_again(&page).await?;
        page.is_sound("app-taken-over").await?;
        running::history(&page).await?;
        page.says("#history-panel", "swift-dev", SOON).await?;
        Ok(())
    })
    .await;
}

/// The Deployment is another object with another image, and the Service is gone.
async fn is_made_anew(journey: &Journey<'_>, namespace: &str) -> anyhow::Result<()> {
    let client = journey.cluster.client().await?;
    somebody_else::makes_anew(&client, (namespace, "shop"), "nginx:restored").await?;
    let services: Api<Service> = Api::namespaced(client, namespace);
    services.delete("shop-svc", &DeleteParams::default()).await?;
    Ok(())
}

/// The page says that it is not the team's, and shows nothing that only its marks say.
async fn is_not_ours(page: &Page) -> anyhow::Result<()> {
    page.says("main", "No team here has this object on record", SOON)
        .await?;
    let overview = page.text("#overview-panel").await?;
    assert!(overview.contains("nginx:restored"), "{overview}");
    assert!(!overview.contains("Revision"), "its marks are shown: {overview}");
    assert!(!page.has(".app-summary [title]").await?, "its label is believed");
    Ok(())
}

async fn the_question_is_asked_by_keyboard(page: &Page) -> anyhow::Result<()> {
    page.run("document.getElementById('take-over-app').focus()", vec![])
        .await?;
    page.keys(Key::Enter + "").await?;
    page.says("#take-over", "Take over shop?", SOON).await?;
    page.says("#take-over", "Nothing is written to the cluster", SOON)
        .await?;
    page.is_sound("app-take-over").await?;
    page.keys(Key::Escape + "").await?;
    page.holds_focus("take-over-app").await
}

/// Somebody of the team who may only look, in a browser of their own.
async fn whoever_may_not_is_told(journey: &Journey<'_>, intern: &Member, href: &str) -> anyhow::Result<()> {
    let other = journey.another_browser("intern").await?;
    let page = other.page();
    sign_in_as(&page, intern).await?;
    running::open(&page, href).await?;
    is_not_ours(&page).await?;
    page.click("#take-over-app").await?;
    page.press("#take-over", "Take over").await?;
    page.says("main", "It was not taken over", SOON).await?;
    page.says("main", "You may not change it in this cluster", SOON)
        .await?;
    page.holds_focus("take-over-app").await?;
    page.quiet_but_for(&["403"]).await?;
    page.is_sound("app-take-over-refused").await?;
    is_not_ours(&page).await?;
    other.end().await
}

/// The history goes on, and what is missing or other than it was applied is shown and not made again.
async fn is_ours_again(page: &Page) -> anyhow::Result<()> {
    page.says("main", "This is your team's app now", SOON).await?;
    page.holds_focus("taken-over").await?;
    assert!(!page.has("#take-over-app").await?, "it is the team's");
    page.says("#overview-panel", "Revision", SOON).await?;
    page.find("#put-back-drift").await?;
    page.click(".app-drift summary").await?;
    let told = page.says("main", "is gone", SOON).await?;
    assert!(told.contains("nginx:restored"), "{told}");
    Ok(())
}
