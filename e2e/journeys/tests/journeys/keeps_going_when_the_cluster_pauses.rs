//! The API server falls silent: pages say that they are stale, and recover by themselves.

use journeys::pages::sign_in;
use journeys::{Journey, LONG, SOON, Settings};
use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::api::PostParams;
use local_cluster::{Cluster, Options};
use serde_json::json;

#[tokio::test]
async fn keeps_going_when_the_cluster_pauses() {
    let options = Options {
        metrics: false,
        virtual_node: false,
        nodes: 1,
        ..Options::default()
    };
    let cluster = Cluster::start(options).await.unwrap();
    let plain = Settings::default();
    Journey::on(
        "keeps_going_when_the_cluster_pauses",
        plain,
        Some(&cluster),
        async |journey| {
            let page = journey.page();
            sign_in(journey, &page).await?;
            create(journey.cluster, "before").await?;
            page.open("/c/local/apps").await?;
            page.says("main", "before", SOON).await?;

            journey.cluster.pause_api_server().await?;
            page.says("main", "may be out of date", LONG).await?;
            let shown = page.text("main").await?;
            assert!(shown.contains("before"), "what is known stays in sight: {shown}");
            page.is_sound("apps-stale").await?;
            journey.cluster.resume_api_server().await?;

            create(journey.cluster, "after").await?;
            page.says("main", "after", LONG).await?;
            page.holds(
                "nothing is called stale any more",
                LONG,
                "return !document.body.innerText.includes('may be out of date')",
            )
            .await?;
            assert!(!journey.server.log().contains("panicked"));
            Ok(())
        },
    )
    .await;
    cluster.stop().await.unwrap();
}

async fn create(cluster: &Cluster, name: &str) -> anyhow::Result<()> {
    let labels = json!({ "app": name });
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": { "name": name },
        "spec": {
            "replicas": 1,
            "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": { "containers": [{ "name": "main", "image": "nginx:1.27" }] } },
        },
    }))?;
    let deployments: Api<Deployment> = Api::namespaced(cluster.client().await?, "default");
    deployments.create(&PostParams::default(), &deployment).await?;
    Ok(())
}
