//! Somebody types into a new form while the server makes the draft: the field stays, and so does every key.

use std::time::Duration;

use journeys::pages::{Wizard, sign_in};
use journeys::{Page, Server, journey};

/// What answers of the server take: at once, as over a mobile network, and as over a bad one.
const LATENCIES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(300),
    Duration::from_millis(1500),
];

#[tokio::test]
async fn types_on_while_the_draft_is_first_saved() {
    journey("types_on_while_the_draft_is_first_saved", async |journey| {
        let page = journey.page();
        sign_in(journey, &page).await?;
        for latency in LATENCIES {
            page.delay_answers(Duration::ZERO).await?;
            pauses_after_the_first_letters(&page, &journey.server, latency).await?;
            page.delay_answers(Duration::ZERO).await?;
            chooses_the_namespace_first(&page, &journey.server, latency).await?;
        }
        Ok(())
    })
    .await;
}

/// The pause makes the first save leave; its answer arrives at rest, and then the name is typed to its end.
async fn pauses_after_the_first_letters(
    page: &Page,
    server: &Server,
    latency: Duration,
) -> anyhow::Result<()> {
    let wizard = Wizard::begin(page, server).await?;
    page.delay_answers(latency).await?;
    page.field("basics.name").await?.click().await?;
    page.type_on("basics.name", "", "my").await?;
    wizard.saved().await?;
    page.is_typing("basics.name", "my").await?;
    page.type_on("basics.name", "my", "-first-app").await?;
    wizard.saved().await?;
    page.is_typing("basics.name", "my-first-app").await?;
    anyhow::ensure!(wizard.stored_at("basics.name").await? == "my-first-app");
    Ok(())
}

/// Leaving the namespace makes the first save leave at once; its answer arrives in the middle of the name.
async fn chooses_the_namespace_first(page: &Page, server: &Server, latency: Duration) -> anyhow::Result<()> {
    let wizard = Wizard::begin(page, server).await?;
    page.delay_answers(latency).await?;
    page.choose("basics.namespace", "kube-public").await?;
    page.field("basics.name").await?.click().await?;
    page.type_on("basics.name", "", "typed-without-a-pause").await?;
    wizard.saved().await?;
    page.is_typing("basics.name", "typed-without-a-pause").await?;
    anyhow::ensure!(wizard.stored_at("basics.name").await? == "typed-without-a-pause");
    Ok(())
}
