//! Somebody opens Slipway over a slow line, or has it open while it is updated. The first page does not wait for the
//! others, and a page whose files are gone says what to do.

use anyhow::Context;
use journeys::{Page, SOON, journey};
use serde_json::json;

/// The most bytes, compressed, that are fetched before the apps are asked for.
const MOST: u64 = 208_000;

#[tokio::test]
async fn the_list_of_apps_is_there_before_the_other_pages_are_fetched() {
    journey(
        "the_list_of_apps_is_there_before_the_other_pages_are_fetched",
        async |journey| {
            let page = journey.page();
            page.open(&journey.server.sign_in_link()?).await?;
            page.says("main", "Create app", SOON).await?;
            page.settled().await?;

            let before = page.run(FETCHED_BEFORE_THE_LIST, vec![]).await?;
            let before = before.as_u64().context("no number")?;
            assert!((1..=MOST).contains(&before), "{before} bytes");
            page.holds("the other pages are fetched by themselves", SOON, PARTS_ARE_HERE)
                .await?;
            page.quiet_but_for(&["401"]).await
        },
    )
    .await;
}

#[tokio::test]
async fn a_page_whose_files_are_gone_comes_back_by_reloading() {
    journey(
        "a_page_whose_files_are_gone_comes_back_by_reloading",
        async |journey| {
            let page = journey.page();
            let updated = page
                .devtools(
                    "Page.addScriptToEvaluateOnNewDocument",
                    json!({ "source": UPDATED }),
                )
                .await?;
            page.open(&journey.server.sign_in_link()?).await?;
            page.says("main", "Create app", SOON).await?;
            // The two parts, and what they share.
            refused(&page, 3).await?;

            page.press("nav", "Drafts").await?;
            page.says("main", "This page could not be loaded", SOON).await?;
            refused(&page, 5).await?;
            page.is_sound("part-missing").await?;
            page.press("nav", "Apps").await?;
            page.says("main h1", "Apps", SOON).await?;
            page.press("nav", "Create app").await?;
            page.says("main", "This page could not be loaded", SOON).await?;
            refused(&page, 7).await?;

            page.devtools("Page.removeScriptToEvaluateOnNewDocument", updated)
                .await?;
            page.press("main", "Reload the page").await?;
            page.field("basics.name").await?;
            page.quiet().await
        },
    )
    .await;
}

/// Waits until so many files were asked for in vain. The browser itself says that they are not there, and the script that
/// fetches them why; nothing else is wrong.
async fn refused(page: &Page, files: u64) -> anyhow::Result<()> {
    let asked = format!("{REFUSED} >= {files}");
    page.holds("the files were asked for in vain", SOON, &asked)
        .await?;
    let complaints = page.complaints().await?;
    let expected = |text: &String| ["401", "404", "TypeError"].iter().any(|sign| text.contains(sign));
    assert!(complaints.iter().all(expected), "{complaints:#?}");
    Ok(())
}

/// The size of the page and of every file that was asked for before the apps were.
const FETCHED_BEFORE_THE_LIST: &str = r"
    const fetched = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const list = fetched.find(({ name }) => /\/apps(\?|$)/.test(name) && name.includes('/api/'));
    return fetched.filter(({ name, startTime }) => !name.includes('/api/') && startTime < list.startTime)
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
";

const PARTS_ARE_HERE: &str = r"
    const fetched = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm'));
    return fetched.length > 2 && fetched.every(({ responseEnd }) => responseEnd > 0);
";

/// After an update the server has none of the files that the page knows, but for those it has loaded. Refusals are counted
/// here: nobody reads the body of one that no cache may keep, so the browser has no timing of it.
const UPDATED: &str = r"{
    const fetch = window.fetch;
    window.refusedFiles = 0;
    window.fetch = (what, ...how) => /(split|chunk)_.*\.wasm$/.test(what)
        ? fetch('/assets/gone.wasm', ...how).finally(() => { window.refusedFiles += 1; })
        : fetch(what, ...how);
}";

const REFUSED: &str = "return window.refusedFiles";
