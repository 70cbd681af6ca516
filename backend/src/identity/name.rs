//! Which names of users and groups may be sent to a cluster to act as.
//!
//! A name travels as the value of an HTTP header. The API server trims blanks from both ends of it, so `" system:masters"`
//! would arrive as `system:masters`, whose members may do everything. A name is therefore accepted only if it arrives as it
//! was written, and can be read by whoever reviews the configuration: nothing in it is invisible.

use std::ops::RangeInclusive;

/// The longest name, in bytes. LDAP names of people are shorter; the headers of a request have room for many such groups.
pub const LONGEST_NAME: usize = 512;

/// What names of Kubernetes itself begin with, in upper case.
const RESERVED: &str = "SYSTEM:";

/// Characters that are not seen, beside control characters and blanks: those that Unicode calls formatting or ignorable by
/// default, and some that are drawn as a blank.
const INVISIBLE: [RangeInclusive<char>; 24] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{600}'..='\u{605}',
    '\u{61c}'..='\u{61c}',
    '\u{6dd}'..='\u{6dd}',
    '\u{70f}'..='\u{70f}',
    '\u{890}'..='\u{891}',
    '\u{8e2}'..='\u{8e2}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{110bd}'..='\u{110cd}',
    '\u{13430}'..='\u{1343f}',
    '\u{1bca0}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Why a name may not be acted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// There is nothing.
    #[error("it is empty")]
    Empty,
    /// It is longer than [`LONGEST_NAME`].
    #[error("it is longer than {LONGEST_NAME} bytes")]
    TooLong,
    /// It would not arrive as it was written.
    #[error("it begins or ends with a blank")]
    BlankAtTheEnd,
    /// It cannot be sent, or not be told from another name by looking at it.
    #[error("it has a control character, or one that is not seen")]
    Invisible,
    /// It belongs to Kubernetes itself.
    #[error("names that start with `system:`, in upper or lower case, belong to Kubernetes itself")]
    Reserved,
}

/// Demands that a name arrives at a cluster as it is written.
pub fn demand_sendable(name: &str) -> Result<(), NameFault> {
    if name.is_empty() {
        return Err(NameFault::Empty);
    }
    if name.len() > LONGEST_NAME {
        return Err(NameFault::TooLong);
    }
    if name.trim() != name {
        return Err(NameFault::BlankAtTheEnd);
    }
    if name.chars().any(is_invisible) {
        return Err(NameFault::Invisible);
    }
    Ok(())
}

/// Demands that a user or group may be acted as.
pub fn demand_actable(name: &str) -> Result<(), NameFault> {
    demand_sendable(name)?;
    // In upper case, since some letters have a second lower-case form.
    if name.to_uppercase().starts_with(RESERVED) {
        return Err(NameFault::Reserved);
    }
    Ok(())
}

/// Whether a character is not seen. The blank of the keyboard is the only one that may stand between words.
fn is_invisible(c: char) -> bool {
    c.is_control() || (c.is_whitespace() && c != ' ') || INVISIBLE.iter().any(|range| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_people_and_groups_are_accepted() {
        for name in [
            "ada",
            "ada@example.com",
            "oidc:ada",
            "Ada Lovelace",
            "cn=ada,ou=shop,dc=example,dc=com",
            "https://issuer.example/#ada",
            "李雷",
            "développeurs",
            "subsystem:ops",
            "system",
            &"a".repeat(LONGEST_NAME),
        ] {
            assert_eq!(demand_actable(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn names_that_would_arrive_as_others_are_refused() {
        let longer = "a".repeat(LONGEST_NAME + 1);
        for (name, fault) in [
            ("", NameFault::Empty),
            (longer.as_str(), NameFault::TooLong),
            (" ", NameFault::BlankAtTheEnd),
            (" system:masters", NameFault::BlankAtTheEnd),
            ("system:masters ", NameFault::BlankAtTheEnd),
            ("\tsystem:masters", NameFault::BlankAtTheEnd),
            ("ada\n", NameFault::BlankAtTheEnd),
            ("\u{a0}ada", NameFault::BlankAtTheEnd),
            ("ada\u{3000}", NameFault::BlankAtTheEnd),
            ("a\nb", NameFault::Invisible),
            ("a\0b", NameFault::Invisible),
            ("a\u{7f}b", NameFault::Invisible),
            ("a\u{a0}b", NameFault::Invisible),
            ("a\u{2028}b", NameFault::Invisible),
            ("sys\u{ad}tem:masters", NameFault::Invisible),
            ("\u{200b}system:masters", NameFault::Invisible),
            ("\u{feff}system:masters", NameFault::Invisible),
            ("\u{202e}sretsam:metsys", NameFault::Invisible),
            ("ada\u{e0041}", NameFault::Invisible),
        ] {
            assert_eq!(demand_actable(name), Err(fault), "{name:?}");
        }
    }

    #[test]
    fn names_of_kubernetes_are_refused_however_they_are_written() {
        for name in [
            "system:masters",
            "system:serviceaccount:kube-system:default",
            "System:masters",
            "SYSTEM:MASTERS",
            "sYsTeM:",
            "ſystem:masters",
        ] {
            assert_eq!(demand_actable(name), Err(NameFault::Reserved), "{name:?}");
        }
        assert_eq!(demand_sendable("system:serviceaccount:slipway:slipway"), Ok(()));
    }

    proptest! {
        #[test]
        fn an_accepted_name_has_nothing_that_a_header_would_change(name in ".{0,40}") {
            if demand_actable(&name).is_ok() {
                let trimmed = name.trim_matches(|c: char| c.is_whitespace() || c.is_control());
                prop_assert_eq!(trimmed, name.as_str());
                prop_assert!(http::HeaderValue::from_str(&name).is_ok_and(|sent| sent.as_bytes() == name.as_bytes()));
                prop_assert!(!name.to_lowercase().starts_with("system:"));
            }
        }
    }
}
