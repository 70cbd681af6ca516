//! Somebody changes an app that runs: what that does is shown first, and only that is done.

use journeys::pages::sign_in;
use journeys::{SOON, journey};
use k8s_openapi::api::apps::v1::Deployment;
use serde_json::json;

use crate::objects::{marks, object};
use crate::running;

#[tokio::test]
async fn changes_the_image_of_a_running_app() {
    journey("changes_the_image_of_a_running_app", async |journey| {
        let namespace = journey.cluster.namespace("changes").await?;
        let client = journey.cluster.client().await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        running::app(&page, running::draft(&namespace, "shop")).await?;
        let before = object::<Deployment>(&client, &namespace, "shop").await?;

        let wizard = running::edit(&page).await?;
        page.says("h1", "Change shop (opened on revision 1)", SOON)
            .await?;
        assert!(!page.has("input[id='basics.name']").await?, "the name is fixed");
        page.says("#review", "Nothing to change", SOON).await?;
        page.is_sound("wizard-change").await?;
        running::change_image(&page, &wizard, "nginx:1.28").await?;
        page.says("#review", "are replaced by new ones", SOON).await?;
        page.click("#review .app-objects summary").await?;
        page.says("#review .app-diff", "image: nginx:1.28", SOON).await?;
        page.is_sound("wizard-changes").await?;
        running::save(&page, &wizard).await?;
        page.is_sound("wizard-changed").await?;

        let after = object::<Deployment>(&client, &namespace, "shop").await?;
        assert_eq!(running::image(&after), &json!("nginx:1.28"));
        assert_eq!(after["metadata"]["uid"], before["metadata"]["uid"]);
        assert_ne!(marks(&after)?, marks(&before)?);
        page.press(".wizard-done", "Activity record").await?;
        page.says("h1", "Change shop", SOON).await?;
        page.is_sound("activity-change").await?;
        running::open(&page, &running::href(&namespace, "shop")).await?;
        running::history(&page).await?;
        page.says("main", "nginx:1.28", SOON).await?;
        page.is_sound("app-history").await
    })
    .await;
}
