//! Somebody enlarges the page fourfold, or holds a phone: everything stays within 320 CSS pixels (WCAG 1.4.10).

use journeys::pages::{Step, Wizard, sign_in};
use journeys::{Language, Page, SOON, journey};
use serde_json::json;

use crate::running;

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
        let namespace = journey.cluster.namespace("narrow").await?;
        running::app(&page, running::draft(&namespace, "shop")).await?;
        let app = running::href(&namespace, "shop");
        for view in ["", "?tab=history", "?act=delete"] {
            let path = format!("{app}{view}");
            page.open(&path).await?;
            page.find("#open-in-wizard").await?;
            fits(&page, &path).await?;
        }
        running::open(&page, &app).await?;
        let wizard = running::edit(&page).await?;
        running::change_image(&page, &wizard, "nginx:1.28").await?;
        fits(&page, "changing").await?;
        running::save(&page, &wizard).await?;
        fits(&page, "changed").await?;
        page.press(".wizard-done", "Activity record").await?;
        page.says("h1", "Change shop", SOON).await?;
        fits(&page, "record").await
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
