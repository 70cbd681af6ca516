//! Somebody types Chinese: nothing is judged, saved or rewritten while the input method composes.

use std::time::Duration;

use journeys::pages::{Step, Wizard, sign_in};
use journeys::{Page, SOON, journey, until};
use serde_json::json;

#[tokio::test]
async fn types_chinese_through_an_input_method() {
    journey("types_chinese_through_an_input_method", async |journey| {
        let page = journey.page();
        sign_in(journey, &page).await?;
        let wizard = Wizard::begin(&page, &journey.server).await?;
        page.fill("basics.name", "greeter").await?;
        wizard.go(Step::Containers).await?;
        let container = wizard.shown_container().await?;
        let variable = wizard.add_row(&format!("{container}.env")).await?;
        page.fill(&format!("{variable}.name"), "GREETING").await?;
        wizard.saved().await?;

        let value = format!("{variable}.value");
        nothing_happens_while_composing(&page, &wizard, &value).await?;
        commit(&page, "你好，世界").await?;
        is_stored(&wizard, &value, "你好，世界").await?;
        assert_eq!(page.value(&value).await?, "你好，世界");

        full_width_digits_are_fixed_by_one_click(&page, &wizard, &container).await?;
        a_name_that_cannot_be_chinese_says_so_and_stays(&page, &wizard).await
    })
    .await;
}

/// Composes for longer than the pause after which the draft is saved.
async fn nothing_happens_while_composing(page: &Page, wizard: &Wizard, field: &str) -> anyhow::Result<()> {
    let before = wizard.stored().await?;
    page.field(field).await?.click().await?;
    for step in ["n", "ni", "ni h", "ni hao", "你好"] {
        compose(page, step).await?;
        assert_eq!(
            page.value(field).await?,
            step,
            "what is being composed is not rewritten"
        );
    }

    let quiet = Duration::from_millis(1500);
    let began = std::time::Instant::now();
    until("a pause twice as long as the one that saves", SOON, async || {
        assert_eq!(
            page.value(field).await?,
            "你好",
            "what is being composed is not rewritten"
        );
        assert_eq!(
            page.text(&format!("[id='{field}-remark']")).await?,
            "",
            "half a word is not judged"
        );
        Ok((began.elapsed() > quiet).then_some(()))
    })
    .await?;
    let now = wizard.stored().await?;
    assert_eq!(now["revision"], before["revision"], "half a word is not saved");
    Ok(())
}

async fn full_width_digits_are_fixed_by_one_click(
    page: &Page,
    wizard: &Wizard,
    container: &str,
) -> anyhow::Result<()> {
    let port = wizard.add_row(&format!("{container}.ports")).await?;
    let number = format!("{port}.number");
    page.field(&number).await?.click().await?;
    commit(page, "８０８０").await?;

    let remark = wizard.remark(&number).await?;
    assert!(remark.contains("8080"), "{remark}");
    is_stored(wizard, &number, "８０８０").await?;
    page.click(&format!("[id='{number}-remark'] button")).await?;

    is_stored(wizard, &number, "8080").await?;
    assert_eq!(page.value(&number).await?, "8080");
    assert_eq!(page.text(&format!("[id='{number}-remark']")).await?.trim(), "");
    Ok(())
}

async fn a_name_that_cannot_be_chinese_says_so_and_stays(page: &Page, wizard: &Wizard) -> anyhow::Result<()> {
    wizard.go(Step::Basics).await?;
    page.fill("basics.name", "").await?;
    compose(page, "yingyong").await?;
    commit(page, "应用").await?;

    page.field("basics.replicas").await?.click().await?;

    wizard.remark("basics.name").await?;
    assert_eq!(page.value("basics.name").await?, "应用");
    is_stored(wizard, "basics.name", "应用").await
}

async fn compose(page: &Page, text: &str) -> anyhow::Result<()> {
    let end = text.encode_utf16().count();
    page.devtools(
        "Input.imeSetComposition",
        json!({ "text": text, "selectionStart": end, "selectionEnd": end }),
    )
    .await?;
    Ok(())
}

async fn commit(page: &Page, text: &str) -> anyhow::Result<()> {
    page.devtools("Input.insertText", json!({ "text": text })).await?;
    Ok(())
}

async fn is_stored(wizard: &Wizard, path: &str, text: &str) -> anyhow::Result<()> {
    until(&format!("{path} is stored as {text:?}"), SOON, async || {
        Ok((wizard.stored_at(path).await? == text).then_some(()))
    })
    .await
}
