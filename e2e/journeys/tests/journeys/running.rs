//! An app that runs, for journeys about what comes after creating it.

use journeys::pages::{Step, Wizard};
use journeys::{LONG, Page, SOON};
use serde_json::{Value, json};

/// One pod of nginx behind a Service.
pub(crate) fn draft(namespace: &str, name: &str) -> Value {
    json!({
        "format": 1,
        "basics": { "namespace": namespace, "name": name, "kind": "Deployment", "replicas": "1" },
        "containers": [{
            "image": "nginx:1.27",
            "resources": { "cpu_request": "100m", "memory_request": "128Mi" },
            "ports": [{ "number": "80" }],
        }],
        "services": [{ "name": format!("{name}-svc"), "ports": [{ "port": "80", "target": "80" }] }],
    })
}

/// Creates the app of a draft and opens its page.
pub(crate) async fn app(page: &Page, draft: Value) -> anyhow::Result<()> {
    let text = |field: &str| draft["basics"][field].as_str().unwrap_or_default().to_owned();
    let href = href(&text("namespace"), &text("name"));
    created(page, draft).await?;
    // A page of an app that has not appeared yet says that it is not there.
    let appeared =
        "return !document.querySelector('.wizard-done').innerText.includes('Looking for the pods')";
    page.holds("the app has appeared", LONG, appeared).await?;
    open(page, &href).await
}

/// Creates the app of a draft.
pub(crate) async fn created(page: &Page, draft: Value) -> anyhow::Result<()> {
    let body = json!({ "cluster": "local", "content": draft });
    let answer = page.ask("POST", "/api/v1/drafts", json!({}), Some(body)).await?;
    anyhow::ensure!(answer.status == 201, "{answer:?}");
    let view: Value = serde_json::from_str(&answer.body)?;
    let wizard = Wizard::reopen(page, view["id"].as_str().unwrap_or_default()).await?;
    wizard.ask_to_create().await?;
    wizard.is_created(LONG).await
}

/// The address of an app's page.
pub(crate) fn href(namespace: &str, name: &str) -> String {
    format!("/c/local/apps/{namespace}/deployment/{name}")
}

/// Opens the page of an app that is there.
pub(crate) async fn open(page: &Page, href: &str) -> anyhow::Result<()> {
    page.open(href).await?;
    page.find("#open-in-wizard").await?;
    page.settled().await
}

/// Opens the app of the page in the wizard.
pub(crate) async fn edit(page: &Page) -> anyhow::Result<Wizard> {
    page.click("#open-in-wizard").await?;
    Wizard::opened(page).await
}

/// Types another image.
pub(crate) async fn change_image(page: &Page, wizard: &Wizard, image: &str) -> anyhow::Result<()> {
    wizard.go(Step::Containers).await?;
    let container = wizard.shown_container().await?;
    page.fill(&format!("{container}.image"), image).await?;
    wizard.saved().await
}

/// Saves the changes and waits until they are made.
pub(crate) async fn save(page: &Page, wizard: &Wizard) -> anyhow::Result<()> {
    wizard.ask_to_create().await?;
    is_saved(page, wizard).await
}

/// Waits until the changes are made.
pub(crate) async fn is_saved(page: &Page, wizard: &Wizard) -> anyhow::Result<()> {
    wizard.is_at(Step::Done).await?;
    page.says(".wizard-done", "Every object is as the new revision says", LONG)
        .await?;
    Ok(())
}

/// The image in the cluster.
pub(crate) fn image(deployment: &Value) -> &Value {
    &deployment["spec"]["template"]["spec"]["containers"][0]["image"]
}

/// Opens the history on the page of an app.
pub(crate) async fn history(page: &Page) -> anyhow::Result<()> {
    page.press("main", "History").await?;
    page.says("main", "Changed fields", SOON).await?;
    page.settled().await
}
