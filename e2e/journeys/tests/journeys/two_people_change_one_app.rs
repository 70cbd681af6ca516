//! Two people change one app at once: what does not collide comes together by one click, what does is asked.

use journeys::pages::{Step, Wizard, sign_in};
use journeys::{Page, SOON, journey};
use k8s_openapi::api::apps::v1::Deployment;
use serde_json::json;

use crate::objects::object;
use crate::running;

#[tokio::test]
async fn two_people_change_one_app() {
    journey("two_people_change_one_app", async |journey| {
        let namespace = journey.cluster.namespace("two-people").await?;
        let client = journey.cluster.client().await?;
        let href = running::href(&namespace, "shop");
        let here = journey.page();
        sign_in(journey, &here).await?;
        running::app(&here, running::draft(&namespace, "shop")).await?;
        let mine = running::edit(&here).await?;

        let elsewhere = journey.another_browser("elsewhere").await?;
        let there = elsewhere.page();
        sign_in(journey, &there).await?;
        running::open(&there, &href).await?;
        let theirs = running::edit(&there).await?;
        there.fill("basics.replicas", "3").await?;
        theirs.saved().await?;
        running::save(&there, &theirs).await?;

        running::change_image(&here, &mine, "nginx:1.28").await?;
        mine.ask_to_create().await?;
        here.says("#merge", "Revision 2 was made since", SOON).await?;
        here.says("#merge", "No field collides", SOON).await?;
        here.quiet_but_for(&["412"]).await?;
        here.is_sound("wizard-merge").await?;
        together(&here).await?;
        running::save(&here, &mine).await?;
        let both = object::<Deployment>(&client, &namespace, "shop").await?;
        assert_eq!(running::image(&both), &json!("nginx:1.28"));
        assert_eq!(both["spec"]["replicas"], json!(3));

        let [mine, theirs] = [again(&here, &href).await?, again(&there, &href).await?];
        running::change_image(&there, &theirs, "nginx:1.29").await?;
        running::save(&there, &theirs).await?;
        running::change_image(&here, &mine, "nginx:1.30").await?;
        mine.ask_to_create().await?;
        here.says("#merge", "Fields to decide: 1", SOON).await?;
        here.quiet_but_for(&["412"]).await?;
        here.is_sound("wizard-merge-collides").await?;
        here.click("#merge-0-mine").await?;
        together(&here).await?;
        running::save(&here, &mine).await?;
        let decided = object::<Deployment>(&client, &namespace, "shop").await?;
        assert_eq!(running::image(&decided), &json!("nginx:1.30"));
        there.quiet().await?;
        elsewhere.end().await
    })
    .await;
}

/// Opens the app as it is now.
async fn again(page: &Page, href: &str) -> anyhow::Result<Wizard> {
    running::open(page, href).await?;
    let wizard = running::edit(page).await?;
    wizard.is_at(Step::Basics).await?;
    Ok(wizard)
}

/// Brings the two versions together.
async fn together(page: &Page) -> anyhow::Result<()> {
    page.press("#merge", "Merge").await?;
    page.holds(
        "the versions are brought together",
        SOON,
        "return document.getElementById('merge') === null",
    )
    .await
}
