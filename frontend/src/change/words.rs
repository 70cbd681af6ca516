//! Objects and what becomes of them, in words.

use leptos_i18n::td_string;
use slipway_api::{Consequence, ObjectRef, ObjectVerb};

use crate::language::{self, Locale};
use crate::wizard::kind_text;

/// What an object is called: its kind in words, and its name.
pub fn called(object: &ObjectRef) -> String {
    called_in(language::locale(), object)
}

pub(super) fn called_in(l: Locale, object: &ObjectRef) -> String {
    kind_text::named_in(l, &object.kind, &object.name)
}

/// What becomes of an object.
pub fn verb(verb: ObjectVerb) -> &'static str {
    verb_in(language::locale(), verb)
}

fn verb_in(l: Locale, verb: ObjectVerb) -> &'static str {
    match verb {
        ObjectVerb::Create => td_string!(l, change.verb.create),
        ObjectVerb::Change => td_string!(l, change.verb.change),
        ObjectVerb::Recreate => td_string!(l, change.verb.recreate),
        ObjectVerb::Delete => td_string!(l, change.verb.delete),
        ObjectVerb::Keep => td_string!(l, change.verb.keep),
    }
}

/// What carrying on would destroy, as a sentence. A code that is not known here is shown as it is.
pub(super) fn consequence_in(l: Locale, consequence: &Consequence) -> String {
    if let Some(of_pods) = of_pods_in(l, consequence) {
        return of_pods;
    }
    let object = called_in(l, &consequence.object);
    let some = |name: &str| consequence.params.get(name).cloned().unwrap_or_default();
    match consequence.code.as_str() {
        "address_released" => {
            td_string!(
                l,
                change.consequence.address_released,
                address = some("address"),
                object = object
            )
        }
        "node_port_released" => {
            td_string!(
                l,
                change.consequence.node_port_released,
                port = some("port"),
                object = object
            )
        }
        "claims_deleted" => td_string!(l, change.consequence.claims_deleted, object = object),
        "recreated" => td_string!(l, change.consequence.recreated, object = object),
        "stays" => td_string!(l, change.consequence.stays, object = object),
        other => td_string!(l, change.consequence.unknown, object = object, code = other),
    }
}

/// The same of what becomes of pods.
fn of_pods_in(l: Locale, consequence: &Consequence) -> Option<String> {
    let object = called_in(l, &consequence.object);
    let param = |name: &str| consequence.params.get(name).cloned();
    let some = |name: &str| param(name).unwrap_or_default();
    Some(match consequence.code.as_str() {
        "pods_restart" => td_string!(l, change.consequence.pods_restart, object = object),
        "rollout_paused" => td_string!(l, change.consequence.rollout_paused, object = object),
        "pods_stay_until_deleted" => {
            td_string!(l, change.consequence.pods_stay_until_deleted, object = object)
        }
        "pods_below_stay" => td_string!(
            l,
            change.consequence.pods_below_stay,
            object = object,
            partition = some("partition")
        ),
        "fewer_replicas" => match param("from").zip(param("to")) {
            Some((from, to)) => td_string!(
                l,
                change.consequence.fewer_replicas_of,
                object = object,
                from = from,
                to = to
            ),
            None => td_string!(l, change.consequence.fewer_replicas, object = object),
        },
        "autoscaler_decides" => match param("min").zip(param("max")) {
            Some((min, max)) => td_string!(
                l,
                change.consequence.autoscaler_decides_between,
                object = object,
                autoscaler = some("autoscaler"),
                min = min,
                max = max
            ),
            None => td_string!(
                l,
                change.consequence.autoscaler_decides,
                object = object,
                autoscaler = some("autoscaler")
            ),
        },
        "pull_policy_stays" => td_string!(
            l,
            change.consequence.pull_policy_stays,
            object = object,
            container = some("container"),
            policy = some("policy")
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn object() -> ObjectRef {
        ObjectRef {
            api_version: "v1".into(),
            kind: "Service".into(),
            namespace: Some("default".into()),
            name: "shop".into(),
        }
    }

    fn consequence(code: &str, params: &[(&str, &str)]) -> Consequence {
        let params = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>();
        Consequence {
            code: code.into(),
            object: object(),
            params,
        }
    }

    #[test]
    fn every_consequence_is_a_sentence_about_its_object_in_both_languages() {
        for code in [
            "address_released",
            "node_port_released",
            "claims_deleted",
            "pods_restart",
            "recreated",
            "fewer_replicas",
            "rollout_paused",
            "pods_stay_until_deleted",
            "pods_below_stay",
            "autoscaler_decides",
            "pull_policy_stays",
            "stays",
        ] {
            for l in [Locale::en, Locale::zh_CN] {
                let sentence = consequence_in(l, &consequence(code, &[]));

                assert!(sentence.contains("shop") && !sentence.contains('_'), "{sentence}");
            }
        }
    }

    #[test]
    fn a_consequence_names_what_goes() {
        let address = consequence("address_released", &[("address", "47.1.2.3")]);
        let fewer = consequence("fewer_replicas", &[("from", "7"), ("to", "2")]);

        assert!(consequence_in(Locale::en, &address).contains("47.1.2.3"));
        assert!(consequence_in(Locale::en, &fewer).contains("from 7 to 2"));
        let bounds = [("autoscaler", "web-hpa"), ("min", "2"), ("max", "6")];
        let scaled = consequence_in(Locale::en, &consequence("autoscaler_decides", &bounds));
        assert!(
            scaled.contains("web-hpa") && scaled.contains("between 2 and 6"),
            "{scaled}"
        );
    }

    #[test]
    fn a_wide_bracket_is_not_followed_by_a_blank() {
        assert!(called_in(Locale::zh_CN, &object()).contains('）'));
        assert!(!called_in(Locale::zh_CN, &object()).contains("） "));
        assert!(called_in(Locale::en, &object()).contains(' '));
    }

    #[test]
    fn a_code_nobody_knows_is_shown_and_not_lost() {
        assert!(consequence_in(Locale::en, &consequence("sky_falls", &[])).contains("sky_falls"));
    }

    #[test]
    fn every_verb_has_a_word_of_its_own_in_both_languages() {
        use ObjectVerb::{Change, Create, Delete, Keep, Recreate};
        for l in [Locale::en, Locale::zh_CN] {
            let words: std::collections::BTreeSet<_> = [Create, Change, Recreate, Delete, Keep]
                .map(|verb| verb_in(l, verb))
                .into();

            assert_eq!(words.len(), 5);
        }
    }
}
