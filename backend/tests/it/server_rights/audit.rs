//! The documented role beside what the server really asks for, as the API server has noted it.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::Api;
use kube::api::PostParams;
use local_cluster::{Audit, AuditEntry, Cluster, Options};
use serde_json::json;
use slipway_api::{CheckState, FactCode, paths};

use super::{checks, everything};
use crate::stage::{Stage, Stands};
use crate::support::{documented_rules, eventually, server_account};

/// A verb, and the group and plural of a kind.
type Right = (String, String, String);

#[tokio::test]
async fn the_documented_role_is_just_what_the_server_uses() {
    let options = Options {
        audit: Audit::Everything,
        nodes: 1,
        metrics: false,
        ..Options::default()
    };
    let cluster = std::sync::Arc::new(Cluster::start(options).await.unwrap());
    serve_gateways(&cluster).await;
    let kubeconfig = server_account(&cluster, "slipway", None).await;
    let stage = Stage::on(Stands::Alone(cluster.clone()), kubeconfig).await;
    bound_claim(&stage).await;
    let draft = stage.draft(everything).await;
    eventually("the apps are listed", async || {
        let answer = stage.dev().get(&paths::apps(&stage.slug())).await;
        (answer.status == 200).then_some(())
    })
    .await;

    let view = checks(&stage.dev(), &draft.id).await;

    for check in &view.checks {
        let facts = check.facts.iter().map(|fact| fact.code);
        assert!(
            !facts.clone().any(|code| code == FactCode::ServerMayNot),
            "{check:?}"
        );
        // Nobody runs metrics-server here, and the claim of the draft is not the person's concern.
        assert_ne!(check.state, CheckState::CouldNotCheck, "{check:?}");
    }
    let documented = documented();
    eventually("everything is in the audit log", async || {
        (used(&cluster.audit().ok()?).len() >= documented.len()).then_some(())
    })
    .await;
    assert_eq!(used(&cluster.audit().unwrap()), documented);
}

/// Everything that the role grants.
fn documented() -> BTreeSet<Right> {
    let mut rights = BTreeSet::new();
    for rule in documented_rules() {
        for group in rule.api_groups.iter().flatten() {
            for resource in rule.resources.iter().flatten() {
                let verbs = rule.verbs.iter();
                rights.extend(verbs.map(|verb| (verb.clone(), group.clone(), resource.clone())));
            }
        }
    }
    rights
}

/// Everything that the server has asked for with rights of its own. What every account may ask is none: about its own rights,
/// and what the API server has.
fn used(entries: &[AuditEntry]) -> BTreeSet<Right> {
    let server = "system:serviceaccount:slipway:slipway";
    let mut rights = BTreeSet::new();
    for entry in entries.iter().filter(|entry| entry.user.username == server) {
        if let Some(person) = &entry.impersonated_user {
            let right = |resource: &str| ("impersonate".to_owned(), String::new(), resource.to_owned());
            rights.insert(right("users"));
            let given = person.groups.iter().any(|group| group != "system:authenticated");
            rights.extend(given.then(|| right("groups")));
            continue;
        }
        let object = &entry.object_ref;
        if !object.resource.is_empty() && object.api_group != "authorization.k8s.io" {
            assert_eq!(object.subresource, "", "{entry:?}");
            rights.insert((
                entry.verb.clone(),
                object.api_group.clone(),
                object.resource.clone(),
            ));
        }
    }
    rights
}

/// The kinds of the Gateway API, as far as they matter here.
pub(crate) async fn serve_gateways(cluster: &Cluster) {
    let kinds: Api<CustomResourceDefinition> = Api::all(cluster.client().await.unwrap());
    for (kind, plural) in [("Gateway", "gateways"), ("HTTPRoute", "httproutes")] {
        let name = format!("{plural}.gateway.networking.k8s.io");
        let schema =
            json!({ "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } });
        let definition = json!({
            "metadata": { "name": name, "annotations": { "api-approved.kubernetes.io": "unapproved, for a test" } },
            "spec": {
                "group": "gateway.networking.k8s.io", "scope": "Namespaced",
                "names": { "kind": kind, "plural": plural },
                "versions": [{ "name": "v1", "served": true, "storage": true, "schema": schema }],
            },
        });
        let definition = serde_json::from_value(definition).unwrap();
        kinds.create(&PostParams::default(), &definition).await.unwrap();
        eventually("the kind is served", async || {
            let definition = kinds.get(&name).await.ok()?;
            let conditions = definition.status?.conditions?;
            conditions
                .iter()
                .any(|one| one.type_ == "Established" && one.status == "True")
                .then_some(())
        })
        .await;
    }
}

/// The claim of the draft, with a volume behind it.
async fn bound_claim(stage: &Stage) {
    let size = json!({ "storage": "1Gi" });
    let volume = json!({
        "metadata": { "name": "bound" },
        "spec": { "accessModes": ["ReadWriteMany"], "capacity": size, "hostPath": { "path": "/tmp/none" },
                  "storageClassName": "", "claimRef": { "namespace": stage.namespace, "name": "bound" } },
    });
    let volumes: Api<PersistentVolume> = Api::all(stage.kube.clone());
    let params = PostParams::default();
    volumes
        .create(&params, &serde_json::from_value(volume).unwrap())
        .await
        .unwrap();
    let claim = json!({
        "metadata": { "name": "bound" },
        "spec": { "accessModes": ["ReadWriteMany"], "storageClassName": "", "volumeName": "bound",
                  "resources": { "requests": size } },
    });
    let claims: Api<PersistentVolumeClaim> = stage.api();
    claims
        .create(&params, &serde_json::from_value(claim).unwrap())
        .await
        .unwrap();
}
