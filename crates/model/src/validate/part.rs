//! One part of a draft while it is judged: where it is, and what is wrong with it.
//!
//! What is wrong is noted at once, and an issue that is an error keeps the whole app away. So what these functions
//! answer for a wrong leaf only has to be harmless.

use super::check::{choice, needed};
use super::unchecked::Unchecked;
use crate::value::whole;
use crate::{Issues, Problem, Typed};

/// A part of a draft, while it is judged.
pub(super) struct Part<'i> {
    at: String,
    issues: &'i mut Issues,
}

impl<'i> Part<'i> {
    /// The part at a path.
    pub(super) fn new(at: impl Into<String>, issues: &'i mut Issues) -> Self {
        Self {
            at: at.into(),
            issues,
        }
    }

    /// A part of this part.
    pub(super) fn inner(&mut self, path: impl std::fmt::Display) -> Part<'_> {
        let at = self.field(path);
        Part::new(at, self.issues)
    }

    /// The field of a leaf.
    pub(super) fn field(&self, leaf: impl std::fmt::Display) -> String {
        format!("{}.{leaf}", self.at)
    }

    /// All issues of the draft.
    pub(super) fn issues(&mut self) -> &mut Issues {
        self.issues
    }

    /// Notes an error at a leaf whose value can be planned all the same.
    pub(super) fn error(&mut self, leaf: impl std::fmt::Display, problem: Problem) {
        let field = self.field(leaf);
        self.issues.error(field, problem);
    }

    /// Notes an error at a leaf that leaves nothing to be planned.
    pub(super) fn refuse(&mut self, leaf: impl std::fmt::Display, problem: Problem) {
        let field = self.field(leaf);
        self.issues.refuse(field, problem);
    }

    /// Notes a warning.
    pub(super) fn warn(&mut self, leaf: impl std::fmt::Display, problem: Problem) {
        let field = self.field(leaf);
        self.issues.warn(field, problem);
    }

    /// Reads a leaf that must be there.
    pub(super) fn needed<T: Unchecked>(
        &mut self,
        leaf: &str,
        typed: &Typed,
        parse: impl Fn(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let field = self.field(leaf);
        needed(self.issues, &field, typed, parse)
    }

    /// Reads a leaf that may be empty.
    pub(super) fn optional<T: Unchecked>(
        &mut self,
        leaf: &str,
        typed: &Typed,
        parse: impl Fn(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        if typed.is_blank() {
            None
        } else {
            self.needed(leaf, typed, parse)
        }
    }

    /// Reads any text that may be empty, without the blanks around it.
    pub(super) fn text(&mut self, leaf: &str, typed: &Typed) -> Option<String> {
        self.optional(leaf, typed, |text| Ok(text.to_owned()))
    }

    /// Reads a choice; the first one when nothing was chosen.
    pub(super) fn choice<T: Copy>(&mut self, leaf: &str, typed: &Typed, choices: &[(&str, T)]) -> Option<T> {
        let field = self.field(leaf);
        choice(self.issues, &field, typed, choices)
    }

    /// Reads a choice; none when nothing was chosen.
    pub(super) fn chosen<T: Copy>(&mut self, leaf: &str, typed: &Typed, choices: &[(&str, T)]) -> Option<T> {
        if typed.is_blank() {
            None
        } else {
            self.choice(leaf, typed, choices)
        }
    }

    /// Reads a switch; off when nothing was chosen.
    pub(super) fn switch(&mut self, leaf: &str, typed: &Typed) -> bool {
        self.choice(leaf, typed, &[("false", false), ("true", true)]) == Some(true)
    }

    /// Reads a whole number that may be empty.
    pub(super) fn count(&mut self, leaf: &str, typed: &Typed, min: u32, max: u32) -> Option<u32> {
        let number = self.optional(leaf, typed, |text| whole(text, min.into(), max.into()))?;
        u32::try_from(number).ok()
    }
}

/// The most a number of 32 bits with a sign holds.
pub(super) const MOST: u32 = i32::MAX as u32;
