//! Somebody enlarges the page fourfold, or holds a phone: everything stays within 320 CSS pixels (WCAG 1.4.10).

use journeys::pages::{Step, Wizard, sign_in};
use journeys::{Language, Page, journey};
use serde_json::json;

#[tokio::test]
async fn reads_everything_on_a_narrow_screen() {
    journey("reads_everything_on_a_narrow_screen", async |journey| {
        let page = journey.page();
        page.resize(320, 640).await?;
        page.open("/").await?;
        fits(&page, "signing in").await?;
        sign_in(journey, &page).await?;

        for path in [
            "/clusters",
            "/c/local/apps",
            "/drafts",
            "/operations",
            "/settings",
        ] {
            page.open(path).await?;
            fits(&page, path).await?;
        }
        let wizard = Wizard::begin(&page, &journey.server).await?;
        fits(&page, "basics").await?;
        for step in [Step::Containers, Step::Advanced] {
            wizard.go(step).await?;
            if step == Step::Advanced {
                wizard.create("services").await?;
                wizard.create("ingresses").await?;
                page.switch("scaling.metric.enabled").await?;
            }
            fits(&page, &format!("{step:?}")).await?;
        }
        Ok(())
    })
    .await;
}

async fn fits(page: &Page, what: &str) -> anyhow::Result<()> {
    page.settled().await?;
    for language in Language::ALL {
        page.speak(language).await?;
        let wide = page.run(TOO_WIDE, vec![]).await?;
        assert_eq!(wide, json!([]), "{what} in {language:?} is wider than the screen");
    }
    page.speak(Language::English).await
}

/// What reaches out of the screen to the right, unless it scrolls in a box of its own, as tables and code may.
const TOO_WIDE: &str = r#"
    if (document.scrollingElement.scrollWidth <= innerWidth) {
        const main = document.querySelector("main");
        if (main.scrollWidth <= main.clientWidth + 1) return [];
    }
    const scrolls = (element) => element && element !== document.body && element.tagName !== "MAIN" &&
        (["auto", "scroll"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    return [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element))
        .slice(0, 8)
        .map((element) => element.outerHTML.slice(0, 160));
"#;
