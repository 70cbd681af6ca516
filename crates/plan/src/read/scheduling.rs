//! Where pods run. A wish that the form has no words for is left as it is, whole.

use slipway_model::app::{Effect, Operator};
use slipway_model::draft::{Affinity, Spread, Toleration};
use slipway_model::{Draft, Typed};

use super::owner::Owner;
use super::part::{Part, is_leaf};

/// The node label that tells nodes apart.
const HOST: &str = "kubernetes.io/hostname";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// Reads where the pods run.
pub(super) fn read(spec: &mut Part, owner: &Owner, draft: &mut Draft) {
    let mut affinity = spec.inner("affinity");
    let pod = &mut draft.pod;
    pod.affinity = nodes(&mut affinity.inner("nodeAffinity"));
    for (key, kind) in [("podAffinity", "near"), ("podAntiAffinity", "apart")] {
        pod.affinity.extend(pods(&mut affinity.inner(key), kind, owner));
    }
    let tolerations = spec.rows("tolerations").into_iter();
    pod.tolerations = tolerations.filter_map(|mut row| row.wholly(toleration)).collect();
    let spread = spec.rows("topologySpreadConstraints").into_iter();
    pod.spread = spread
        .filter_map(|mut row| row.wholly(|row| self::spread(row, owner)))
        .collect();
}

/// Wishes about nodes. All that is required is required at once; one of several is more than the form can say.
fn nodes(part: &mut Part) -> Vec<Affinity> {
    let required = part.inner(REQUIRED).wholly(|required| {
        let mut terms = required.rows("nodeSelectorTerms");
        let [term] = terms.as_mut_slice() else { return None };
        let rows: Option<Vec<_>> = term
            .rows("matchExpressions")
            .iter_mut()
            .map(|row| {
                let wish = wish(row, "node")?;
                Some(Affinity {
                    strength: "required".into(),
                    ..wish
                })
            })
            .collect();
        rows
    });
    let mut wishes = required.unwrap_or_default();
    for mut row in part.rows(PREFERRED) {
        wishes.extend(row.wholly(|row| {
            let weight = row.text("weight");
            let mut preference = row.inner("preference");
            let mut expressions = preference.rows("matchExpressions");
            let [expression] = expressions.as_mut_slice() else {
                return None;
            };
            Some(Affinity {
                weight,
                ..wish(expression, "node")?
            })
        }));
    }
    wishes
}

/// Wishes about neighbours.
fn pods(part: &mut Part, kind: &str, owner: &Owner) -> Vec<Affinity> {
    let mut wishes = Vec::new();
    for mut row in part.rows(REQUIRED) {
        wishes.extend(row.wholly(|row| {
            let wish = term(row, kind, owner)?;
            Some(Affinity {
                strength: "required".into(),
                ..wish
            })
        }));
    }
    for mut row in part.rows(PREFERRED) {
        wishes.extend(row.wholly(|row| {
            let weight = row.text("weight");
            Some(Affinity {
                weight,
                ..term(&mut row.inner("podAffinityTerm"), kind, owner)?
            })
        }));
    }
    wishes
}

fn term(part: &mut Part, kind: &str, owner: &Owner) -> Option<Affinity> {
    let topology = part.string("topologyKey").filter(|key| is_leaf(key))?;
    let topology: Typed = if topology == HOST { "" } else { &topology }.into();
    if owner.take_selector(part, "labelSelector") {
        return Some(Affinity {
            id: part.id(),
            kind: kind.into(),
            topology,
            ..Affinity::default()
        });
    }
    let mut selector = part.inner("labelSelector");
    let mut expressions = selector.rows("matchExpressions");
    let [expression] = expressions.as_mut_slice() else {
        return None;
    };
    Some(Affinity {
        topology,
        ..wish(expression, kind)?
    })
}

/// One comparison of a label.
fn wish(part: &mut Part, kind: &str) -> Option<Affinity> {
    let operators: Vec<&str> = Operator::CHOICES.iter().map(|(word, _)| *word).collect();
    let operator = part.word(
        "operator",
        if kind == "node" {
            &operators
        } else {
            &operators[..4]
        },
    )?;
    let values = part.texts("values");
    // They are one text in the form, with commas between them.
    let is_one = |value: &String| is_leaf(value) && !value.contains(',');
    if !values.iter().all(is_one) {
        return None;
    }
    Some(Affinity {
        id: part.id(),
        kind: kind.into(),
        key: part.text("key"),
        operator: operator.into(),
        values: values.join(", ").into(),
        ..Affinity::default()
    })
}

fn toleration(part: &mut Part) -> Option<Toleration> {
    for key in ["effect", "key", "value"] {
        part.forget(key, "");
    }
    let operator = part.word("operator", &["Equal", "Exists"]);
    if part.peek("operator").is_some() {
        return None;
    }
    let effects: Vec<&str> = Effect::CHOICES.iter().map(|(word, _)| *word).collect();
    Some(Toleration {
        id: part.id(),
        key: part.text("key"),
        operator: operator.unwrap_or_else(|| "Equal".to_owned()).into(),
        value: part.text("value"),
        effect: part.word("effect", &effects).unwrap_or_default().into(),
        seconds: part.text("tolerationSeconds"),
    })
}

fn spread(part: &mut Part, owner: &Owner) -> Option<Spread> {
    owner.take_selector(part, "labelSelector").then_some(())?;
    let max_skew = part.number("maxSkew")?.to_string();
    Some(Spread {
        id: part.id(),
        topology: part.text("topologyKey"),
        max_skew: if max_skew == "1" {
            "".into()
        } else {
            max_skew.into()
        },
        when: part
            .word("whenUnsatisfiable", &["ScheduleAnyway", "DoNotSchedule"])?
            .into(),
    })
}
