//! Operations in words: what each kind of operation is called, how far it is, and what became of each step.

use leptos_i18n::td_string;
use slipway_api::OperationKind::{self, Create, Delete, RollBack, Update};
use slipway_api::OperationState::{self, Queued, Running, Stopped, Stuck, Succeeded, Undoing, Undone};
use slipway_api::{AppKey, OperationView, StepState, StepVerb};

use crate::language::{self, Locale};

/// What an operation does, in words.
pub fn title(kind: OperationKind, name: &str) -> String {
    let l = language::locale();
    match kind {
        Create => td_string!(l, pages.operations.create_of, name = name),
        Update => td_string!(l, change.record.update_of, name = name),
        RollBack => td_string!(l, change.record.roll_back_of, name = name),
        Delete => td_string!(l, change.record.delete_of, name = name),
    }
}

/// How far an operation is, in a word or two.
pub fn state_word(kind: OperationKind, state: OperationState) -> &'static str {
    state_word_in(language::locale(), kind, state)
}

fn state_word_in(l: Locale, kind: OperationKind, state: OperationState) -> &'static str {
    match (state, kind) {
        (Queued, _) => td_string!(l, pages.operations.queued),
        (Stopped, _) => td_string!(l, pages.operations.stopped),
        (Running, Create) => td_string!(l, pages.operations.running),
        (Running, Update) => td_string!(l, change.record.changing),
        (Running, RollBack) => td_string!(l, change.record.rolling_back),
        (Running, Delete) => td_string!(l, change.record.deleting),
        (Undoing, Create) => td_string!(l, pages.operations.undoing),
        (Undoing, _) => td_string!(l, change.record.putting_back),
        (Succeeded, Create) => td_string!(l, pages.operations.succeeded),
        (Succeeded, Update) => td_string!(l, change.record.changed),
        (Succeeded, RollBack) => td_string!(l, change.record.rolled_back),
        (Succeeded, Delete) => td_string!(l, change.record.deleted),
        (Undone, Create) => td_string!(l, pages.operations.undone),
        (Undone, _) => td_string!(l, change.record.put_back),
        (Stuck, Create) => td_string!(l, pages.operations.stuck),
        (Stuck, _) => td_string!(l, change.record.not_put_back),
    }
}

/// How far an operation is, in a sentence.
pub fn outcome_more(kind: OperationKind, state: OperationState) -> &'static str {
    outcome_more_in(language::locale(), kind, state)
}

/// How a change went that succeeded, but of which the cluster made something otherwise.
pub fn otherwise_more() -> &'static str {
    td_string!(language::locale(), change.record.otherwise_more)
}

fn outcome_more_in(l: Locale, kind: OperationKind, state: OperationState) -> &'static str {
    match (state, kind) {
        (Queued, _) => td_string!(l, pages.operations.queued_more),
        (Stopped, _) => td_string!(l, pages.operations.stopped_more),
        (Running, Create) => td_string!(l, pages.operations.running_more),
        (Running, _) => td_string!(l, change.record.running_more),
        (Undoing, Create) => td_string!(l, pages.operations.undoing_more),
        (Undoing, _) => td_string!(l, change.record.putting_back_more),
        (Succeeded, Create) => td_string!(l, pages.operations.succeeded_more),
        (Succeeded, Update) => td_string!(l, change.record.changed_more),
        (Succeeded, RollBack) => td_string!(l, change.record.rolled_back_more),
        (Succeeded, Delete) => td_string!(l, change.record.deleted_more),
        (Undone, Create) => td_string!(l, pages.operations.undone_more),
        (Undone, _) => td_string!(l, change.record.put_back_more),
        (Stuck, Create) => td_string!(l, pages.operations.stuck_more),
        (Stuck, _) => td_string!(l, change.record.stuck_more),
    }
}

/// Why an operation did not succeed. A code that is not known here is shown as it is.
pub fn reason(code: &str) -> String {
    reason_in(language::locale(), code)
}

fn reason_in(l: Locale, code: &str) -> String {
    let sentence = match code {
        "refused" => td_string!(l, pages.operations.failure_refused),
        "name_taken" => td_string!(l, pages.operations.failure_name_taken),
        "permission_lost" => td_string!(l, pages.operations.failure_permission_lost),
        "missing" => td_string!(l, pages.operations.failure_missing),
        "cluster_replaced" => td_string!(l, pages.operations.failure_cluster_replaced),
        "cluster_removed" => td_string!(l, pages.operations.failure_cluster_removed),
        "cluster_unreachable" => td_string!(l, pages.operations.failure_cluster_unreachable),
        "cluster_credentials_refused" => td_string!(l, pages.operations.failure_credentials_refused),
        "conflict" => td_string!(l, change.record.failure_conflict),
        "changed" => td_string!(l, change.record.failure_changed),
        other => return other.to_owned(),
    };
    sentence.to_owned()
}

/// What a step does.
pub fn verb_word(verb: StepVerb) -> &'static str {
    let l = language::locale();
    match verb {
        StepVerb::Create => td_string!(l, change.record.verb_create),
        StepVerb::Apply => td_string!(l, change.record.verb_apply),
        StepVerb::Patch => td_string!(l, change.record.verb_patch),
        StepVerb::Delete => td_string!(l, change.record.verb_delete),
    }
}

/// What became of an object. A code that is not known here is shown as it is.
pub fn step_word(state: StepState, outcome: Option<&str>) -> String {
    step_word_in(language::locale(), state, outcome)
}

fn step_word_in(l: Locale, state: StepState, outcome: Option<&str>) -> String {
    let Some(outcome) = outcome else {
        return plain_word(l, state).to_owned();
    };
    let word = match outcome {
        "created" => td_string!(l, change.record.created),
        "already_ours" => td_string!(l, change.record.already_ours),
        "released" => td_string!(l, pages.operations.step_released),
        "applied" => td_string!(l, change.record.applied),
        "patched" => td_string!(l, change.record.patched),
        "unchanged" => td_string!(l, change.record.unchanged),
        "deleted" | "gone" if state == StepState::Undone => td_string!(l, pages.operations.step_undone),
        "deleted" => td_string!(l, change.record.deleted_word),
        "already_gone" | "gone" => td_string!(l, change.record.already_gone),
        "restored" => td_string!(l, change.record.restored),
        "remade" => td_string!(l, change.record.remade),
        "conflict" => td_string!(l, change.record.conflict),
        "changed" => td_string!(l, change.record.changed_by_others),
        "stays" => td_string!(l, change.record.stays),
        "refused" => td_string!(l, pages.operations.step_refused),
        "name_taken" => td_string!(l, pages.operations.step_name_taken),
        "not_allowed" => td_string!(l, change.record.not_allowed),
        "missing" => td_string!(l, change.record.missing),
        "kept_changed_by_others" => td_string!(l, pages.operations.step_kept_changed),
        "kept_not_allowed" => td_string!(l, pages.operations.step_kept_not_allowed),
        "kept_refused" => td_string!(l, pages.operations.step_kept_refused),
        "not_reached" => td_string!(l, pages.operations.step_not_reached),
        "kind_missing" => td_string!(l, pages.operations.step_kind_missing),
        "canary_missing" => td_string!(l, pages.operations.step_canary_missing),
        other => return other.to_owned(),
    };
    word.to_owned()
}

/// Who could take away what an operation has left.
pub fn remover(outcome: Option<&str>) -> Option<&'static str> {
    remover_in(language::locale(), outcome?)
}

fn remover_in(l: Locale, outcome: &str) -> Option<&'static str> {
    Some(match outcome {
        "kept_changed_by_others" => td_string!(l, pages.operations.who_changed),
        "kept_not_allowed" => td_string!(l, pages.operations.who_allowed),
        "kept_refused" => td_string!(l, pages.operations.who_refused),
        _ => return None,
    })
}

/// How far a step is of which nothing else is known.
fn plain_word(l: Locale, state: StepState) -> &'static str {
    match state {
        StepState::Pending => td_string!(l, change.record.waiting),
        StepState::Sent => td_string!(l, change.record.sent),
        StepState::Done => td_string!(l, change.record.done),
        StepState::Refused => td_string!(l, pages.operations.step_refused),
        StepState::Undone => td_string!(l, change.record.undone),
        StepState::Skipped => td_string!(l, pages.operations.step_skipped),
    }
}

/// The address of the app an operation is about.
pub fn app_key(operation: &OperationView) -> AppKey {
    AppKey {
        cluster: operation.cluster.clone(),
        namespace: operation.namespace.clone(),
        kind: operation.workload.to_lowercase(),
        name: operation.name.clone(),
    }
}

/// The page of the app an operation is about.
pub fn app_href(operation: &OperationView) -> String {
    crate::address::app_href(&app_key(operation))
}

/// The list of the apps around it.
pub fn app_list_href(operation: &OperationView) -> String {
    format!("/c/{}/apps", operation.cluster)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Locale; 2] = [Locale::en, Locale::zh_CN];
    const OUTCOMES: [&str; 24] = [
        "created",
        "already_ours",
        "released",
        "applied",
        "patched",
        "unchanged",
        "deleted",
        "gone",
        "already_gone",
        "restored",
        "remade",
        "conflict",
        "changed",
        "stays",
        "refused",
        "name_taken",
        "not_allowed",
        "missing",
        "kept_changed_by_others",
        "kept_not_allowed",
        "kept_refused",
        "not_reached",
        "kind_missing",
        "canary_missing",
    ];
    const FAILURES: [&str; 10] = [
        "refused",
        "name_taken",
        "permission_lost",
        "missing",
        "cluster_replaced",
        "cluster_removed",
        "cluster_unreachable",
        "cluster_credentials_refused",
        "conflict",
        "changed",
    ];

    #[test]
    fn every_outcome_of_a_step_is_worded_in_both_languages() {
        for outcome in OUTCOMES {
            let [english, chinese] = BOTH.map(|l| step_word_in(l, StepState::Done, Some(outcome)));

            assert!(!english.contains('_'), "{english}");
            assert_ne!(english, chinese, "{outcome}");
        }
        assert_eq!(
            step_word_in(Locale::en, StepState::Done, Some("spun_around")),
            "spun_around"
        );
    }

    #[test]
    fn of_all_that_is_left_and_of_nothing_else_it_is_said_who_could_remove_it() {
        for outcome in OUTCOMES {
            let [english, chinese] = BOTH.map(|l| remover_in(l, outcome));

            assert_eq!(english.is_some(), outcome.starts_with("kept_"), "{outcome}");
            assert!(english.is_none() || english != chinese, "{outcome}");
        }
    }

    #[test]
    fn every_failure_is_worded_in_both_languages() {
        for code in FAILURES {
            let [english, chinese] = BOTH.map(|l| reason_in(l, code));

            assert!(english.ends_with('.') && english != chinese, "{code}: {english}");
        }
        assert_eq!(reason_in(Locale::en, "new_one"), "new_one");
    }

    #[test]
    fn what_was_deleted_is_never_called_created() {
        let more = outcome_more_in(Locale::en, Delete, Succeeded);

        assert_eq!(state_word_in(Locale::en, Delete, Succeeded), "Deleted");
        assert!(more.contains("gone"), "{more}");
        assert_eq!(
            step_word_in(Locale::en, StepState::Undone, Some("deleted")),
            "removed again"
        );
    }

    #[test]
    fn each_kind_of_operation_ends_in_words_of_its_own() {
        for l in BOTH {
            let words: std::collections::BTreeSet<_> = [Create, Update, RollBack, Delete]
                .map(|kind| state_word_in(l, kind, Succeeded))
                .into();

            assert_eq!(words.len(), 4, "{words:?}");
        }
    }
}
