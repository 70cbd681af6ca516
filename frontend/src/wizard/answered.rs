//! What the server said about a draft. It stands until the field it blames is changed.

use slipway_model::{Draft, Issue};

/// An issue of the server, and what the field held when it was raised.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answered {
    /// The issue.
    pub(crate) issue: Issue,
    held: Option<String>,
}

impl Answered {
    /// Notes an issue about a draft.
    pub(crate) fn to(issue: Issue, draft: &Draft) -> Self {
        let held = held(draft, &issue.field);
        Self { issue, held }
    }

    /// Whether the field still holds what the issue is about.
    fn stands(&self, draft: &Draft) -> bool {
        held(draft, &self.issue.field) == self.held
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
