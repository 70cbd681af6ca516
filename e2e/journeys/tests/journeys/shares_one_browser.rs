//! Several people use one browser, one after the other and in several tabs: nothing of one is shown to, saved for, or done as,
//! another.

use journeys::pages::{Wizard, sign_in_as};
use journeys::{Journey, Member, Page, SOON, Settings, journey};
use serde_json::{Value, json};

/// Two members, each of a team of their own.
fn members() -> [Member; 2] {
    ["falcon", "heron"].map(|team| Member {
        name: format!("{team}-dev"),
        team: team.to_owned(),
    })
}

async fn shared(name: &str, steps: impl AsyncFnOnce(&Journey<'_>, [Member; 2]) -> anyhow::Result<()>) {
    let settings = Settings {
        members: members().to_vec(),
        ..Settings::default()
    };
    Journey::on(name, settings, None, async |journey| {
        steps(journey, members()).await
    })
    .await;
}

/// The session of one member runs out while they type; the next one signs in on the same page.
#[tokio::test]
async fn what_one_member_typed_is_not_given_to_the_next() {
    shared(
        "what_one_member_typed_is_not_given_to_the_next",
        async |journey, [falcon, heron]| {
            let page = journey.page();
            sign_in_as(&page, &falcon).await?;
            Wizard::begin(&page, &journey.server).await?;
            page.driver().delete_all_cookies().await?;
            page.fill("basics.name", "of-falcon").await?;
            page.says(".wizard-notices", "You are signed out", SOON).await?;
            page.press(".wizard-notices", "Sign in").await?;
            page.fill("token", &heron.token()).await?;
            page.press("main", "Sign in").await?;

            is_signed_in(&page, &heron).await?;
            let elsewhere = "return location.pathname === '/c/local/apps'";
            page.holds("the page of falcon is not gone on with", SOON, elsewhere)
                .await?;
            assert_eq!(
                page.read("/api/v1/drafts").await?,
                json!([]),
                "nothing was saved for heron"
            );
            Wizard::begin(&page, &journey.server).await?;
            assert_eq!(
                page.value("basics.name").await?,
                "",
                "heron begins with an empty form"
            );
            sign_out(&page).await?;

            sign_in_as(&page, &falcon).await?;
            let wizard = Wizard::begin(&page, &journey.server).await?;
            assert_eq!(page.value("basics.name").await?, "of-falcon", "falcon goes on");
            wizard.saved().await?;
            assert_eq!(wizard.stored_at("basics.name").await?, "of-falcon");
            page.quiet_but_for(&["401"]).await
        },
    )
    .await;
}

/// Whoever makes somebody open their link would have that person's work done in their own team.
#[tokio::test]
async fn a_link_of_somebody_else_asks_first() {
    shared(
        "a_link_of_somebody_else_asks_first",
        async |journey, [falcon, heron]| {
            let page = journey.page();
            sign_in_as(&page, &falcon).await?;
            let wizard = Wizard::begin(&page, &journey.server).await?;
            page.fill("basics.name", "of-falcon").await?;
            wizard.saved().await?;

            journey.browser.new_tab().await?;
            let link = format!("/sign-in#{}", heron.token());
            page.open(&link).await?;
            page.says("main", "Signed in as falcon-dev", SOON).await?;
            has_no_token(&page).await?;
            page.is_sound("sign-in-other-link").await?;
            page.press("main", "Stay signed in").await?;
            is_signed_in(&page, &falcon).await?;

            page.open(&link).await?;
            page.press("main", "Sign out and use the link").await?;
            is_signed_in(&page, &heron).await?;
            has_no_token(&page).await?;

            journey.browser.show_tab(0).await?;
            is_signed_in(&page, &heron).await?;
            let everything = page.text("body").await?;
            assert!(!everything.contains("of-falcon"), "{everything}");
            assert_eq!(
                page.read("/api/v1/drafts").await?,
                json!([]),
                "nothing was saved for heron"
            );
            page.quiet_but_for(&["401"]).await
        },
    )
    .await;
}

/// The page says that the link is void and names the way to a fresh one; opening that one in the same tab changes only
/// what stands behind `#`.
#[tokio::test]
async fn a_fresh_link_works_in_the_tab_that_refused_the_one_before() {
    journey(
        "a_fresh_link_works_in_the_tab_that_refused_the_one_before",
        async |journey| {
            let page = journey.page();
            page.open("/sign-in#used-long-ago").await?;
            page.says("main [role=alert]", "", SOON).await?;
            page.find("main [role=alert]").await?;
            has_no_token(&page).await?;
            page.quiet_but_for(&["401"]).await?;

            let link = journey.server.sign_in_link()?;
            page.run("location.href = arguments[0]", vec![json!(link)])
                .await?;

            page.find("nav").await?;
            has_no_token(&page).await
        },
    )
    .await;
}

#[tokio::test]
async fn signing_out_in_one_tab_signs_out_the_other() {
    shared(
        "signing_out_in_one_tab_signs_out_the_other",
        async |journey, [falcon, _]| {
            let page = journey.page();
            sign_in_as(&page, &falcon).await?;
            let wizard = Wizard::begin(&page, &journey.server).await?;
            page.fill("basics.name", "of-falcon").await?;
            wizard.saved().await?;
            let draft = wizard.draft().await?;
            page.open("/drafts").await?;
            page.says("main", "of-falcon", SOON).await?;

            journey.browser.new_tab().await?;
            let wizard = Wizard::reopen(&page, &draft).await?;
            saved_elsewhere(&page, &draft).await?;
            page.fill("basics.replicas", "7").await?;
            wizard.conflicts().await?;
            page.quiet_but_for(&["412"]).await?;
            open_account(&page).await?;
            page.click("#sign-out").await?;
            page.says("main", "Sign out and lose unsaved work?", SOON).await?;
            page.says("main", "of-falcon", SOON).await?;
            page.is_sound("sign-out-unsaved").await?;
            page.press("main", "Cancel").await?;
            wizard.conflicts().await?;
            assert_eq!(
                page.value("basics.replicas").await?,
                "7",
                "nothing was lost by asking"
            );
            assert_eq!(kept(&page).await?, 1);

            open_account(&page).await?;
            page.click("#sign-out").await?;
            page.says("main", "of-falcon", SOON).await?;
            page.press("main", "Sign out").await?;
            is_signed_out(&page).await?;
            assert_eq!(kept(&page).await?, 0, "the browser keeps nothing of falcon");
            journey.browser.show_tab(0).await?;
            is_signed_out(&page).await?;
            let everything = page.text("body").await?;
            assert!(!everything.contains("of-falcon"), "{everything}");
            page.quiet_but_for(&["401"]).await
        },
    )
    .await;
}

/// Somebody else ends it, or its time is over: no tab goes on showing what it has.
#[tokio::test]
async fn a_session_that_ends_without_a_word_ends_in_every_tab() {
    shared(
        "a_session_that_ends_without_a_word_ends_in_every_tab",
        async |journey, [falcon, _]| {
            let page = journey.page();
            sign_in_as(&page, &falcon).await?;
            let apps = format!("/c/{}/apps", journey.server.cluster());
            page.open(&apps).await?;
            page.says("main", "No apps", SOON).await?;
            journey.browser.new_tab().await?;
            page.open(&apps).await?;
            page.says("main", "No apps", SOON).await?;

            let ended = page.ask("DELETE", "/api/v1/session", json!({}), None).await?;
            assert_eq!(ended.status, 204, "{ended:?}");

            is_signed_out(&page).await?;
            journey.browser.show_tab(0).await?;
            is_signed_out(&page).await?;
            page.quiet_but_for(&["401"]).await
        },
    )
    .await;
}

async fn open_account(page: &Page) -> anyhow::Result<()> {
    page.click(".app-account__toggle").await
}

async fn sign_out(page: &Page) -> anyhow::Result<()> {
    open_account(page).await?;
    page.click("#sign-out").await?;
    is_signed_out(page).await
}

async fn is_signed_in(page: &Page, member: &Member) -> anyhow::Result<()> {
    page.says(".app-account__who", &member.name, SOON).await?;
    Ok(())
}

async fn is_signed_out(page: &Page) -> anyhow::Result<()> {
    page.find("#token").await?;
    Ok(())
}

async fn has_no_token(page: &Page) -> anyhow::Result<()> {
    let address = page.run("return location.hash", vec![]).await?;
    assert_eq!(address, json!(""), "the token stays in the address bar");
    Ok(())
}

/// Saves the draft as another browser of the same member would.
async fn saved_elsewhere(page: &Page, draft: &str) -> anyhow::Result<()> {
    let path = format!("/api/v1/drafts/{draft}");
    let stored = page.read(&path).await?;
    let mut content = stored["content"].clone();
    content["basics"]["replicas"] = json!("3");
    let headers = json!({ "If-Match": format!("\"{}\"", stored["revision"]) });
    let answer = page
        .ask("PUT", &path, headers, Some(json!({ "content": content })))
        .await?;
    anyhow::ensure!(answer.status == 200, "{answer:?}");
    Ok(())
}

/// How many drafts this browser keeps for whoever is or was signed in.
async fn kept(page: &Page) -> anyhow::Result<u64> {
    let script =
        "return Object.keys(localStorage).filter((key) => /^slipway\\.of\\..*draft/.test(key)).length";
    let count: Value = page.run(script, vec![]).await?;
    Ok(count.as_u64().unwrap_or_default())
}
