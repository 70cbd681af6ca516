//! Somebody types wrong values everywhere: each is named at its field, nothing typed is lost, nothing is created.

use journeys::pages::{Step, Wizard, sign_in};
use journeys::{BLANK, Journey, Page, SOON, journey, until};
use serde_json::{Value, json};

use crate::objects;

/// A field, what is typed into it, and what is wrong with that; no code where it is only part of what is wrong elsewhere.
struct Wrong {
    step: Step,
    field: String,
    text: &'static str,
    code: &'static str,
}

impl Wrong {
    fn at(step: Step, row: &str, leaf: &str, text: &'static str, code: &'static str) -> Self {
        Self {
            step,
            field: format!("{row}.{leaf}"),
            text,
            code,
        }
    }
}

#[tokio::test]
async fn is_told_what_is_wrong_at_its_field() {
    journey("is_told_what_is_wrong_at_its_field", async |journey| {
        let namespace = journey.cluster.namespace("wrong").await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        let wizard = Wizard::begin(&page, &journey.server).await?;

        let wrong = type_wrong_values(&page, &wizard, &namespace).await?;

        is_told(&page, &wizard, &wrong).await?;
        page.is_sound("wizard-problems").await?;
        wizard.ask_to_create().await?;
        page.holds_focus("basics.name").await?;
        wizard.saved().await?;
        let draft = wizard.draft().await?;
        page.reload().await?;
        wizard.open().await?;
        nothing_is_lost(&page, &wizard, &wrong).await?;
        start_the_server_anew(journey, &page).await?;
        let wizard = Wizard::reopen(&page, &draft).await?;
        nothing_is_lost(&page, &wizard, &wrong).await?;
        the_server_says_the_same(journey, &page, &draft, &wrong).await?;
        let client = journey.cluster.client().await?;
        assert_eq!(objects::all(&client, &namespace).await?, Vec::<String>::new());
        Ok(())
    })
    .await;
}

async fn type_wrong_values(page: &Page, wizard: &Wizard, namespace: &str) -> anyhow::Result<Vec<Wrong>> {
    page.choose("basics.namespace", namespace).await?;
    let mut wrong = in_basics(wizard).await?;
    fill(page, &wrong).await?;
    for step in [Step::Containers, Step::Advanced] {
        wizard.go(step).await?;
        let more = match step {
            Step::Containers => in_containers(wizard).await?,
            _ => in_advanced(page, wizard).await?,
        };
        fill(page, &more).await?;
        wrong.extend(more);
    }
    Ok(wrong)
}

async fn in_basics(wizard: &Wizard) -> anyhow::Result<Vec<Wrong>> {
    let label = wizard.add_row("basics.labels").await?;
    let wrong = |row, leaf, text, code| Wrong::at(Step::Basics, row, leaf, text, code);
    Ok(vec![
        wrong("basics", "name", "My App", "name_malformed"),
        wrong("basics", "replicas", "two", "not_a_number"),
        wrong(&label, "key", "-team-", "label_key_malformed"),
        wrong(&label, "value", "a!b", "label_value_malformed"),
    ])
}

async fn in_containers(wizard: &Wizard) -> anyhow::Result<Vec<Wrong>> {
    let container = wizard.shown_container().await?;
    let port = wizard.add_row(&format!("{container}.ports")).await?;
    let variable = wizard.add_row(&format!("{container}.env")).await?;
    let wrong = |row, leaf, text, code| Wrong::at(Step::Containers, row, leaf, text, code);
    Ok(vec![
        wrong(&container, "image", "Nginx:", "image_malformed"),
        wrong(&container, "name", "_x", "label_malformed"),
        wrong(&container, "resources.cpu_request", "lots", "quantity_malformed"),
        wrong(
            &container,
            "resources.memory_request",
            "-1Mi",
            "quantity_not_positive",
        ),
        wrong(&port, "name", "HTTP!", "port_name_malformed"),
        wrong(&port, "number", "65536", "port_out_of_range"),
        wrong(&variable, "name", "1=2", "variable_name_malformed"),
    ])
}

async fn in_advanced(page: &Page, wizard: &Wizard) -> anyhow::Result<Vec<Wrong>> {
    let service = wizard.create("services").await?;
    let mapping = wizard.only_row(&format!("{service}.ports")).await?;
    let ingress = wizard.create("ingresses").await?;
    let rule = wizard.only_row(&format!("{ingress}.rules")).await?;
    page.switch("scaling.metric.enabled").await?;
    let metric = wizard.row_appears("scaling.metric.metrics").await?;
    let wrong = |row, leaf, text, code| Wrong::at(Step::Advanced, row, leaf, text, code);
    Ok(vec![
        wrong(&service, "name", "9svc", "name_malformed"),
        wrong(&mapping, "port", "0", "port_out_of_range"),
        wrong(&mapping, "target", "web_", "port_name_malformed"),
        wrong(&ingress, "name", "in_gress", "subdomain_malformed"),
        wrong(&rule, "host", "10.0.0.1", "host_is_address"),
        wrong(&rule, "path", "no/slash", "path_malformed"),
        wrong("scaling.metric", "min", "5", ""),
        wrong("scaling.metric", "max", "2", "min_over_max"),
        wrong(&metric, "utilization", "0", "number_out_of_range"),
    ])
}

async fn fill(page: &Page, wrong: &[Wrong]) -> anyhow::Result<()> {
    for Wrong { field, text, .. } in wrong {
        page.fill(field, text).await?;
    }
    Ok(())
}

/// Every wrong field says so: in words under it, and to those who hear the page.
async fn is_told(page: &Page, wizard: &Wizard, wrong: &[Wrong]) -> anyhow::Result<()> {
    for step in [Step::Basics, Step::Containers, Step::Advanced] {
        wizard.go(step).await?;
        for Wrong { field, text, .. } in wrong
            .iter()
            .filter(|wrong| wrong.step == step && !wrong.code.is_empty())
        {
            page.field(field).await?;
            page.run(
                "document.getElementById(arguments[0]).focus(); document.activeElement.blur()",
                vec![json!(field)],
            )
            .await?;
            let remark = wizard.remark(field).await?;
            assert!(
                remark.chars().count() > 8,
                "{field} with {text:?} says only {remark:?}"
            );
            let heard = page.run(HEARD, vec![json!(field)]).await?;
            assert_eq!(heard, json!(["true", true]), "{field} with {text:?}");
        }
    }
    Ok(())
}

const HEARD: &str = r#"
    const field = document.getElementById(arguments[0]);
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ");
    return [field.getAttribute("aria-invalid"), described.includes(`${arguments[0]}-remark`)];
"#;

async fn nothing_is_lost(page: &Page, wizard: &Wizard, wrong: &[Wrong]) -> anyhow::Result<()> {
    for step in [Step::Basics, Step::Containers, Step::Advanced] {
        wizard.go(step).await?;
        if step == Step::Advanced {
            wizard.unfold().await?;
        }
        for Wrong { field, text, .. } in wrong.iter().filter(|wrong| wrong.step == step) {
            assert_eq!(page.value(field).await?, *text, "{field}");
        }
    }
    Ok(())
}

async fn start_the_server_anew(journey: &Journey<'_>, page: &Page) -> anyhow::Result<()> {
    page.open(BLANK).await?;
    journey.server.stop().await?;
    journey.server.start_again().await?;
    page.open("/drafts").await?;
    page.settled().await
}

/// The server names the same fields with the expected codes, and refuses to create anything.
async fn the_server_says_the_same(
    _: &Journey<'_>,
    page: &Page,
    draft: &str,
    wrong: &[Wrong],
) -> anyhow::Result<()> {
    let plan = until("the server judges the draft", SOON, async || {
        Ok(Some(page.read(&format!("/api/v1/drafts/{draft}/plan")).await?))
    })
    .await?;
    let said: Vec<(&str, &str)> = plan["issues"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|issue| Some((issue["field"].as_str()?, issue["code"].as_str()?)))
        .collect();
    for Wrong { field, code, .. } in wrong.iter().filter(|wrong| !wrong.code.is_empty()) {
        assert!(
            said.contains(&(field, code)),
            "{field}: {code} is not among {said:#?}"
        );
    }
    assert_eq!(plan["objects"], json!([]));

    let revision = plan["revision"].as_u64().unwrap_or_default();
    let headers = json!({ "If-Match": format!("\"{revision}\""), "Idempotency-Key": "wrong-everywhere" });
    let answer = page
        .ask(
            "POST",
            &format!("/api/v1/drafts/{draft}/operations"),
            headers,
            Some(json!({})),
        )
        .await?;
    assert_eq!(answer.status, 422, "{answer:?}");
    let problem: Value = serde_json::from_str(&answer.body)?;
    assert_eq!(problem["issues"], plan["issues"]);
    page.quiet_but_for(&["422"]).await
}
