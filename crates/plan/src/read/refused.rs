//! What the rules would refuse although the cluster has it. It is kept as it is, so that the rest can be edited.

use std::collections::BTreeSet;

use slipway_model::{Draft, Issue, Problem, validate};

use super::part::{Place, Rows};

/// The places whose rows are wrong in the eyes of the rules. What only the user can decide stays in the form.
pub(super) fn places(draft: &Draft, rows: &Rows, autoscaler: Option<usize>) -> BTreeSet<Place> {
    let issues = validate(draft).issues;
    let errors = issues.iter().filter(|issue| issue.is_error() && !is_open(issue));
    errors
        .filter_map(|issue| place(issue, rows, autoscaler))
        .collect()
}

/// Whether it is a question to the user: whether a load balancer is public.
fn is_open(issue: &Issue) -> bool {
    issue.field.rsplit('.').next() == Some("reach")
}

fn place(issue: &Issue, rows: &Rows, autoscaler: Option<usize>) -> Option<Place> {
    if matches!(issue.problem, Problem::RequestNeeded { .. }) {
        return Some((autoscaler?, String::new()));
    }
    let place = rows.place(&issue.field)?;
    // Without its containers there is no app.
    let list = place.1.rsplit('/').nth(1);
    let is_container = matches!(list, Some("containers" | "initContainers"));
    (!is_container).then_some(place)
}
