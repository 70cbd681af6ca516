//! What the server said about a draft. It is shown, and nobody is kept from asking again. It stands until the field it blames is changed, or what it was asked about: the kind
//! of the workload, or its namespace, in which names are taken, rights given and quotas used up.

use slipway_model::{Draft, Issue};

/// An issue of the server, and what the field held when it was raised.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answered {
    /// The issue.
    pub(crate) issue: Issue,
    held: Option<String>,
    asked_about: [String; 2],
}

impl Answered {
    /// Notes an issue about a draft.
    pub(crate) fn to(issue: Issue, draft: &Draft) -> Self {
        let held = held(draft, &issue.field);
        Self {
            issue,
            held,
            asked_about: asked_about(draft),
        }
    }

    /// Whether the draft still holds what the issue is about.
    fn stands(&self, draft: &Draft) -> bool {
        self.asked_about == asked_about(draft) && held(draft, &self.issue.field) == self.held
    }

    /// The browser's own issues and those of the server that still stand, each once, in the order of the form.
    pub(crate) fn together(mut issues: Vec<Issue>, answered: &[Self], draft: &Draft) -> Vec<Issue> {
        for answered in answered.iter().filter(|answered| answered.stands(draft)) {
            if !issues.contains(&answered.issue) {
                issues.push(answered.issue.clone());
            }
        }
        let order: Vec<String> = draft.leaves().into_iter().map(|(path, _)| path).collect();
        let place = |issue: &Issue| {
            let at_or_below =
                |path: &String| *path == issue.field || path.starts_with(&format!("{}.", issue.field));
            order.iter().position(at_or_below).unwrap_or(order.len())
        };
        issues.sort_by_cached_key(place);
        issues
    }
}

/// What every answer of a cluster depends on, whichever field it blames.
fn asked_about(draft: &Draft) -> [String; 2] {
    [&draft.basics.namespace, &draft.basics.kind].map(|leaf| leaf.as_str().to_owned())
}

/// The text of a field, or of every field below it.
fn held(draft: &Draft, field: &str) -> Option<String> {
    if let Some(leaf) = draft.leaf(field) {
        return Some(leaf.as_str().to_owned());
    }
    let below = format!("{field}.");
    let texts: Vec<_> = draft
        .leaves()
        .into_iter()
        .filter(|(path, _)| path.starts_with(&below))
        .map(|(_, leaf)| leaf.as_str())
        .collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_model::Problem;

    fn taken() -> Issue {
        let [kind, name, owner] = ["Deployment", "nginx", ""].map(ToOwned::to_owned);
        Issue::error("basics.name", Problem::NameTaken { kind, name, owner })
    }

    fn named(name: &str) -> Draft {
        let mut draft = Draft::default();
        draft.basics.name.set(name);
        draft
    }

    #[test]
    fn a_refusal_stands_until_its_field_changes() {
        let draft = named("nginx");
        let answered = [Answered::to(taken(), &draft)];

        assert_eq!(Answered::together(Vec::new(), &answered, &draft), [taken()]);
        assert!(Answered::together(Vec::new(), &answered, &named("nginx-2")).is_empty());
        assert_eq!(
            Answered::together(Vec::new(), &answered, &named("nginx")),
            [taken()],
            "typed back"
        );
    }

    #[test]
    fn a_refusal_is_over_once_another_namespace_or_kind_is_chosen() {
        let draft = named("nginx");
        let answered = [Answered::to(taken(), &draft)];
        let mut elsewhere = named("nginx");
        elsewhere.basics.namespace.set("shop-staging");
        let mut otherwise = named("nginx");
        otherwise.basics.kind.set("Job");

        assert!(Answered::together(Vec::new(), &answered, &elsewhere).is_empty());
        assert!(Answered::together(Vec::new(), &answered, &otherwise).is_empty());
    }

    #[test]
    fn what_both_say_is_said_once() {
        let draft = named("");
        let missing = Issue::error("basics.name", Problem::Missing {});
        let answered = [Answered::to(missing.clone(), &draft)];

        assert_eq!(
            Answered::together(vec![missing.clone()], &answered, &draft),
            [missing]
        );
    }

    #[test]
    fn issues_come_in_the_order_of_the_form_whoever_raised_them() {
        let draft = named("nginx");
        let image = Issue::error(
            format!("containers.{}.image", draft.containers[0].id),
            Problem::Missing {},
        );
        let answered = [Answered::to(taken(), &draft)];

        assert_eq!(
            Answered::together(vec![image.clone()], &answered, &draft),
            [taken(), image]
        );
    }

    #[test]
    fn a_refusal_of_a_whole_row_stands_until_something_in_it_changes() {
        let mut draft = named("nginx");
        let id = draft.containers[0].id;
        let issue = Issue::error(format!("containers.{id}"), Problem::NeedsRow {});
        let answered = [Answered::to(issue.clone(), &draft)];
        assert_eq!(Answered::together(Vec::new(), &answered, &draft), [issue]);

        draft.containers[0].image.set("nginx:1.27");

        assert!(Answered::together(Vec::new(), &answered, &draft).is_empty());
    }
}
