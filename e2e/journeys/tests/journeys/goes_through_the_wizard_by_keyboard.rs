//! Somebody has no mouse: the whole wizard by keys alone, and the focus is always seen and where it should be.

use journeys::pages::{Step, Wizard, sign_in};
use journeys::{Journey, LONG, Page, SOON, journey};
use serde_json::json;
use thirtyfour::Key;

use crate::objects;

/// More than any page has places for the keyboard.
const FAR: usize = 80;

#[tokio::test]
async fn goes_through_the_wizard_by_keyboard() {
    journey("goes_through_the_wizard_by_keyboard", async |journey| {
        let namespace = journey.cluster.namespace("keys").await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        page.open("/").await?;
        let found = "return location.pathname === '/c/local/apps'";
        page.holds("the first page has found its address", SOON, found)
            .await?;
        page.settled().await?;
        page.keys(Key::Tab).await?;
        assert_eq!(focused(&page).await?, "Skip to content");
        page.keys(Key::Enter).await?;
        assert_eq!(
            page.run("return document.activeElement.id", vec![]).await?,
            json!("content")
        );

        let wizard = Wizard::begin(&page, &journey.server).await?;
        page.find("select[id='basics.namespace']").await?;
        tab_to(&page, "basics.namespace").await?;
        page.keys(namespace.as_str()).await?;
        type_into(&page, "basics.name", "keys").await?;
        press(&page, "Next").await?;
        wizard.is_at(Step::Containers).await?;
        assert_eq!(
            focused_id(&page).await?,
            "step-heading",
            "a new step is read from its heading"
        );
        let container = wizard.shown_container().await?;
        type_into(&page, &format!("{container}.image"), "nginx:1.27").await?;
        tab_to(&page, &format!("{container}.ports-add")).await?;
        page.keys(Key::Space).await?;
        let port = wizard.row_appears(&format!("{container}.ports")).await?;
        page.holds_focus(&format!("{port}.number")).await?;
        page.keys("80").await?;
        press(&page, "Next").await?;
        wizard.is_at(Step::Advanced).await?;
        tab_to(&page, "services-create").await?;
        page.keys(Key::Enter).await?;
        let service = wizard.row_appears("services").await?;
        page.holds_focus(&format!("{service}.name")).await?;
        page.keys("keys-svc").await?;
        node_port_by_arrow_keys(&page, &service).await?;
        let mapping = wizard.only_row(&format!("{service}.ports")).await?;
        type_into(&page, &format!("{mapping}.port"), "80").await?;
        press(&page, "Create").await?;

        wizard.is_created(LONG).await?;
        wizard.is_running(LONG).await?;
        created(journey, &namespace).await
    })
    .await;
}

/// Radio buttons: one place for Tab, arrows choose.
async fn node_port_by_arrow_keys(page: &Page, service: &str) -> anyhow::Result<()> {
    tab_to(page, &format!("{service}.kind")).await?;
    page.keys(Key::Down).await?;
    let chosen = page
        .run(
            "return document.activeElement.checked && document.activeElement.id",
            vec![],
        )
        .await?;
    assert_eq!(chosen, json!(format!("{service}.kind-NodePort")));
    Ok(())
}

async fn created(journey: &Journey<'_>, namespace: &str) -> anyhow::Result<()> {
    let client = journey.cluster.client().await?;
    assert_eq!(
        objects::all(&client, namespace).await?,
        ["Service keys-svc", "Deployment keys"]
    );
    let service =
        objects::object::<k8s_openapi::api::core::v1::Service>(&client, namespace, "keys-svc").await?;
    assert_eq!(service["spec"]["type"], json!("NodePort"));
    Ok(())
}

async fn type_into(page: &Page, id: &str, text: &str) -> anyhow::Result<()> {
    tab_to(page, id).await?;
    page.keys(text).await
}

/// Tabs on until the element with this id has the focus; the focus is to be seen everywhere on the way.
async fn tab_to(page: &Page, id: &str) -> anyhow::Result<()> {
    tab_until(
        page,
        &format!("id {id}"),
        "document.activeElement.id === arguments[0]",
        id,
    )
    .await
}

/// Tabs on to the button of this name and presses it.
async fn press(page: &Page, name: &str) -> anyhow::Result<()> {
    tab_until(
        page,
        name,
        "document.activeElement.innerText?.trim() === arguments[0]",
        name,
    )
    .await?;
    page.keys(Key::Enter).await
}

async fn tab_until(page: &Page, what: &str, reached: &str, argument: &str) -> anyhow::Result<()> {
    let mut way = Vec::new();
    for _ in 0..FAR {
        if page
            .run(&format!("return {reached}"), vec![json!(argument)])
            .await?
            == json!(true)
        {
            return Ok(());
        }
        page.keys(Key::Tab).await?;
        way.push(focused(page).await?);
        focus_is_seen(page).await?;
    }
    anyhow::bail!("Tab does not lead to {what}; it leads to {way:#?}")
}

async fn focused(page: &Page) -> anyhow::Result<String> {
    let script = "const e = document.activeElement; return e.getAttribute('aria-label') || e.innerText?.trim() || e.id || e.tagName";
    Ok(page
        .run(script, vec![])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

async fn focused_id(page: &Page) -> anyhow::Result<String> {
    Ok(page
        .run("return document.activeElement.id", vec![])
        .await?
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

/// WCAG 2.4.7 and 2.4.11: what has the focus looks different, and nothing hides it.
async fn focus_is_seen(page: &Page) -> anyhow::Result<()> {
    let hidden = page.run(HIDDEN, vec![]).await?;
    assert_eq!(hidden, json!(null), "the focus cannot be seen");
    Ok(())
}

const HIDDEN: &str = r#"
    const element = document.activeElement;
    if (element === document.body) return null;
    const shown = element.matches("input[type=checkbox], input[type=radio]") ? element.closest("label") ?? element : element;
    const box = shown.getBoundingClientRect();
    const inView = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (!inView) return `out of sight: ${element.outerHTML.slice(0, 200)}`;
    const ringed = (node) => {
        const styles = [null, "::before", "::after"].map((part) => getComputedStyle(node, part));
        return styles.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"
            || (parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none" && style.content !== "none"));
    };
    const around = [element, element.parentElement, element.nextElementSibling].filter(Boolean);
    return around.some(ringed) ? null : `no ring: ${element.outerHTML.slice(0, 200)}`;
"#;
