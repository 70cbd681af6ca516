//! The rights of the server's own account: exactly those that are documented, and what members hear where some are missing.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod audit;
mod names;

pub(crate) use audit::serve_gateways;

use k8s_openapi::api::networking::v1::Ingress;
use k8s_openapi::api::rbac::v1::PolicyRule;
use local_cluster::{Proxy, shared};
use serde_json::json;
use slipway_api::{CheckCode, CheckState, CheckView, ChecksView, FactCode, paths};

use crate::stage::{Stage, allow, draft_of};
use crate::support::{Client, documented, documented_rules, server_account};

/// The checks that need rights of the server.
const WITH_OWN_RIGHTS: [CheckCode; 5] = [
    CheckCode::StorageClasses,
    CheckCode::Hosts,
    CheckCode::IngressClass,
    CheckCode::LoadBalancer,
    CheckCode::Nodes,
];

/// An app that every check has something to say about.
fn everything(draft: &mut serde_json::Value) {
    let host = format!("{}.example", draft["basics"]["namespace"].as_str().unwrap());
    draft["ingresses"][0]["rules"][0]["host"] = json!(host);
    draft["volumes"] = json!([
        { "id": 11, "name": "a", "kind": "new_claim", "size": "1Gi" },
        { "id": 12, "name": "b", "kind": "claim", "object": "bound" },
    ]);
    draft["services"][0]["kind"] = json!("LoadBalancer");
    draft["services"][0]["balancer"] = json!({ "kind": "existing", "instance": "lb-of-nobody" });
}

async fn checks(client: &Client, id: &str) -> ChecksView {
    client.post_empty(&paths::draft_checks(id)).await.json(200)
}

fn of_code(view: &ChecksView, code: CheckCode) -> Vec<&CheckView> {
    let of_code: Vec<_> = view.checks.iter().filter(|check| check.code == code).collect();
    assert!(!of_code.is_empty(), "{code:?}: {:#?}", view.checks);
    of_code
}

/// Everything that a member can ask for without changing anything, as one text.
async fn all_that_is_told(stage: &Stage, draft: &str) -> String {
    let (dev, slug) = (stage.dev(), stage.slug());
    let app = |path: fn(&str, &str, &str, &str) -> String| path(&slug, &stage.namespace, "deployment", "web");
    let mut told = String::new();
    for path in [
        paths::CLUSTERS.to_owned(),
        paths::cluster(&slug),
        paths::namespaces(&slug),
        paths::apps(&slug),
        app(paths::app),
        app(paths::app_revisions),
        app(paths::app_drift),
        app(paths::app_deletion),
        paths::draft_plan(draft),
        paths::OPERATIONS.to_owned(),
    ] {
        told += &dev.get(&path).await.text();
    }
    for path in [paths::draft_checks(draft), app(paths::app_drafts)] {
        told += &dev.post_empty(&path).await.text();
    }
    let body = crate::stage::submit(&dev, &dev.get(&paths::draft(draft)).await.json(200), "k").await;
    told += &body.text();
    let topics = format!("apps:{slug},app:{slug}/{}/deployment/web", stage.namespace);
    let events = dev
        .listen(&topics)
        .await
        .during(std::time::Duration::from_millis(300))
        .await;
    told + &serde_json::to_string(&events).unwrap()
}

fn rules_without(kinds: &[&str]) -> Vec<PolicyRule> {
    let mut rules = documented_rules();
    for rule in &mut rules {
        let resources = rule.resources.get_or_insert_default();
        resources.retain(|resource| !kinds.contains(&resource.as_str()));
    }
    rules.retain(|rule| {
        rule.resources
            .as_ref()
            .is_some_and(|resources| !resources.is_empty())
    });
    rules
}

#[tokio::test]
async fn what_the_server_may_not_read_could_not_be_checked_and_its_account_is_not_named() {
    let account = "secret-account-of-the-server";
    let rules = documented_rules().into_iter().take(1).collect();
    let kubeconfig = server_account(shared().await, account, Some(rules)).await;
    let stage = Stage::with(kubeconfig).await;
    let draft = stage.draft(everything).await;

    let view = checks(&stage.dev(), &draft.id).await;
    let told = all_that_is_told(&stage, &draft.id).await;

    for code in WITH_OWN_RIGHTS {
        for check in of_code(&view, code) {
            assert_eq!(check.state, CheckState::CouldNotCheck, "{check:?}");
            let facts: Vec<_> = check.facts.iter().map(|fact| fact.code).collect();
            assert!(facts.contains(&FactCode::ServerMayNot), "{check:?}");
            assert_eq!(check.evidence, None, "the words would name the account");
        }
    }
    assert!(
        !told.contains(account) && !told.contains("serviceaccount"),
        "{told}"
    );
}

#[tokio::test]
async fn a_server_that_may_not_act_as_its_members_says_so_without_its_name() {
    let account = "another-secret-account-of-the-server";
    let rules = rules_without(&["users", "groups"]);
    let kubeconfig = server_account(shared().await, account, Some(rules)).await;
    let stage = Stage::with(kubeconfig).await;
    let draft = stage.draft(everything).await;

    let refused = stage.dev().post_empty(&paths::draft_checks(&draft.id)).await;
    let told = all_that_is_told(&stage, &draft.id).await;

    assert_eq!(refused.problem(503).code, "cluster_credentials_refused");
    assert!(
        !told.contains(account) && !told.contains("serviceaccount"),
        "{told}"
    );
}

#[tokio::test]
async fn routes_that_may_not_be_read_hide_nothing_of_the_ingresses() {
    let rules = rules_without(&["httproutes"]);
    let kubeconfig = server_account(shared().await, "without-routes", Some(rules)).await;
    let stage = Stage::with(kubeconfig).await;
    let elsewhere = stage.cluster.namespace("bank").await.unwrap();
    let host = format!("{}.example", stage.namespace);
    let backend = json!({ "service": { "name": "theirs", "port": { "number": 80 } } });
    let paths = json!([{ "path": "/", "pathType": "Prefix", "backend": backend }]);
    let ingress = json!({ "metadata": { "name": "theirs" }, "spec": { "rules": [{ "host": host, "http": { "paths": paths } }] } });
    crate::checks::put_in::<Ingress>(&stage, &elsewhere, ingress).await;
    let draft = stage
        .draft(|draft| draft["ingresses"][0]["rules"][0]["host"] = json!(host))
        .await;

    let view = checks(&stage.dev(), &draft.id).await;

    let [hosts] = of_code(&view, CheckCode::Hosts)[..] else {
        panic!("{view:#?}")
    };
    assert_eq!(hosts.issues.len(), 1, "{hosts:?}");
    let missing = hosts
        .facts
        .iter()
        .find(|fact| fact.code == FactCode::ServerMayNot)
        .unwrap();
    assert_eq!(missing.param("resource"), "httproutes.gateway.networking.k8s.io");
}

#[tokio::test]
async fn whoever_may_not_create_the_app_learns_nothing_of_what_lies_around_it() {
    let proxy = Proxy::start_as(shared().await, &documented().await)
        .await
        .unwrap();
    let stage = Stage::behind(&proxy).await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "view").await;
    let bank = stage.app.member_of("bank");
    let draft = draft_of(&bank, &stage.slug(), &stage.namespace, everything).await;
    crate::support::eventually("the server knows the cluster", async || {
        (bank.get(&paths::apps(&stage.slug())).await.status == 200).then_some(())
    })
    .await;
    let before = proxy.passed().len();

    let view = checks(&bank, &draft.id).await;

    let looking = [
        CheckCode::Quota,
        CheckCode::Selectors,
        CheckCode::Claims,
        CheckCode::Tls,
    ];
    for code in looking.into_iter().chain(WITH_OWN_RIGHTS) {
        for check in of_code(&view, code) {
            assert_eq!(check.state, CheckState::CouldNotCheck, "{check:?}");
            assert_eq!(check.facts[0].code, FactCode::NoRight, "{check:?}");
            assert_eq!((check.facts.len(), check.issues.len()), (1, 0), "{check:?}");
        }
    }
    let asked = proxy.passed().into_iter().skip(before).map(|passed| passed.asked);
    for asked in asked.filter(|asked| asked.path != "/readyz" && asked.method == http::Method::GET) {
        assert_eq!(asked.impersonated.as_deref(), Some("bank-dev"), "{asked:?}");
        let looks = ["nodes", "resourcequotas", "limitranges", "ingresses", "services"];
        assert!(
            !looks.iter().any(|plural| asked.path.ends_with(plural)),
            "{asked:?}"
        );
    }
}
