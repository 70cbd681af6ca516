//! Somebody follows the guide: from a typed image to a running app, and everything the guide asks for is in the cluster.

use journeys::pages::{Step, Wizard, sign_in};
use journeys::{LONG, Page, SOON, journey};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use serde_json::{Value, json};

use crate::guide;
use crate::objects::{Marks, marks, object, without};

const MARK: &str = "nginx-ds2n2dznrb";

#[tokio::test]
async fn launches_the_guides_nginx() {
    journey("launches_the_guides_nginx", async |journey| {
        let page = journey.page();
        sign_in(journey, &page).await?;
        page.is_sound("apps-empty").await?;

        let wizard = Wizard::begin(&page, &journey.server).await?;
        guide::basics(&page, "default").await?;
        page.is_sound("wizard-basics").await?;
        wizard.go(Step::Containers).await?;
        guide::container(&page, &wizard).await?;
        page.is_sound("wizard-containers").await?;
        wizard.go(Step::Advanced).await?;
        guide::access(&page, &wizard).await?;
        guide::scaling(&page, &wizard).await?;
        the_review_shows_all(&page).await?;
        page.portrait("wizard").await?;
        page.is_sound("wizard-advanced").await?;
        wizard.ask_to_create().await?;

        wizard.is_created(LONG).await?;
        wizard.is_running(LONG).await?;
        page.is_sound("wizard-done").await?;
        wizard.open_app().await?;
        assert_eq!(page.path().await?, "/c/local/apps/default/deployment/nginx");
        page.says("main", "2 of 2", LONG).await?;
        page.is_sound("app-overview").await?;
        page.press("main", "Pods").await?;
        page.says("main", "Running", SOON).await?;
        page.is_sound("app-pods").await?;
        page.press("main", "Access methods").await?;
        page.says("main", "192.0.2.10 foo.bar.com", LONG).await?;
        let access = page.says("main", "foo.bar.com", SOON).await?;
        assert!(access.contains("nginx-svc"), "{access}");
        assert!(access.contains("nginx-ingress"), "{access}");
        assert!(access.contains("Simulated"), "{access}");
        page.is_sound("app-access").await?;

        let client = journey.cluster.client().await?;
        the_objects_are_as_typed(&client).await?;
        page.press("main", "Overview").await?;
        a_change_leaves_the_reader_where_they_are(&page, &client).await
    })
    .await;
}

/// The cluster changes the app while somebody is about to open its address.
async fn a_change_leaves_the_reader_where_they_are(page: &Page, client: &Client) -> anyhow::Result<()> {
    page.find(".app-facts a.app-endpoint").await?;
    let hold = "window.held = document.querySelector('.app-facts a.app-endpoint'); window.held.focus()";
    page.run(hold, vec![]).await?;

    let labels = json!({ "metadata": { "labels": { "seen-by": "a-reader" } } });
    Api::<Deployment>::namespaced(client.clone(), "default")
        .patch("nginx", &PatchParams::default(), &Patch::Merge(labels))
        .await?;

    page.says("main", "seen-by=a-reader", SOON).await?;
    let stayed = page
        .run("return document.activeElement === window.held", vec![])
        .await?;
    assert_eq!(stayed, json!(true), "the focus is lost");
    Ok(())
}

/// What will be created stands beside the form, in the order it is created, each with its YAML.
async fn the_review_shows_all(page: &Page) -> anyhow::Result<()> {
    let script = r"
        const said = [...document.querySelectorAll('#review .wizard-object summary')].map((line) => line.innerText.trim());
        return said.map((line) => line.split(' ').at(-1)).join(' ') === 'nginx-svc nginx nginx nginx-ingress';
    ";
    page.holds("the review shows all four objects", SOON, script)
        .await?;
    page.press("#review", "Deployment nginx").await?;
    page.says("#review", "image: nginx:1.27", SOON).await?;
    Ok(())
}

async fn the_objects_are_as_typed(client: &Client) -> anyhow::Result<()> {
    let deployment = object::<Deployment>(client, "default", "nginx").await?;
    let service = object::<Service>(client, "default", "nginx-svc").await?;
    let ingress = object::<Ingress>(client, "default", "nginx-ingress").await?;
    let autoscaler = object::<HorizontalPodAutoscaler>(client, "default", "nginx").await?;

    let ours = json!({ "app.kubernetes.io/managed-by": "slipway", "app.kubernetes.io/name": "nginx", "slipway.dev/app": MARK });
    let labels = json!({ "app": "nginx", "app.kubernetes.io/managed-by": "slipway", "app.kubernetes.io/name": "nginx", "slipway.dev/app": MARK });
    assert_eq!(deployment["metadata"]["labels"], labels);
    for object in [&service, &ingress, &autoscaler] {
        assert_eq!(object["metadata"]["labels"], ours);
    }
    assert_eq!(deployment["spec"]["replicas"], json!(2));
    assert_eq!(
        deployment["spec"]["selector"],
        json!({ "matchLabels": { "slipway.dev/app": MARK } })
    );
    assert_eq!(deployment["spec"]["template"]["metadata"]["labels"], labels);
    assert_eq!(
        the_containers(&deployment),
        json!([{
            "name": "nginx",
            "image": "nginx:1.27",
            "ports": [{ "containerPort": 80, "protocol": "TCP" }],
            "resources": { "requests": { "cpu": "100m", "memory": "128Mi" } },
        }])
    );
    assert_eq!(service["spec"]["type"], json!("ClusterIP"));
    assert_eq!(service["spec"]["selector"], json!({ "slipway.dev/app": MARK }));
    assert_eq!(
        service["spec"]["ports"],
        json!([{ "port": 80, "targetPort": 80, "protocol": "TCP" }])
    );
    assert_eq!(
        ingress["spec"],
        json!({
            "ingressClassName": local_cluster::INGRESS_CLASS,
            "rules": [{ "host": "foo.bar.com", "http": { "paths": [{
                "path": "/", "pathType": "Prefix",
                "backend": { "service": { "name": "nginx-svc", "port": { "number": 80 } } },
            }] } }],
        })
    );
    assert_eq!(
        without(&autoscaler["spec"], "behavior"),
        json!({
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "nginx" },
            "minReplicas": 2,
            "maxReplicas": 5,
            "metrics": [{ "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 60 } } }],
        })
    );

    let of_one: Marks = marks(&deployment)?;
    for object in [&service, &ingress, &autoscaler] {
        assert_eq!(marks(object)?, of_one, "one operation made them all");
    }
    Ok(())
}

/// The containers without what the API server adds.
fn the_containers(deployment: &Value) -> Value {
    let mut containers = deployment["spec"]["template"]["spec"]["containers"].clone();
    for added in [
        "imagePullPolicy",
        "terminationMessagePath",
        "terminationMessagePolicy",
    ] {
        containers[0] = without(&containers[0], added);
    }
    containers
}
