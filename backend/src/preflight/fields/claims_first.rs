//! Volumes of a `StatefulSet` as a refusal counts them.
//!
//! The API server (seen with 1.37.2) judges the template of a `StatefulSet` as its pods will be: the volumes of the claim
//! templates stand before those of the template. With one claim template, `spec.template.spec.volumes[1]` of a refusal is
//! the first volume in the object, and `volumes[0]` the claim.

use std::borrow::Cow;

use super::FieldMap;

const VOLUMES: &str = "spec.template.spec.volumes[";

impl FieldMap {
    /// A path of a refusal as it stands in the object.
    pub(super) fn as_written<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let counted = path
            .strip_prefix(VOLUMES)
            .and_then(|rest| rest.split_once(']'))
            .and_then(|(number, rest)| Some((number.parse::<usize>().ok()?, rest)));
        let claims = self.claim_templates_known();
        match counted {
            Some((number, rest)) if number >= claims && claims > 0 => {
                Cow::Owned(format!("{VOLUMES}{}]{rest}", number - claims))
            }
            Some((number, ".name")) if number < claims => {
                Cow::Owned(format!("spec.volumeClaimTemplates[{number}].metadata.name"))
            }
            _ => Cow::Borrowed(path),
        }
    }

    fn claim_templates_known(&self) -> usize {
        let is_name =
            |path: &str| path.starts_with("spec.volumeClaimTemplates[") && path.ends_with("].metadata.name");
        self.paths().filter(|(path, _)| is_name(path)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(claims: usize) -> FieldMap {
        let mut map = FieldMap::default();
        for number in 0..claims {
            map.add(
                format!("spec.volumeClaimTemplates[{number}].metadata.name"),
                format!("volumes.{number}.name"),
            );
        }
        map.add("spec.template.spec.volumes[0].name", "volumes.7.name");
        map.add(
            "spec.template.spec.volumes[0].emptyDir.sizeLimit",
            "volumes.7.size",
        );
        map
    }

    #[test]
    fn volumes_of_claim_templates_are_counted_first() {
        let words = "Invalid value: \"a=b\": a lowercase RFC 1123 label";
        let two = map(2);

        assert_eq!(
            two.of_cause("spec.template.spec.volumes[1].name", words),
            "volumes.1.name"
        );
        assert_eq!(
            two.of_cause("spec.template.spec.volumes[2].name", words),
            "volumes.7.name"
        );
        assert_eq!(
            two.of_cause("spec.template.spec.volumes[2].emptyDir.sizeLimit", "Forbidden"),
            "volumes.7.size"
        );
        assert_eq!(
            map(0).of_cause("spec.template.spec.volumes[0].name", words),
            "volumes.7.name"
        );
        assert_eq!(
            two.field("spec.template.spec.volumes[0].name"),
            "volumes.7.name",
            "in the object they are counted as they are written"
        );
    }
}
