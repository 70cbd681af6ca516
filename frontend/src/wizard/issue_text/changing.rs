//! What stands in the way of changing an app that is there.

use leptos_i18n::td_string;
use slipway_model::Problem;

use crate::language::Locale;
use crate::wizard::kind_text;

/// The sentence for a problem of this kind.
pub(super) fn sentence_in(l: Locale, problem: &Problem) -> String {
    let called = |kind: &str| kind_text::called_in(l, kind);
    match problem {
        Problem::AppFixed {} => td_string!(l, wizard.issue.app_fixed).into(),
        Problem::SelectorFixed { label } => {
            td_string!(l, wizard.issue.selector_fixed, label = label.as_str()).to_string()
        }
        Problem::NotInForm {} => td_string!(l, wizard.issue.not_in_form).into(),
        Problem::ObjectNotInForm { kind, name } => td_string!(
            l,
            wizard.issue.object_not_in_form,
            kind = called(kind),
            name = name.as_str()
        )
        .to_string(),
        Problem::Immutable { kind, name, message } => td_string!(
            l,
            wizard.issue.immutable,
            kind = called(kind),
            name = name.as_str(),
            message = message.as_str()
        )
        .to_string(),
        Problem::KeptInTheWay {
            kind,
            name,
            path,
            message,
        } => td_string!(
            l,
            wizard.issue.kept_in_the_way,
            kind = called(kind),
            name = name.as_str(),
            path = path.as_str(),
            message = message.as_str()
        )
        .to_string(),
        Problem::NotTaken { .. } => not_taken(l, problem),
        Problem::SetByOthers {
            kind,
            name,
            path,
            manager,
        } => td_string!(
            l,
            wizard.issue.set_by_others,
            kind = called(kind),
            name = name.as_str(),
            path = path.as_str(),
            manager = manager.as_str()
        )
        .to_string(),
        Problem::ChangedMeanwhile { kind, name } => td_string!(
            l,
            wizard.issue.changed_meanwhile,
            kind = called(kind),
            name = name.as_str()
        )
        .to_string(),
        // Listed by the caller, which is exhaustive.
        _ => String::new(),
    }
}

/// What the cluster has made otherwise: something else, nothing, or something that should be gone.
fn not_taken(l: Locale, problem: &Problem) -> String {
    let Problem::NotTaken {
        kind,
        name,
        path,
        wanted,
        found,
    } = problem
    else {
        return String::new();
    };
    let (kind, name, path) = (kind_text::called_in(l, kind), name.as_str(), path.as_str());
    let (wanted, found) = (wanted.as_str(), found.as_str());
    if wanted.is_empty() {
        td_string!(l, wizard.issue.not_taken_away, kind, name, path, found).to_string()
    } else if found.is_empty() {
        td_string!(l, wizard.issue.not_taken_missing, kind, name, path, wanted).to_string()
    } else {
        td_string!(l, wizard.issue.not_taken, kind, name, path, wanted, found).to_string()
    }
}

/// The sizes of claims that a workload makes from templates.
pub(super) fn size_in(l: Locale, kind: &str, name: &str, message: &str) -> String {
    let kind = kind_text::called_in(l, kind);
    td_string!(l, wizard.issue.immutable_size, kind, name, message).to_string()
}
