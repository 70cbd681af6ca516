//! Whether something else in the namespace selects the same pods. The cluster allows it; a Service would send them
//! requests that are not theirs, a workload would count them as its own. So it is a warning.

use std::collections::BTreeMap;

use futures::future::join_all;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use serde::Deserialize;
use slipway_api::{CheckCode, Fact, FactCode};
use slipway_model::Problem;

use super::near::Near;
use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::ClusterError;

const MOST: usize = 1000;
const KINDS: [(&str, &str); 4] = [
    ("v1", "Service"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
];

type Labels = BTreeMap<String, String>;

/// Something that selects pods. No more of it is kept, since it is remembered for a moment.
#[derive(Debug, Deserialize)]
pub(super) struct Selecting {
    metadata: Named,
    #[serde(default)]
    spec: Spec,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
struct Spec {
    #[serde(default)]
    selector: Option<Selector>,
}

/// Services name labels alone, workloads name more.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Selector {
    Labels(Labels),
    Wide(LabelSelector),
}

pub(super) async fn check(
    witness: &Witness,
    near: &Near,
    subject: &Subject<'_>,
) -> Result<Vec<Finding>, ClusterError> {
    let labels = subject.pod.metadata.labels.clone().unwrap_or_default();
    let asked = KINDS.map(|(api_version, kind)| {
        let like = subject.key(api_version, kind, "");
        let namespace = like.namespace.clone().unwrap_or_default();
        let recent = near.selecting.of((witness.who.clone(), namespace, kind));
        async move { (kind, recent.get(witness.person.list(&like, None, MOST)).await) }
    });
    let mut finding = Finding::of(CheckCode::Selectors);
    for (kind, answer) in join_all(asked).await {
        match answer {
            Ok(found) => {
                let names = also(&found.items, kind, &labels, subject);
                for name in names {
                    let kind = kind.to_owned();
                    let field = subject.fields.field("metadata.labels");
                    finding = finding.warned(field, Problem::AlsoSelected { kind, name });
                }
                if !found.complete {
                    let most = Fact::new(FactCode::TooMany, [("most", MOST.to_string())]);
                    finding = finding.could_not(None).seen(most);
                }
            }
            Err(error) => finding = finding.could_not(Some(error.to_string())),
        }
    }
    Ok(vec![finding])
}

/// The names of those that select the pods, beside our own.
fn also(found: &[Selecting], kind: &str, labels: &Labels, subject: &Subject) -> Vec<String> {
    let selects = |one: &&Selecting| {
        let selector = one.spec.selector.as_ref();
        selector.is_some_and(|selector| selector.matches(labels))
    };
    found
        .iter()
        .filter(selects)
        .map(|one| one.metadata.name.clone())
        .filter(|name| !subject.is_ours(kind, name))
        .collect()
}

impl Selector {
    /// Whether pods with these labels are meant. An empty selector means none here: so it is for Services, and workloads
    /// may not have one.
    fn matches(&self, labels: &Labels) -> bool {
        match self {
            Self::Labels(wanted) => !wanted.is_empty() && has(labels, wanted),
            Self::Wide(wide) => {
                let wanted = wide.match_labels.clone().unwrap_or_default();
                let wishes = wide.match_expressions.as_deref().unwrap_or_default();
                let is_empty = wanted.is_empty() && wishes.is_empty();
                !is_empty && has(labels, &wanted) && wishes.iter().all(|wish| fits(labels, wish))
            }
        }
    }
}

fn has(labels: &Labels, wanted: &Labels) -> bool {
    wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
}

fn fits(labels: &Labels, wish: &LabelSelectorRequirement) -> bool {
    let value = labels.get(&wish.key);
    let among = || wish.values.iter().flatten().any(|wanted| Some(wanted) == value);
    match wish.operator.as_str() {
        "In" => among(),
        "NotIn" => !among(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::preflight::testing::{changing, subject};

    fn matches(selector: &Value) -> bool {
        let labels: Labels = serde_json::from_value(json!({ "app": "web", "tier": "front" })).unwrap();
        let selector: Selector = serde_json::from_value(selector.clone()).unwrap();
        selector.matches(&labels)
    }

    #[test]
    fn a_selector_means_the_pods_that_have_all_it_asks_for() {
        for (selector, expected) in [
            (json!({ "app": "web" }), true),
            (json!({ "app": "web", "tier": "back" }), false),
            (json!({}), false),
            (json!({ "matchLabels": { "app": "web" } }), true),
            (json!({ "matchLabels": { "app": "other" } }), false),
            (
                json!({ "matchExpressions": [{ "key": "tier", "operator": "In", "values": ["front", "back"] }] }),
                true,
            ),
            (
                json!({ "matchExpressions": [{ "key": "tier", "operator": "NotIn", "values": ["front"] }] }),
                false,
            ),
            (
                json!({ "matchExpressions": [{ "key": "canary", "operator": "DoesNotExist" }] }),
                true,
            ),
            (
                json!({ "matchExpressions": [{ "key": "canary", "operator": "Exists" }] }),
                false,
            ),
        ] {
            assert_eq!(matches(&selector), expected, "{selector}");
        }
    }

    #[test]
    fn what_the_app_itself_consists_of_may_select_its_pods() {
        let old = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": { "name": "old" }, "spec": { "selector": { "app": "web" } },
        });
        let found = [serde_json::from_value(old.clone()).unwrap()];
        let labels: Labels = [("app".to_owned(), "web".to_owned())].into();

        assert_eq!(also(&found, "Service", &labels, &subject(|_| {})), ["old"]);
        assert!(also(&found, "Service", &labels, &changing(&[old], |_| {})).is_empty());
    }
}
