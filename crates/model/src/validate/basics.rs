//! Step 1: application basics.

use super::check::{choice, needed, no_duplicates};
use crate::app::WorkloadKind;
use crate::draft::{Basics, Label};
use crate::value::{AppName, DnsLabel, LabelKey, LabelValue};
use crate::{Issues, Problem};

/// The basics once valid. The number of replicas is judged with scaling.
pub(super) struct Valid {
    pub(super) namespace: DnsLabel,
    pub(super) name: AppName,
    pub(super) kind: WorkloadKind,
    pub(super) labels: Vec<(LabelKey, LabelValue)>,
}

pub(super) fn validate(basics: &Basics, issues: &mut Issues) -> Option<Valid> {
    let namespace = needed(issues, "basics.namespace", &basics.namespace, DnsLabel::parse);
    let name = needed(issues, "basics.name", &basics.name, AppName::parse);
    let kind = choice(
        issues,
        "basics.kind",
        &basics.kind,
        &[("Deployment", WorkloadKind::Deployment)],
    );
    let labels = labels("basics.labels", &basics.labels, issues);
    Some(Valid {
        namespace: namespace?,
        name: name?,
        kind: kind?,
        labels: labels?,
    })
}

/// Labels, each key once, none of them ours. A row with nothing in it counts as not there.
fn labels(list: &str, rows: &[Label], issues: &mut Issues) -> Option<Vec<(LabelKey, LabelValue)>> {
    let mut labels = Vec::new();
    let mut keys = Vec::new();
    let mut good = true;
    for row in rows
        .iter()
        .filter(|row| !(row.key.is_blank() && row.value.is_blank()))
    {
        let field = format!("{list}.{}.key", row.id);
        let key = needed(issues, &field, &row.key, LabelKey::parse);
        let value = needed(
            issues,
            &format!("{list}.{}.value", row.id),
            &row.value,
            LabelValue::parse,
        );
        if key.as_ref().is_some_and(LabelKey::is_reserved) {
            issues.error(&field, Problem::LabelReserved {});
        }
        good &= key.is_some() && value.is_some();
        keys.extend(key.clone().map(|key| (field, key)));
        labels.extend(key.zip(value));
    }
    no_duplicates(issues, &keys);
    good.then_some(labels)
}
