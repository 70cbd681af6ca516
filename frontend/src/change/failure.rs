//! Refusals of changes, as sentences.

use crate::api::Failure;
use crate::{say, text};

/// What went wrong with a call about a change, as a sentence.
pub fn failure(failure: &Failure) -> String {
    let Failure::Problem(problem) = failure else {
        return text::failure(failure);
    };
    let sentence = match problem.code.as_str() {
        "draft_has_issues" => say!(problem.draft_has_errors),
        "app_moved" => say!(change.failure.app_moved),
        "conflicts" => say!(change.failure.conflicts),
        "nothing_to_change" => say!(change.failure.nothing_to_change),
        "app_replaced" => say!(change.failure.replaced),
        "not_to_be_taken_over" => say!(change.failure.not_planned),
        "not_to_be_deleted" => say!(change.failure.not_to_be_deleted),
        "idempotency_key_reused" => say!(change.failure.key_reused),
        "operation_active" => say!(change.failure.app_busy),
        "still_loading" => say!(change.failure.still_loading),
        "cannot_be_opened" => say!(change.failure.cannot_be_opened),
        _ => return text::failure(failure),
    };
    sentence.to_owned()
}

/// Whether the app has moved on since what was sent was seen.
pub fn is_app_moved(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem(problem) if problem.code == "app_moved")
}

/// Whether somebody else has set what was to be changed.
pub fn is_conflict(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem(problem) if problem.code == "conflicts")
}
