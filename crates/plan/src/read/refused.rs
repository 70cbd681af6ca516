//! What the rules refuse although an object says it. Of what runs it is in the draft with a warning, unless nothing can be
//! planned of it; from a file, which is to be planned anew, it is left out. What is left out is kept as it is.

use std::collections::BTreeSet;

use slipway_model::{Draft, Issue, Problem, validate, validate_running};

use super::part::{Place, Rows};

/// The places whose rows are left out. What only the user can decide stays in the form.
pub(super) fn places(draft: &Draft, runs: bool, rows: &Rows, autoscaler: Option<usize>) -> BTreeSet<Place> {
    let issues = if runs {
        validate_running(draft).0.issues
    } else {
        validate(draft).issues
    };
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
