//! The name that was perhaps meant.

/// The candidate most like `name`, if any is like it at all.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let likeness = |candidate: &str| strsim::jaro_winkler(name, candidate);
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_a_stranger_is_not() {
        assert_eq!(nearest("lisen", ["listen", "log_level"]), Some("listen"));
        assert_eq!(nearest("replcas", ["name", "replicas"]), Some("replicas"));
        assert_eq!(nearest("xyz", ["name", "replicas"]), None);
    }
}
