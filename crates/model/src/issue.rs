//! The vocabulary of "what is wrong": a field, a code with parameters, how bad it is. The sentence is the browser's.

mod declare;
mod part;
mod problem;

use std::collections::BTreeSet;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub use part::{FormPart, ImagePart, PodRule, SchedulePart};
pub use problem::Problem;

/// How much an issue matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The draft cannot be applied.
    Error,
    /// Worth knowing; does not stand in the way.
    Warning,
}

/// Something wrong with, or doubtful about, one field of a draft.
///
/// `field` is a path of field names and row ids (never positions), e.g. `containers.3.ports.7.number`; the same string
/// is the field's id in the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Issue {
    /// The field to blame.
    pub field: String,
    /// What is wrong, as a code with parameters.
    #[serde(flatten)]
    pub problem: Problem,
    /// How much it matters.
    pub severity: Severity,
}

impl<'de> Deserialize<'de> for Issue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            field: String,
            code: String,
            #[serde(default)]
            params: Map<String, Value>,
            severity: Severity,
        }
        let Parts {
            field,
            code,
            mut params,
            severity,
        } = Parts::deserialize(deserializer)?;
        let problem = Problem::read(&code, &mut params)
            .map_err(|lacking| D::Error::custom(format_args!("{code}: {lacking}")))?;
        Ok(Self {
            field,
            problem,
            severity,
        })
    }
}

impl Issue {
    /// An issue that stands in the way.
    pub fn error(field: impl Into<String>, problem: Problem) -> Self {
        Self {
            field: field.into(),
            problem,
            severity: Severity::Error,
        }
    }

    /// An issue worth knowing.
    pub fn warning(field: impl Into<String>, problem: Problem) -> Self {
        Self {
            field: field.into(),
            problem,
            severity: Severity::Warning,
        }
    }

    /// Whether it stands in the way.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The most errors, and the most warnings, that are listed. Nobody reads on, and a list grows with the draft otherwise.
pub const MOST_ISSUES: usize = 100;

/// Issues as they are found. Of more than [`MOST_ISSUES`] errors, or warnings, only the first are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Issues {
    kept: Vec<Issue>,
    errors: usize,
    warnings: usize,
    /// Stands for what is not kept.
    more: Option<Issue>,
    /// The fields that say what runs already.
    running: Running,
}

/// The fields of a draft that say what runs already. Kubernetes has accepted that, so it stands in nobody's way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Running {
    /// None of them.
    #[default]
    Nothing,
    /// These, as long as they say it.
    Fields(BTreeSet<String>),
    /// All of them; those that the rules would refuse are noted.
    All(BTreeSet<String>),
}

impl Issues {
    /// What is judged from now on is a draft in which these fields say what runs.
    pub(crate) fn set_running(&mut self, running: Running) {
        self.running = running;
    }

    /// The fields that the rules would refuse, where all of the draft says what runs.
    pub(crate) fn accepted(&mut self) -> BTreeSet<String> {
        match std::mem::take(&mut self.running) {
            Running::All(fields) => fields,
            Running::Nothing | Running::Fields(_) => BTreeSet::new(),
        }
    }

    /// Whether a field says what runs.
    pub(crate) fn is_running(&self, field: &str) -> bool {
        match &self.running {
            Running::Nothing => false,
            Running::Fields(fields) => fields.contains(field),
            Running::All(_) => true,
        }
    }

    /// Notes an error at a field whose value can be planned all the same: a warning if it says what runs.
    pub fn error(&mut self, field: impl Into<String>, problem: Problem) {
        let field = field.into();
        if !self.is_running(&field) {
            return self.refuse(field, problem);
        }
        if let Running::All(fields) = &mut self.running {
            fields.insert(field.clone());
        }
        self.warn(field, problem);
    }

    /// Notes an error at a field that leaves nothing to be planned, whether it says what runs or not.
    pub fn refuse(&mut self, field: impl Into<String>, problem: Problem) {
        self.errors += 1;
        self.note(self.errors, Issue::error(field, problem));
    }

    /// Notes a warning.
    pub fn warn(&mut self, field: impl Into<String>, problem: Problem) {
        self.warnings += 1;
        self.note(self.warnings, Issue::warning(field, problem));
    }

    fn note(&mut self, number: usize, issue: Issue) {
        if number <= MOST_ISSUES {
            self.kept.push(issue);
        } else if self
            .more
            .as_ref()
            .is_none_or(|more| issue.is_error() && !more.is_error())
        {
            self.more = Some(Issue {
                problem: Problem::MoreIssues {
                    max: u32::try_from(MOST_ISSUES).unwrap_or(u32::MAX),
                },
                ..issue
            });
        }
    }

    /// Keeps a good value; notes a bad one against the field it came from.
    pub fn check<T>(&mut self, field: &str, parsed: Result<T, Problem>) -> Option<T> {
        parsed.map_err(|problem| self.refuse(field, problem)).ok()
    }

    /// Whether any of them stands in the way.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Those that are listed, in the order of the form, and last that there are more, if there are.
    pub fn into_vec(mut self) -> Vec<Issue> {
        self.kept.extend(self.more);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::{ImagePart, Issue, Issues, MOST_ISSUES, Problem};

    #[test]
    fn the_wire_form_is_field_code_params_severity() {
        let issue = Issue::error(
            "containers.3.ports.7.number",
            Problem::PortOutOfRange { min: 1, max: 65535 },
        );

        let json = serde_json::to_string(&issue).unwrap();

        assert_eq!(
            json,
            r#"{"field":"containers.3.ports.7.number","code":"port_out_of_range","params":{"min":1,"max":65535},"severity":"error"}"#
        );
        assert_eq!(serde_json::from_str::<Issue>(&json).unwrap(), issue);
    }

    #[test]
    fn every_kind_of_parameter_reads_back_as_written() {
        let problems = [
            Problem::TooLong { max: 63 },
            Problem::NotPlain {
                suggestion: "nginx".into(),
            },
            Problem::UnknownChoice {
                choices: vec!["TCP".into(), "UDP".into()],
            },
            Problem::ImageMalformed { part: ImagePart::Tag },
            Problem::NameTaken {
                kind: "Service".into(),
                name: "nginx-svc".into(),
                owner: String::new(),
            },
        ];
        for problem in problems {
            let issue = Issue::error("a.b", problem);
            let json = serde_json::to_string(&issue).unwrap();

            assert_eq!(serde_json::from_str::<Issue>(&json).unwrap(), issue, "{json}");
        }
    }

    #[test]
    fn what_is_not_an_issue_is_named() {
        let read = |json: &str| serde_json::from_str::<Issue>(json).unwrap_err().to_string();

        assert!(
            read(r#"{"field":"a","code":"too_long","params":{},"severity":"error"}"#)
                .contains("too_long: max")
        );
        assert!(read(r#"{"field":"a","code":"too_lon","severity":"error"}"#).contains("an unknown code"));
        assert!(
            read(r#"{"field":"a","code":"toolong","params":{"max":1},"severity":"error"}"#)
                .contains("unknown")
        );
    }

    #[test]
    fn a_code_without_parameters_still_has_params() {
        let json = serde_json::to_string(&Issue::warning("a", Problem::ImageNotPinned {})).unwrap();

        assert_eq!(
            json,
            r#"{"field":"a","code":"image_not_pinned","params":{},"severity":"warning"}"#
        );
        assert!(serde_json::from_str::<Issue>(&json).is_ok());
    }

    #[test]
    fn of_many_issues_the_first_are_listed_and_an_error_is_never_lost_behind_warnings() {
        let mut issues = Issues::default();
        for row in 0..=MOST_ISSUES {
            issues.warn(format!("a.{row}"), Problem::ImageNotPinned {});
        }
        issues.error("b", Problem::Missing {});
        let max = u32::try_from(MOST_ISSUES).unwrap();

        assert!(issues.has_errors());
        let listed = issues.clone().into_vec();
        assert_eq!(listed.len(), MOST_ISSUES + 2);
        assert!(listed.contains(&Issue::error("b", Problem::Missing {})));
        let more = Issue::warning(format!("a.{MOST_ISSUES}"), Problem::MoreIssues { max });
        assert_eq!(listed.last(), Some(&more));

        for row in 0..MOST_ISSUES {
            issues.error(format!("c.{row}"), Problem::Missing {});
        }
        let more = Issue::error(format!("c.{}", MOST_ISSUES - 1), Problem::MoreIssues { max });
        assert_eq!(issues.into_vec().last(), Some(&more), "what matters more is said");
    }
}
