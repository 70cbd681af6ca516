//! What the form does not show and the cluster does not accept together with a change, by name; and, for everything else
//! that is refused, the place in the plan of what was refused in an object of somebody else.

use serde_json::Value;
use slipway_model::{Issue, Problem};
use slipway_plan::{ObjectKey, counterpart};

use super::FieldMap;

/// A place in an object, found in the plan of it.
struct Found {
    /// The path in the plan, as far as it goes.
    planned: String,
    /// The path in the object of the first part that the plan does not have.
    unplanned: Option<String>,
}

/// The causes of a refusal of a patched object: those about what the form does not show as issues, all others with their
/// paths as the plan has them. `kept` are the pointers of what is not shown.
pub(super) fn told_apart(
    key: &ObjectKey,
    fields: &FieldMap,
    causes: &[(String, String)],
    (wanted, planned): (&Value, &Value),
    kept: &[&str],
) -> (Vec<Issue>, Vec<(String, String)>) {
    let (mut issues, mut others) = (Vec::new(), Vec::new());
    for (path, words) in causes {
        let found = find(path, wanted, planned);
        let hidden = found.unplanned.as_ref().filter(|path| is_kept(path, kept));
        match hidden {
            Some(hidden) => {
                let problem = Problem::KeptInTheWay {
                    kind: key.kind.clone(),
                    name: key.name.clone(),
                    path: hidden.clone(),
                    message: words.clone(),
                };
                issues.push(Issue::error(fields.field(&found.planned), problem));
            }
            None => others.push((
                if found.planned.is_empty() {
                    path.clone()
                } else {
                    found.planned
                },
                words.clone(),
            )),
        }
    }
    (issues, others)
}

/// Whether a path leads to something that the form does not show, and that can be removed without moving anything else.
pub fn is_kept(path: &str, kept: &[&str]) -> bool {
    let pointer = pointer(path);
    let is_inside = |outer: &&str| {
        let rest = pointer.strip_prefix(*outer);
        !outer.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !path.ends_with(']') && kept.iter().any(is_inside)
}

/// A path such as `spec.ports[0].port` as a JSON pointer.
pub fn pointer(path: &str) -> String {
    let mut pointer = String::new();
    for part in path
        .replace('[', ".")
        .replace(']', "")
        .split('.')
        .filter(|part| !part.is_empty())
    {
        pointer.push('/');
        pointer.push_str(&part.replace('~', "~0").replace('/', "~1"));
    }
    pointer
}

/// Finds in a plan what stands at a path of an object: an element of a list by what tells it apart.
fn find<'v>(path: &str, object: &'v Value, plan: &'v Value) -> Found {
    let (mut at, mut planned) = (Some(object), Some(plan));
    let (mut there, mut found) = (String::new(), String::new());
    let path = path.replace('[', ".[");
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let part = &spelt(part, at);
        let number = part.strip_prefix('[').and_then(|part| part.strip_suffix(']'));
        let number = number.and_then(|number| number.parse::<usize>().ok());
        let (next, in_plan, name) = if let Some(number) = number {
            element(number, at, planned)
        } else {
            let dot = if found.is_empty() { "" } else { "." };
            let of = |value: Option<&'v Value>| value.and_then(|value| value.get(part));
            (of(at), of(planned), format!("{dot}{part}"))
        };
        there.push_str(if there.is_empty() || part.starts_with('[') {
            ""
        } else {
            "."
        });
        there.push_str(part);
        if in_plan.is_none() {
            let is_there = next.is_some();
            // An element that is not planned is shown at its list.
            let name = if number.is_some() { "" } else { &name };
            return Found {
                planned: format!("{found}{name}"),
                unplanned: is_there.then_some(there),
            };
        }
        found.push_str(&name);
        (at, planned) = (next, in_plan);
    }
    Found {
        planned: found,
        unplanned: None,
    }
}

/// An element of a list, the same element in the plan, and how it is told there.
fn element<'v>(
    number: usize,
    list: Option<&'v Value>,
    planned: Option<&'v Value>,
) -> (Option<&'v Value>, Option<&'v Value>, String) {
    let element = list.and_then(|list| list.get(number));
    let others = planned.and_then(Value::as_array);
    let pair = element.zip(others);
    let other = pair.and_then(|(element, others)| counterpart(number, element, others));
    let in_plan = other.and_then(|other| planned?.get(other));
    (element, in_plan, format!("[{}]", other.unwrap_or(number)))
}

/// The name of a field as it stands in an object: the server writes `spec.LoadBalancerSourceRanges`.
fn spelt(part: &str, at: Option<&Value>) -> String {
    let small = |part: &str| {
        let (first, rest) = part.split_at_checked(1)?;
        Some(first.to_ascii_lowercase() + rest)
    };
    match (at.and_then(Value::as_object), small(part)) {
        (Some(fields), Some(small)) if !fields.contains_key(part) && fields.contains_key(&small) => small,
        _ => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parts() -> (Value, Value) {
        let wanted = json!({ "spec": { "type": "ClusterIP", "loadBalancerSourceRanges": ["10.0.0.0/8"],
            "containers": [{ "name": "proxy" }, { "name": "web", "image": "a", "tty": true }] } });
        let plan =
            json!({ "spec": { "type": "ClusterIP", "containers": [{ "name": "web", "image": "a" }] } });
        (wanted, plan)
    }

    #[test]
    fn what_the_form_does_not_show_is_named_and_the_rest_is_found_in_the_plan() {
        let (wanted, plan) = parts();
        let key = ObjectKey::namespaced("v1", "Service", "shop", "web");
        let cause = |path: &str| (path.to_owned(), "may only be used when …".to_owned());
        let causes = [
            cause("spec.LoadBalancerSourceRanges"),
            cause("spec.loadBalancerSourceRanges[0]"),
            cause("spec.containers[1].image"),
            cause("spec.containers[1].tty"),
            cause("spec.unknown"),
        ];
        let kept = ["/spec/loadBalancerSourceRanges", "/spec/containers/0"];

        let (issues, others) = told_apart(&key, &FieldMap::default(), &causes, (&wanted, &plan), &kept);

        let named: Vec<String> = issues
            .into_iter()
            .map(|issue| match issue.problem {
                Problem::KeptInTheWay { path, .. } => path,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            named,
            ["spec.loadBalancerSourceRanges", "spec.loadBalancerSourceRanges"]
        );
        let paths: Vec<&str> = others.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "spec.containers[0].image",
                "spec.containers[0].tty",
                "spec.unknown"
            ]
        );
    }

    #[test]
    fn only_what_is_not_shown_can_be_removed() {
        let kept = [
            "/spec/loadBalancerSourceRanges",
            "/spec/template/spec/containers/0",
        ];

        assert!(is_kept("spec.loadBalancerSourceRanges", &kept));
        assert!(is_kept("spec.loadBalancerSourceRanges.more", &kept));
        for shown in ["spec.type", "spec", "spec.load", ""] {
            assert!(!is_kept(shown, &kept), "{shown}");
        }
        assert!(!is_kept("spec.type", &[""]), "a whole object is not removed");
        assert!(
            !is_kept("spec.template.spec.containers[0]", &kept),
            "others would move up"
        );
    }
}
