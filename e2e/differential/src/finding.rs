//! One thing that we and the server do not agree about.

use slipway_backend::preflight::{FieldMap, refusal_issues};
use slipway_model::arbitrary::pattern;
use slipway_model::{Issue, Problem};
use slipway_plan::ObjectKey;

use crate::server::Answer;

/// One thing that we and the server do not agree about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The field it is about, without ids.
    pub field: String,
    /// What the server says, or what is wrong with that.
    pub words: String,
    /// What it takes to see it again.
    pub detail: String,
}

impl Finding {
    /// What an object that should have been accepted without a word is told instead. What we warn of, it may warn of.
    pub fn of_answer(
        answer: &Answer,
        key: &ObjectKey,
        (fields, issues): (&FieldMap, &[Issue]),
        request: &str,
    ) -> Vec<Self> {
        match answer {
            Answer::Accepted { warnings } => warnings
                .iter()
                .filter(|warning| !is_ours(issues, fields.of_warning(warning)))
                .map(|warning| Self {
                    field: pattern(fields.of_warning(warning)),
                    words: format!("warning: {warning}"),
                    detail: format!("{request} of {key}"),
                })
                .collect(),
            Answer::Refused(error) => refusal_issues(error, "create", key, fields)
                .into_iter()
                .map(|issue| Self {
                    field: pattern(&issue.field),
                    words: words(&issue.problem).unwrap_or_else(|| error.to_string()),
                    detail: format!("{request} of {key}: {error}"),
                })
                .collect(),
        }
    }

    /// What is the same about findings of one kind: the field, and the words without what is quoted or counted in them.
    pub fn signature(&self) -> String {
        let mut words = String::new();
        let mut quoted = false;
        for c in self.words.chars() {
            match c {
                '"' => {
                    quoted = !quoted;
                    words.push('"');
                }
                _ if quoted => {}
                '0'..='9' => {
                    if !words.ends_with('#') {
                        words.push('#');
                    }
                }
                _ => words.push(c),
            }
        }
        format!("{}: {words}", self.field)
    }
}

/// The server's own words for one field, if it has any.
fn words(problem: &Problem) -> Option<String> {
    match problem {
        Problem::Refused { message, .. } => Some(message.clone()),
        _ => None,
    }
}

/// Whether we say something at a field ourselves.
fn is_ours(issues: &[Issue], field: &str) -> bool {
    issues.iter().any(|issue| issue.field == field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_one_kind_have_one_signature() {
        let finding = |words: &str| Finding {
            field: "volumes.*.name".to_owned(),
            words: words.to_owned(),
            detail: String::new(),
        };
        let of = |words: &str| finding(words).signature();

        assert_eq!(of("Invalid value: \"a b\": 63"), of("Invalid value: \"x\": 5"));
        assert_ne!(of("Required value"), of("Invalid value: \"x\": 5"));
    }
}
