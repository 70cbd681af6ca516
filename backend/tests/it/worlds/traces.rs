//! What an answer tells, and answers that must not be told from each other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::generate::{TRACE, TRACE_LENGTH};
use crate::support::Answer;

/// The traces of objects in a text.
pub(super) fn traces(text: &str) -> BTreeSet<String> {
    let begins = text.match_indices(TRACE).map(|(at, _)| at);
    let whole = begins.filter_map(|at| text.get(at..at + TRACE_LENGTH));
    let is_trace = |trace: &&str| trace[TRACE.len()..].bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.filter(is_trace).map(ToOwned::to_owned).collect()
}

/// An answer without what names the request: what is left is the same for all that must not be told apart.
pub(super) fn masked(answer: &Answer, names: &[&str]) -> (u16, String) {
    let mut text = match serde_json::from_slice::<Value>(&answer.body) {
        Ok(mut body) => {
            if let Some(body) = body.as_object_mut() {
                body.remove("request_id");
            }
            body.to_string()
        }
        Err(_) => answer.text(),
    };
    for name in names {
        text = text.replace(name, "NAME");
    }
    (answer.status.as_u16(), text)
}

#[test]
fn traces_are_found_wherever_they_stand() {
    let found = traces("a zq00000aff.example zq00000afe/zq0000 zqzzzzzzzz");

    assert_eq!(found, ["zq00000afe".to_owned(), "zq00000aff".to_owned()].into());
}
