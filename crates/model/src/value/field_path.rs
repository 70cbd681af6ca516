//! Fields of a pod that a variable can show.

use super::annotation::AnnotationKey;
use super::checked_text;
use super::label::LabelKey;
use crate::Problem;

checked_text! {
    /// A field of a pod: one of a few, or one label or annotation.
    FieldPath
}

impl FieldPath {
    /// Those there are beside single labels and annotations.
    pub const CHOICES: [&str; 9] = [
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];

    /// Reads a field.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let subscript = |of: &str| text.strip_prefix(of)?.strip_prefix("['")?.strip_suffix("']");
        let good = Self::CHOICES.contains(&text)
            || subscript("metadata.labels").is_some_and(|key| LabelKey::parse(key).is_ok())
            || subscript("metadata.annotations").is_some_and(|key| AnnotationKey::parse(key).is_ok());
        match text {
            "" => Err(Problem::Missing {}),
            _ if good => Ok(Self(text.to_owned())),
            _ => Err(Problem::FieldPathUnknown { choices: choices() }),
        }
    }
}

fn choices() -> Vec<String> {
    let keyed = ["metadata.labels['<key>']", "metadata.annotations['<key>']"];
    FieldPath::CHOICES
        .iter()
        .chain(&keyed)
        .map(ToString::to_string)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_needs_its_key() {
        for good in [
            "metadata.name",
            "status.podIPs",
            "metadata.labels['a.b/c']",
            "metadata.annotations['N']",
        ] {
            assert!(FieldPath::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "metadata.labels",
            "metadata.labels['']",
            "metadata.labels[a]",
            "spec.hostname",
            "metadata.name['a']",
        ] {
            assert!(
                matches!(FieldPath::parse(bad), Err(Problem::FieldPathUnknown { .. })),
                "{bad}"
            );
        }
    }
}
