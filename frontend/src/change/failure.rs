//! Refusals of changes, as sentences.

use crate::api::Failure;
use crate::{say, text};

/// What went wrong with a call about a change, as a sentence.
pub fn failure(failure: &Failure) -> String {
    let Failure::Problem(problem) = failure else {
        return text::failure(failure);
    };
    let sentence = match problem.code.as_str() {
        "app_moved" => say!(change.failure.app_moved),
        "conflicts" => say!(change.failure.conflicts),
        "nothing_to_change" => say!(change.failure.nothing_to_change),
        "app_busy" => say!(change.failure.app_busy),
        "recreate_needed" => say!(change.failure.recreate_needed),
        "still_loading" => say!(change.failure.still_loading),
        "cannot_be_opened" => say!(change.failure.cannot_be_opened),
        _ => return text::failure(failure),
    };
    sentence.to_owned()
}

/// Whether a call was refused with a code.
pub fn is_code(failure: &Failure, code: &str) -> bool {
    matches!(failure, Failure::Problem(problem) if problem.code == code)
}

/// Whether the app has moved on since what was sent was seen.
pub fn is_app_moved(failure: &Failure) -> bool {
    is_code(failure, "app_moved")
}
