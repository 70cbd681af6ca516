//! What is shown of the revisions of an app.

mod store;

pub(super) use store::insert_line;
