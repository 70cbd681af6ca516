//! The name that was perhaps meant.

pub(crate) use slipway_model::file::nearest;

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_a_stranger_is_not() {
        assert_eq!(nearest("lisen", ["listen", "log_level"]), Some("listen"));
        assert_eq!(nearest("xyz", ["name", "replicas"]), None);
    }
}
