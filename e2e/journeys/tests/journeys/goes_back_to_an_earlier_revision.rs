//! Somebody compares what an app was with what it is, and goes back.

use journeys::pages::sign_in;
use journeys::{LONG, SOON, journey};
use k8s_openapi::api::apps::v1::Deployment;
use serde_json::json;

use crate::objects::object;
use crate::running;

#[tokio::test]
async fn goes_back_to_an_earlier_revision() {
    journey("goes_back_to_an_earlier_revision", async |journey| {
        let namespace = journey.cluster.namespace("goes-back").await?;
        let client = journey.cluster.client().await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        running::app(&page, running::draft(&namespace, "shop")).await?;
        let wizard = running::edit(&page).await?;
        running::change_image(&page, &wizard, "nginx:1.28").await?;
        running::save(&page, &wizard).await?;

        running::open(&page, &running::href(&namespace, "shop")).await?;
        running::history(&page).await?;
        page.click("#compare-1").await?;
        page.click("#compare-2").await?;
        page.press("main", "Compare the two").await?;
        page.says("main", "From revision 1 to 2", SOON).await?;
        page.says("main", "nginx:1.28", SOON).await?;
        page.click("main .app-objects summary").await?;
        page.is_sound("app-compare").await?;

        page.press("main", "All revisions").await?;
        page.press("main", "Roll back to revision 1").await?;
        page.says("main", "Roll back from revision 2 to 1", SOON).await?;
        page.says("main", "nginx:1.27", SOON).await?;
        page.is_sound("app-roll-back").await?;
        page.click("#roll-back").await?;
        page.says("main", "Every object is as it was", LONG).await?;
        page.is_sound("activity-roll-back").await?;

        let back = object::<Deployment>(&client, &namespace, "shop").await?;
        assert_eq!(running::image(&back), &json!("nginx:1.27"));
        running::open(&page, &running::href(&namespace, "shop")).await?;
        running::history(&page).await?;
        page.says("main", "rolled back to 1", SOON).await?;
        Ok(())
    })
    .await;
}
