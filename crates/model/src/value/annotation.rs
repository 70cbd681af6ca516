//! Keys of annotations.

use super::checked_text;
use super::label::is_qualified_name;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// The key of an annotation. The rule of label keys, whatever the case.
    AnnotationKey
}

impl AnnotationKey {
    /// Reads a key.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 317)?;
        if is_qualified_name(&text.to_ascii_lowercase()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::AnnotationKeyMalformed {})
        }
    }

    /// Whether Slipway sets this annotation itself.
    pub fn is_reserved(&self) -> bool {
        self.0.to_ascii_lowercase().starts_with("slipway.dev/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_have_a_prefix_of_any_case() {
        for good in ["note", "Example.com/Note", "a/b_c.d"] {
            assert!(AnnotationKey::parse(good).is_ok(), "{good}");
        }
        let long = format!("a/{}", "b".repeat(64));
        for bad in ["a b", "/a", "a/", "a/b/c", "-a", "注解", long.as_str()] {
            assert_eq!(
                AnnotationKey::parse(bad),
                Err(Problem::AnnotationKeyMalformed {}),
                "{bad}"
            );
        }
        assert!(
            AnnotationKey::parse("slipway.dev/operation")
                .unwrap()
                .is_reserved()
        );
    }
}
