//! The server is killed while it creates an app: the page recovers, and every object is there once.

use journeys::pages::{Wizard, sign_in};
use journeys::{Journey, LONG, Settings, until};

use crate::{guide, objects};

#[tokio::test]
async fn survives_the_server_being_killed() {
    // The Service is there, the Deployment is about to be sent.
    let settings = Settings {
        park_at: Some("sent:1"),
        ..Settings::default()
    };
    Journey::on(
        "survives_the_server_being_killed",
        settings,
        None,
        async |journey| {
            let namespace = journey.cluster.namespace("killed").await?;
            let page = journey.page();
            sign_in(journey, &page).await?;
            let draft = guide::stored(&page, &namespace, "phoenix").await?;
            let wizard = Wizard::reopen(&page, &draft).await?;
            wizard.ask_to_create().await?;
            until("the runner is parked", LONG, async || {
                Ok(journey.server.log().contains("parked at sent:1").then_some(()))
            })
            .await?;

            journey.server.kill().await?;
            journey.server.start_again().await?;

            wizard.is_created(LONG).await?;
            wizard.is_running(LONG).await?;
            page.quiet_but_for(&[
                "ERR_CONNECTION_REFUSED",
                "ERR_INCOMPLETE_CHUNKED_ENCODING",
                "ERR_CONNECTION_RESET",
                "ERR_EMPTY_RESPONSE",
            ])
            .await?;
            let client = journey.cluster.client().await?;
            assert_eq!(
                objects::all(&client, &namespace).await?,
                [
                    "Service phoenix-svc",
                    "Deployment phoenix",
                    "HorizontalPodAutoscaler phoenix",
                    "Ingress phoenix-ingress"
                ]
            );
            each_was_created_once(journey, &namespace)
        },
    )
    .await;
}

fn each_was_created_once(journey: &Journey<'_>, namespace: &str) -> anyhow::Result<()> {
    let entries = journey.cluster.audit()?;
    let created: Vec<String> = entries
        .iter()
        .filter(|entry| {
            entry.object_ref.namespace == namespace
                && entry.verb == "create"
                && !entry.request_uri.contains("dryRun")
        })
        .filter(|entry| entry.user_agent.starts_with("slipway"))
        .filter(|entry| entry.response_status.code == 201)
        .map(|entry| entry.object_ref.resource.clone())
        .collect();
    assert_eq!(
        created,
        ["services", "deployments", "horizontalpodautoscalers", "ingresses"]
    );
    Ok(())
}
