//! Labels and annotations.

use super::check::{needed, no_duplicates};
use crate::app::{Annotations, Labels};
use crate::draft::{Annotation, Label};
use crate::value::{AnnotationKey, LabelKey, LabelValue};
use crate::{Issues, Problem};

/// The most bytes of annotations, less what an operation adds.
const MOST_BYTES: usize = 262_144 - 4096;

/// Labels of an object, each key once, none of them ours. A row with nothing in it counts as not there.
pub(super) fn labels(list: &str, rows: &[Label], issues: &mut Issues) -> Option<Labels> {
    let labels = pairs(list, rows, issues);
    for (row, key) in filled(rows).filter_map(|row| Some((row, LabelKey::parse(row.key.text()).ok()?))) {
        if key.is_reserved() {
            issues.refuse(format!("{list}.{}.key", row.id), Problem::LabelReserved {});
        }
    }
    labels
}

/// Labels to look for, ours among them.
pub(super) fn pairs(list: &str, rows: &[Label], issues: &mut Issues) -> Option<Labels> {
    let mut labels = Vec::new();
    let mut keys = Vec::new();
    let mut good = true;
    for row in filled(rows) {
        let field = format!("{list}.{}.key", row.id);
        let key = needed(issues, &field, &row.key, LabelKey::parse);
        let value = needed(
            issues,
            &format!("{list}.{}.value", row.id),
            &row.value,
            LabelValue::parse,
        );
        good &= key.is_some() && value.is_some();
        keys.extend(key.clone().map(|key| (field, key)));
        labels.extend(key.zip(value));
    }
    no_duplicates(issues, &keys);
    good.then_some(labels)
}

fn filled(rows: &[Label]) -> impl Iterator<Item = &Label> {
    rows.iter()
        .filter(|row| !(row.key.is_blank() && row.value.is_blank()))
}

/// Annotations of an object, each key once, none of them ours.
pub(super) fn annotations(list: &str, rows: &[Annotation], issues: &mut Issues) -> Option<Annotations> {
    let mut annotations = Vec::new();
    let mut keys = Vec::new();
    let mut good = true;
    for row in rows
        .iter()
        .filter(|row| !(row.key.is_blank() && row.value.as_str().is_empty()))
    {
        let field = format!("{list}.{}.key", row.id);
        let key = needed(issues, &field, &row.key, AnnotationKey::parse);
        if key.as_ref().is_some_and(AnnotationKey::is_reserved) {
            issues.refuse(&field, Problem::LabelReserved {});
        }
        good &= key.is_some();
        keys.extend(key.clone().map(|key| (field, key)));
        annotations.extend(key.map(|key| (key, row.value.as_str().to_owned())));
    }
    no_duplicates(issues, &keys);
    let bytes: usize = annotations
        .iter()
        .map(|(key, value)| key.as_str().len() + value.len())
        .sum();
    if bytes > MOST_BYTES {
        let max = u32::try_from(MOST_BYTES).unwrap_or(u32::MAX);
        issues.error(list, Problem::AnnotationsTooLarge { max });
    }
    good.then_some(annotations)
}
