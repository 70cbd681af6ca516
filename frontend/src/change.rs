//! What changing, rolling back or deleting an app does: in words, in tables, as differences. The wizard and the pages of
//! an app show the same.

mod agree;
mod consent;
mod consequences;
mod diff;
mod export;
mod failure;
mod fields;
mod hindrances;
mod managed;
mod naming;
mod objects;
mod record;
mod words;

pub use agree::Agree;
pub use consent::{Questions, Tick, Ticks, is_agreed_to, softened};
pub use consequences::{Consequences, for_good};
pub use diff::Diff;
pub use export::{Export, deletion_text, diff_text};
pub use failure::{failure, is_app_moved, is_conflict};
pub use fields::{FieldTable, FieldValue};
pub use hindrances::Hindrances;
pub use managed::Managed;
pub use naming::{Naming, app_of};
pub use objects::ObjectChanges;
pub use record::{
    app_href, app_key, app_list_href, otherwise_more, outcome_more, reason, remover, state_word, step_word,
    title, verb_word,
};
pub use words::{called, verb};
