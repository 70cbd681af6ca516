//! Somebody learns that a refused app could not be taken back whole, what of it is left, and who could remove it.

use journeys::pages::{Wizard, sign_in};
use journeys::{LONG, SOON, journey, until};
use k8s_openapi::api::admissionregistration::v1::{
    ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding,
};
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{DeleteParams, PostParams};
use kube::{Api, Client};
use serde_json::json;

use crate::{guide, objects};

/// Lets no Ingress be made in a namespace, and no Service be deleted, but only in earnest: dry runs pass.
async fn strict(client: &Client, namespace: &str) -> anyhow::Result<()> {
    let rule = |group: &str, resource: &str, operation: &str| json!({ "apiGroups": [group], "apiVersions": ["v1"], "operations": [operation], "resources": [resource] });
    let policy = json!({
        "metadata": { "name": namespace },
        "spec": {
            "matchConstraints": {
                "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": namespace } },
                "resourceRules": [
                    rule("networking.k8s.io", "ingresses", "CREATE"), rule("", "services", "DELETE"),
                ],
            },
            "validations": [{
                "expression": "has(request.dryRun) && request.dryRun",
                "message": "not on a Friday",
            }],
        },
    });
    let binding = json!({ "metadata": { "name": namespace }, "spec": { "policyName": namespace, "validationActions": ["Deny"] } });
    let params = PostParams::default();
    let policies: Api<ValidatingAdmissionPolicy> = Api::all(client.clone());
    policies.create(&params, &serde_json::from_value(policy)?).await?;
    let bindings: Api<ValidatingAdmissionPolicyBinding> = Api::all(client.clone());
    bindings
        .create(&params, &serde_json::from_value(binding)?)
        .await?;
    let probe: Ingress = serde_json::from_value(json!({
        "metadata": { "name": "probe" },
        "spec": { "defaultBackend": { "service": { "name": "none", "port": { "number": 1 } } } },
    }))?;
    let ingresses: Api<Ingress> = Api::namespaced(client.clone(), namespace);
    until("the policy is in effect", SOON, async || {
        if ingresses.create(&params, &probe).await.is_err() {
            return Ok(Some(()));
        }
        ingresses.delete("probe", &DeleteParams::default()).await?;
        Ok(None)
    })
    .await
}

#[tokio::test]
async fn is_told_what_is_left_and_who_could_remove_it() {
    journey("is_told_what_is_left", async |journey| {
        let namespace = journey.cluster.namespace("is-told-left").await?;
        let client = journey.cluster.client().await?;
        strict(&client, &namespace).await?;
        let page = journey.page();
        sign_in(journey, &page).await?;

        let draft = guide::stored(&page, &namespace, "nginx").await?;
        let wizard = Wizard::reopen(&page, &draft).await?;
        wizard.ask_to_create().await?;
        page.says(".wizard-done", "Not everything could be taken back", LONG)
            .await?;
        let told = page.text(".wizard-done").await?;
        for words in [
            "still there: the cluster refuses to delete it",
            "not on a Friday",
            "It can go once what the cluster says here is settled",
            "taken back",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert_eq!(objects::all(&client, &namespace).await?, ["Service nginx-svc"]);
        page.is_sound("wizard-stuck").await?;

        page.click(".wizard-done__links a").await?;
        page.says(
            "main",
            "It can go once what the cluster says here is settled",
            SOON,
        )
        .await?;
        page.is_sound("activity-stuck").await
    })
    .await;
}
