//! What checks, their states and what they saw are called. One arm per code, so that a new one does not compile before
//! it can be told in every language.

use leptos_i18n::td_string;
use slipway_api::{CheckCode, CheckState, CheckView, Fact, FactCode};

use crate::language::{self, Locale};

/// What a check is called, in the language of now.
pub(super) fn name(code: CheckCode) -> &'static str {
    name_in(language::locale(), code)
}

/// How it went, in the language of now.
pub(super) fn state(state: CheckState) -> &'static str {
    state_in(language::locale(), state)
}

/// What was seen, in the language of now.
pub(super) fn fact(fact: &Fact) -> String {
    fact_in(language::locale(), fact)
}

/// How many went how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    failed: usize,
    warning: usize,
    unknown: usize,
    passed: usize,
}

impl Counts {
    pub(super) fn of(checks: &[CheckView]) -> Self {
        let count = |state| checks.iter().filter(|check| check.state == state).count();
        Self {
            failed: count(CheckState::Failed),
            warning: count(CheckState::Warning),
            unknown: count(CheckState::CouldNotCheck),
            passed: count(CheckState::Passed),
        }
    }
}

/// All checks in one sentence, in the language of now.
pub(super) fn summary(counts: Counts) -> String {
    summary_in(language::locale(), counts)
}

fn summary_in(l: Locale, counts: Counts) -> String {
    td_string!(
        l,
        wizard.check.summary,
        failed = counts.failed,
        warning = counts.warning,
        unknown = counts.unknown,
        passed = counts.passed
    )
    .to_string()
}

fn name_in(l: Locale, code: CheckCode) -> &'static str {
    match code {
        CheckCode::Namespace => td_string!(l, wizard.check.namespace),
        CheckCode::Names => td_string!(l, wizard.check.names),
        CheckCode::Rights => td_string!(l, wizard.check.rights),
        CheckCode::Quota => td_string!(l, wizard.check.quota),
        CheckCode::Limits => td_string!(l, wizard.check.limits),
        CheckCode::PodSecurity => td_string!(l, wizard.check.pod_security),
        CheckCode::References => td_string!(l, wizard.check.references),
        CheckCode::ServiceAccount => td_string!(l, wizard.check.service_account),
        CheckCode::Claims => td_string!(l, wizard.check.claims),
        CheckCode::StorageClasses => td_string!(l, wizard.check.storage_classes),
        CheckCode::Hosts => td_string!(l, wizard.check.hosts),
        CheckCode::IngressClass => td_string!(l, wizard.check.ingress_class),
        CheckCode::Tls => td_string!(l, wizard.check.tls),
        CheckCode::LoadBalancer => td_string!(l, wizard.check.load_balancer),
        CheckCode::Metrics => td_string!(l, wizard.check.metrics),
        CheckCode::Components => td_string!(l, wizard.check.components),
        CheckCode::Nodes => td_string!(l, wizard.check.nodes),
        CheckCode::Selectors => td_string!(l, wizard.check.selectors),
        CheckCode::DryRun => td_string!(l, wizard.check.dry_run),
        CheckCode::PodDryRun => td_string!(l, wizard.check.pod_dry_run),
    }
}

fn state_in(l: Locale, state: CheckState) -> &'static str {
    match state {
        CheckState::Passed => td_string!(l, wizard.check.passed),
        CheckState::Warning => td_string!(l, wizard.check.warning),
        CheckState::Failed => td_string!(l, wizard.check.failed),
        CheckState::CouldNotCheck => td_string!(l, wizard.check.could_not),
    }
}

fn fact_in(l: Locale, fact: &Fact) -> String {
    let param = |name: &str| fact.param(name).to_owned();
    match fact.code {
        FactCode::Enforced => td_string!(l, wizard.fact.enforced, level = param("level")).to_string(),
        FactCode::QuotaUse => td_string!(
            l,
            wizard.fact.quota_use,
            resource = param("resource"),
            used = param("used"),
            hard = param("hard"),
            asked = param("asked")
        )
        .to_string(),
        FactCode::NodesFit => td_string!(
            l,
            wizard.fact.nodes_fit,
            nodes = param("nodes"),
            all = param("all")
        )
        .to_string(),
        FactCode::RoomFor => td_string!(
            l,
            wizard.fact.room_for,
            pods = param("pods"),
            most = param("most")
        )
        .to_string(),
        FactCode::Elastic => td_string!(l, wizard.fact.elastic).into(),
        FactCode::Late => td_string!(l, wizard.fact.late).into(),
        FactCode::TooMany => td_string!(l, wizard.fact.too_many, most = param("most")).to_string(),
        FactCode::NoRight => td_string!(l, wizard.fact.no_right).into(),
        FactCode::ServerMayNot => td_string!(
            l,
            wizard.fact.server_may_not,
            verb = param("verb"),
            resource = param("resource")
        )
        .to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_chinese(text: &str) -> bool {
        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    #[test]
    fn every_check_has_a_name_of_its_own_in_both_languages() {
        for (locale, chinese) in [(Locale::en, false), (Locale::zh_CN, true)] {
            let mut names: Vec<_> = CheckCode::ALL.iter().map(|code| name_in(locale, *code)).collect();
            for name in &names {
                assert!(name.chars().count() > 1 && is_chinese(name) == chinese, "{name}");
            }
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), CheckCode::ALL.len(), "{names:?}");
        }
    }

    #[test]
    fn everything_that_is_seen_is_told_with_its_parameters_in_both_languages() {
        let params = [
            "level", "resource", "used", "hard", "asked", "nodes", "all", "pods", "most", "verb",
        ];
        let params = params.map(|name| (name, format!("<{name}>")));
        for code in FactCode::ALL {
            let fact = Fact::new(*code, params.clone());
            let (english, chinese) = (fact_in(Locale::en, &fact), fact_in(Locale::zh_CN, &fact));
            assert!(
                !is_chinese(&english) && is_chinese(&chinese),
                "{english} {chinese}"
            );
            for (_, value) in &params {
                assert_eq!(
                    english.contains(value),
                    chinese.contains(value),
                    "{code:?} {value}"
                );
            }
            assert!(
                !english.contains("{{") && !chinese.contains("{{"),
                "{english} {chinese}"
            );
        }
    }

    #[test]
    fn states_and_their_counts_are_told_in_both_languages() {
        let counts = Counts {
            failed: 71,
            warning: 72,
            unknown: 73,
            passed: 74,
        };
        for locale in [Locale::en, Locale::zh_CN] {
            let sentence = summary_in(locale, counts);
            for number in ["71", "72", "73", "74"] {
                assert!(sentence.contains(number), "{sentence}");
            }
            let states = [
                CheckState::Passed,
                CheckState::Warning,
                CheckState::Failed,
                CheckState::CouldNotCheck,
            ];
            let words: std::collections::HashSet<_> =
                states.into_iter().map(|state| state_in(locale, state)).collect();
            assert_eq!(words.len(), 4);
        }
    }
}
