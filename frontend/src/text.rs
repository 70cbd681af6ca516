//! Codes of failures, as sentences.

use crate::api::{Failure, Refusal};
use crate::say;

/// What went wrong with a call, as a sentence.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::SignedOut => say!(frame.signed_out).to_owned(),
        Failure::Unreachable => say!(problem.unreachable).to_owned(),
        Failure::Problem(problem) => self::problem(problem),
    }
}

/// That there is no room for a draft, as a sentence.
pub fn full(code: &str) -> Option<&'static str> {
    Some(match code {
        "too_large" => say!(problem.too_large),
        "too_many_drafts" => say!(problem.too_many_drafts),
        "drafts_too_large" => say!(problem.drafts_too_large),
        _ => return None,
    })
}

/// A refusal, as a sentence. A code that is not known here is shown with the server's English title.
fn problem(problem: &Refusal) -> String {
    if let Some(sentence) = full(&problem.code) {
        return sentence.to_owned();
    }
    let sentence = match problem.code.as_str() {
        "cluster_unreachable" => say!(problem.cluster_unreachable),
        "cluster_credentials_refused" => say!(problem.cluster_credentials_refused),
        "cluster_replaced" => say!(problem.cluster_replaced),
        "forbidden" => say!(problem.forbidden),
        "managed_elsewhere" => say!(change.failure.managed_elsewhere),
        "app_of_another_team" => say!(change.failure.other_team),
        "not_found" => say!(problem.not_found),
        "stale" => say!(problem.stale),
        "conflict" => say!(problem.conflict),
        "unknown_token" => say!(problem.sign_in_failed),
        "too_many_attempts" => say!(problem.too_many_attempts),
        "busy"
        | "too_slow"
        | "request_too_slow"
        | "cluster_busy"
        | "cluster_failed"
        | "too_many_at_once"
        | "too_many_streams"
        | "too_many_connections" => say!(problem.busy),
        "disk_full" => say!(problem.disk_full),
        "cluster_forbidden" => return say!(problem.cluster_forbidden, message = problem.message()),
        "cluster_refused" => return say!(problem.cluster_refused, message = problem.message()),
        "cluster_conflict" => return say!(problem.cluster_conflict, message = problem.message()),
        "draft_has_errors" => say!(problem.draft_has_errors),
        "internal" => {
            let request = problem.request_id.clone().unwrap_or_default();
            return say!(problem.internal, request = request);
        }
        _ => {
            return say!(
                problem.unknown,
                code = problem.code.clone(),
                title = problem.title.clone()
            );
        }
    };
    sentence.to_owned()
}
