//! Somebody opens Slipway, and the browser's strictest policy has nothing against it.

use journeys::{SOON, journey};
use serde_json::json;

#[tokio::test]
async fn mounts_under_the_strict_policy() {
    journey("mounts_under_the_strict_policy", async |journey| {
        let page = journey.page();

        page.open("/").await?;

        page.holds(
            "the page is there",
            SOON,
            "return document.querySelector('main') !== null",
        )
        .await?;
        // Nobody is signed in, and the server says so.
        page.quiet_but_for(&["401"]).await?;
        page.is_sound("sign-in").await
    })
    .await;
}

#[tokio::test]
async fn markup_that_could_run_is_refused() {
    journey("markup_that_could_run_is_refused", async |journey| {
        let page = journey.page();
        page.open("/").await?;
        page.holds("the page is there", SOON, "return document.querySelector('main') !== null").await?;
        let put = async |html: &str| {
            let script = "try { document.createElement('div').innerHTML = arguments[0]; return 'taken' } catch (error) { return error.name }";
            page.run(script, vec![json!(html)]).await
        };

        for harmless in ["<p>text</p>", "<b title='one on two'>x</b>"] {
            assert_eq!(put(harmless).await?, json!("taken"), "{harmless}");
        }
        for running in [
            "<script>1</script>",
            "<SCRIPT src='/x.js'></SCRIPT>",
            "<img src='x' onerror='1'>",
            "<img src=x ONERROR =1>",
            "<svg/onload=1>",
            "<a href='javascript:1'>x</a>",
        ] {
            assert_eq!(put(running).await?, json!("TypeError"), "{running}");
        }
        // The refusals were asked for; each of them is in the console.
        page.complaints().await?;
        Ok(())
    })
    .await;
}
