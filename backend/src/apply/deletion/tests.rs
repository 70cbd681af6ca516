use serde_json::json;

use super::*;

fn object(kind: &str, name: &str, uid: &str, spec: &Value) -> Value {
    let api_version = match kind {
        "Deployment" | "StatefulSet" => "apps/v1",
        "Ingress" => "networking.k8s.io/v1",
        _ => "v1",
    };
    json!({ "apiVersion": api_version, "kind": kind, "metadata": { "namespace": "shop", "name": name, "uid": uid }, "spec": spec })
}

fn workload(name: &str, uid: &str, claim: Option<&str>) -> Value {
    let labels = json!({ "app": name });
    let volumes: Vec<Value> = claim
        .into_iter()
        .map(|claim| json!({ "name": "data", "persistentVolumeClaim": { "claimName": claim } }))
        .collect();
    let spec = json!({ "selector": { "matchLabels": labels },
        "template": { "metadata": { "labels": labels }, "spec": { "containers": [{ "name": "a", "image": "a:1" }], "volumes": volumes } } });
    object("Deployment", name, uid, &spec)
}

fn service(name: &str, uid: &str, app: &str) -> Value {
    object(
        "Service",
        name,
        uid,
        &json!({ "selector": { "app": app }, "ports": [{ "port": 80 }] }),
    )
}

fn ingress(name: &str, uid: &str, services: &[&str]) -> Value {
    let paths: Vec<Value> = services
        .iter()
        .map(|name| json!({ "path": format!("/{name}"), "pathType": "Prefix", "backend": { "service": { "name": name, "port": { "number": 80 } } } }))
        .collect();
    object(
        "Ingress",
        name,
        uid,
        &json!({ "rules": [{ "host": "a.example", "http": { "paths": paths } }] }),
    )
}

/// What could go: its name, why it stays, and who else uses it.
type Choices = Vec<(String, String, Vec<String>)>;

/// What goes, and what could.
fn told(live: Vec<Value>, gathered: Vec<Value>, workloads: &[Value]) -> (Vec<String>, Choices) {
    let key = |object: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        ObjectKey::namespaced(
            &text(&object["apiVersion"]),
            &text(&object["kind"]),
            "shop",
            text(&object["metadata"]["name"]),
        )
    };
    let order: Vec<ObjectKey> = live.iter().map(key).collect();
    let itself = gathered[0].clone();
    let live = live.into_iter().map(|object| (key(&object), object)).collect();
    let going = Going::of(order.iter(), live, &itself, gathered, workloads).unwrap();
    let goes = going
        .goes
        .iter()
        .map(|recorded| recorded.key.name.clone())
        .collect();
    let choices = going.choices.into_iter();
    (
        goes,
        choices
            .map(|choice| (choice.object.name, choice.why, choice.used_by))
            .collect(),
    )
}

#[test]
fn what_was_made_goes_the_other_way_round_and_what_is_beside_it_stays() {
    let (web, front, theirs) = (
        workload("web", "1", None),
        service("front", "2", "web"),
        service("theirs", "3", "web"),
    );

    let (goes, choices) = told(
        vec![front.clone(), web.clone()],
        vec![web.clone(), front, theirs],
        &[web],
    );

    assert_eq!(goes, ["web", "front"]);
    assert_eq!(
        choices,
        [("theirs".to_owned(), "not_ours".to_owned(), Vec::new())]
    );
}

#[test]
fn a_claim_stays_and_cannot_be_chosen_while_another_workload_mounts_it() {
    let web = workload("web", "1", Some("data"));
    let claim = object(
        "PersistentVolumeClaim",
        "data",
        "2",
        &json!({ "resources": { "requests": { "storage": "1Gi" } }, "accessModes": ["ReadWriteOnce"] }),
    );
    let other = workload("other", "9", Some("data"));

    let alone = told(
        vec![claim.clone(), web.clone()],
        vec![web.clone(), claim.clone()],
        std::slice::from_ref(&web),
    );
    let shared = told(
        vec![claim.clone(), web.clone()],
        vec![web.clone(), claim],
        &[web, other],
    );

    assert_eq!(alone.0, ["web"]);
    assert_eq!(alone.1, [("data".to_owned(), "data".to_owned(), Vec::new())]);
    assert_eq!(
        shared.1,
        [(
            "data".to_owned(),
            "used_by_others".to_owned(),
            vec!["Deployment other".to_owned()]
        )]
    );
}

#[test]
fn an_ingress_that_leads_to_other_services_too_cannot_be_chosen() {
    let (web, front) = (workload("web", "1", None), service("front", "2", "web"));
    let gathered = vec![
        web.clone(),
        front.clone(),
        ingress("both", "3", &["front", "shop"]),
    ];

    let (goes, choices) = told(Vec::new(), gathered, &[web]);

    assert_eq!(
        goes,
        ["web"],
        "of somebody else's app only the workload goes by itself"
    );
    let both = choices.iter().find(|(name, ..)| name == "both");
    assert!(
        both.is_none_or(|(_, why, by)| why == "used_by_others" && *by == ["Service shop"]),
        "{choices:?}"
    );
}

#[test]
fn a_service_is_used_by_those_whose_pods_bear_all_labels_of_its_selector() {
    let web = workload("web", "1", None);
    let mut others = ["b", "a", "c"].map(|name| workload(name, name, None));
    for (number, other) in others.iter_mut().enumerate() {
        let labels = json!({ "app": "web", "tier": if number == 2 { "back" } else { "front" } });
        other["spec"]["template"]["metadata"]["labels"] = labels;
    }
    let mut front = service("front", "2", "web");
    front["spec"]["selector"]["tier"] = "front".into();
    let users = Users::of(others.iter());

    assert_eq!(
        users.of_service(&front["spec"]["selector"]),
        ["Deployment b", "Deployment a"]
    );
    assert_eq!(
        users.of_service(&json!({ "app": "web" })),
        ["Deployment b", "Deployment a", "Deployment c"]
    );
    for nothing in [json!({}), Value::Null, json!({ "app": "web", "tier": "none" })] {
        assert!(users.of_service(&nothing).is_empty());
    }
    assert!(Users::of([web].iter()).of_claim("data").is_empty());
}
