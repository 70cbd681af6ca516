//! Step 3: what holds for every pod.

use super::check::no_duplicates;
use super::containers::pull_secrets;
use super::labels::{annotations, labels, pairs};
use super::part::{MOST, Part};
use crate::app::{Affinity, AffinityKind, Effect, Operator, Pod, PodSecurity, Spread, Toleration};
use crate::value::{LabelKey, LabelValue, Subdomain, whole};
use crate::{Draft, Issues, Problem, draft};

/// The node label that tells nodes apart.
pub(super) const HOST: &str = "kubernetes.io/hostname";

pub(super) fn validate(draft: &Draft, issues: &mut Issues) -> Option<Pod> {
    let typed = &draft.pod;
    let labels = labels("pod.labels", &typed.labels, issues);
    let annotations = annotations("pod.annotations", &typed.annotations, issues);
    let node_selector = pairs("pod.node_selector", &typed.node_selector, issues);
    let mut part = Part::new("pod", issues);
    let grace = part.count("grace", &typed.grace, 0, MOST);
    let service_account = part.optional("service_account", &typed.service_account, Subdomain::parse);
    let security = security(&typed.security, &mut part.inner("security"));
    let affinity = rows(&typed.affinity, |row| {
        affinity(row, &mut part.inner(format!("affinity.{}", row.id)))
    });
    let tolerations = tolerations(&typed.tolerations, &mut part);
    let spread = spread(&typed.spread, &mut part);
    let pull_secrets = pull_secrets(&mut part, &typed.pull_secrets);
    Some(Pod {
        labels: labels?,
        annotations: annotations?,
        grace,
        service_account,
        security,
        node_selector: node_selector?,
        affinity,
        tolerations,
        spread,
        pull_secrets,
    })
}

fn rows<R, T>(rows: &[R], read: impl FnMut(&R) -> Option<T>) -> Vec<T> {
    rows.iter().filter_map(read).collect()
}

fn security(typed: &draft::PodSecurity, part: &mut Part) -> PodSecurity {
    let restricted = part.switch("restricted", &typed.restricted);
    let user = part.count("user", &typed.user, 0, MOST);
    if restricted && user == Some(0) {
        part.error("user", Problem::RestrictedForbids {});
    }
    let group = part.count("group", &typed.group, 0, MOST);
    let fs_group = part.count("fs_group", &typed.fs_group, 0, MOST);
    PodSecurity {
        restricted,
        user,
        group,
        fs_group,
    }
}

fn affinity(row: &draft::Affinity, part: &mut Part) -> Option<Affinity> {
    let kind = part.choice("kind", &row.kind, AffinityKind::CHOICES)?;
    let required = part.choice(
        "strength",
        &row.strength,
        &[("preferred", false), ("required", true)],
    )?;
    let weight = part.count("weight", &row.weight, 1, 100).unwrap_or(100);
    let key = if kind == AffinityKind::Node {
        Some(part.needed("key", &row.key, LabelKey::parse)?)
    } else {
        part.optional("key", &row.key, LabelKey::parse)
    };
    let term = match key {
        Some(key) => {
            let operator = part.choice("operator", &row.operator, operators(kind))?;
            Some((key, operator, values(row, operator, part)?))
        }
        None => None,
    };
    let topology = if row.topology.is_blank() {
        LabelKey::parse(HOST).ok()?
    } else {
        part.needed("topology", &row.topology, LabelKey::parse)?
    };
    Some(Affinity {
        row: row.id,
        kind,
        weight: (!required).then_some(weight),
        term,
        topology,
    })
}

/// Numbers are compared on nodes only.
fn operators(kind: AffinityKind) -> &'static [(&'static str, Operator)] {
    if kind == AffinityKind::Node {
        Operator::CHOICES
    } else {
        &Operator::CHOICES[..4]
    }
}

fn values(row: &draft::Affinity, operator: Operator, part: &mut Part) -> Option<Vec<LabelValue>> {
    let values: Vec<&str> = row
        .values
        .text()
        .split(',')
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .collect();
    match operator {
        Operator::Exists | Operator::DoesNotExist => return Some(Vec::new()),
        Operator::Gt | Operator::Lt => {
            part.needed("values", &row.values, |text| {
                whole(text, 0, i64::MAX.unsigned_abs()).map(|_| text.to_owned())
            })?;
        }
        Operator::In | Operator::NotIn if values.is_empty() => {
            part.refuse("values", Problem::Missing {});
            return None;
        }
        Operator::In | Operator::NotIn => {}
    }
    let wrong = values.iter().find_map(|value| LabelValue::parse(value).err());
    if let Some(problem) = wrong {
        part.error("values", problem);
    }
    Some(values.into_iter().map(LabelValue::unchecked).collect())
}

fn tolerations(typed: &[draft::Toleration], part: &mut Part) -> Vec<Toleration> {
    let nothing = |row: &draft::Toleration| draft::Toleration {
        id: row.id,
        ..draft::Toleration::default()
    };
    let filled: Vec<_> = typed.iter().filter(|row| **row != nothing(row)).collect();
    rows(&filled, |row| {
        toleration(row, &mut part.inner(format!("tolerations.{}", row.id)))
    })
}

fn toleration(row: &draft::Toleration, part: &mut Part) -> Option<Toleration> {
    let equal = part.choice("operator", &row.operator, &[("Equal", true), ("Exists", false)])?;
    let key = if equal {
        Some(part.needed("key", &row.key, LabelKey::parse)?)
    } else {
        part.optional("key", &row.key, LabelKey::parse)
    };
    let value = equal
        .then(|| part.needed("value", &row.value, LabelValue::parse))
        .flatten();
    let effect = part.chosen("effect", &row.effect, Effect::CHOICES);
    let seconds = part.count("seconds", &row.seconds, 0, MOST);
    if let Some(other) = effect.filter(|effect| seconds.is_some() && *effect != Effect::NoExecute) {
        part.error(
            "seconds",
            Problem::NotForType {
                kind: other.as_str().to_owned(),
            },
        );
    } else if seconds.is_some() && row.effect.is_blank() {
        part.error("effect", Problem::Missing {});
    }
    Some(Toleration {
        row: row.id,
        key,
        value,
        effect,
        seconds,
    })
}

fn spread(typed: &[draft::Spread], part: &mut Part) -> Vec<Spread> {
    let filled: Vec<_> = typed
        .iter()
        .filter(|row| !(row.topology.is_blank() && row.max_skew.is_blank()))
        .collect();
    let spread = rows(&filled, |row| {
        let mut part = part.inner(format!("spread.{}", row.id));
        let topology = part.needed("topology", &row.topology, LabelKey::parse)?;
        let max_skew = part.count("max_skew", &row.max_skew, 1, MOST).unwrap_or(1);
        let strict = part.choice(
            "when",
            &row.when,
            &[("ScheduleAnyway", false), ("DoNotSchedule", true)],
        )?;
        Some(Spread {
            row: row.id,
            topology,
            max_skew,
            strict,
        })
    });
    let same: Vec<_> = spread
        .iter()
        .map(|spread| {
            (
                part.field(format!("spread.{}.topology", spread.row)),
                (&spread.topology, spread.strict),
            )
        })
        .collect();
    no_duplicates(part.issues(), &same);
    spread
}
