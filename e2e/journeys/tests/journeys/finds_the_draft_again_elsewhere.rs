//! Somebody goes on elsewhere: in another browser, and in two tabs at once. Nothing is overwritten silently.

use journeys::pages::{Wizard, sign_in};
use journeys::{SOON, journey};

#[tokio::test]
async fn finds_the_draft_again_elsewhere() {
    journey("finds_the_draft_again_elsewhere", async |journey| {
        let here = journey.page();
        sign_in(journey, &here).await?;
        let wizard = Wizard::begin(&here, &journey.server).await?;
        here.fill("basics.name", "half-done").await?;
        wizard.saved().await?;

        let elsewhere = journey.another_browser("elsewhere").await?;
        let there = elsewhere.page();
        sign_in(journey, &there).await?;
        there.open("/drafts").await?;
        let listed = there.says("main", "half-done", SOON).await?;
        assert!(!listed.contains("by local"), "one user needs no name: {listed}");
        there.is_sound("drafts").await?;
        there.press("main", "half-done").await?;
        let again = Wizard::opened(&there).await?;
        assert_eq!(there.value("basics.name").await?, "half-done");
        assert_eq!(again.draft().await?, wizard.draft().await?);
        there.fill("basics.replicas", "3").await?;
        again.saved().await?;
        there.quiet().await?;
        elsewhere.end().await
    })
    .await;
}

#[tokio::test]
async fn two_tabs_never_overwrite_each_other_silently() {
    journey("two_tabs_never_overwrite_each_other_silently", async |journey| {
        let page = journey.page();
        sign_in(journey, &page).await?;
        let wizard = Wizard::begin(&page, &journey.server).await?;
        page.fill("basics.name", "both").await?;
        wizard.saved().await?;
        let draft = wizard.draft().await?;
        journey.browser.new_tab().await?;
        let wizard = Wizard::reopen(&page, &draft).await?;
        page.fill("basics.name", "second").await?;
        wizard.saved().await?;

        journey.browser.show_tab(0).await?;
        page.fill("basics.replicas", "7").await?;
        wizard.conflicts().await?;
        assert_eq!(
            wizard.stored_at("basics.name").await?,
            "second",
            "what the other tab saved stands"
        );
        assert_eq!(
            page.value("basics.replicas").await?,
            "7",
            "what was typed here is still here"
        );
        page.quiet_but_for(&["412"]).await?;
        page.is_sound("wizard-conflict").await?;
        wizard.take_theirs().await?;
        assert_eq!(page.value("basics.name").await?, "second");
        assert_eq!(page.value("basics.replicas").await?, "2");

        journey.browser.show_tab(1).await?;
        page.fill("basics.name", "third").await?;
        wizard.saved().await?;
        journey.browser.show_tab(0).await?;
        page.fill("basics.name", "mine").await?;
        wizard.conflicts().await?;
        wizard.keep_mine().await?;
        wizard.saved().await?;
        assert_eq!(wizard.stored_at("basics.name").await?, "mine");
        page.quiet_but_for(&["412"]).await
    })
    .await;
}

/// What was typed after somebody deleted the draft is in this browser only, and is found there again.
#[tokio::test]
async fn what_was_typed_into_a_draft_that_is_gone_is_found_again() {
    journey("a_draft_that_is_gone", async |journey| {
        let page = journey.page();
        sign_in(journey, &page).await?;
        let wizard = Wizard::begin(&page, &journey.server).await?;
        page.fill("basics.name", "deleted").await?;
        wizard.saved().await?;
        let path = format!("/api/v1/drafts/{}", wizard.draft().await?);
        let deleted = page.ask("DELETE", &path, serde_json::json!({}), None).await?;
        assert_eq!(deleted.status, 204, "{deleted:?}");
        page.fill("basics.replicas", "7").await?;
        page.says("main", "What you see is only in this browser.", SOON)
            .await?;

        page.reload().await?;

        page.says("main", "What you see is only in this browser.", SOON)
            .await?;
        assert_eq!(page.value("basics.name").await?, "deleted");
        assert_eq!(page.value("basics.replicas").await?, "7");
        page.quiet_but_for(&["404"]).await?;
        page.is_sound("draft-gone").await
    })
    .await;
}
