//! How large a draft may be: one place for the rules, for HTTP and for files.
//!
//! A Kubernetes object may have about 1.5 MiB, so that more rows than these can hardly be applied. Work and memory for a
//! draft grow with its rows, so they are counted before anything else is done with them.

/// The most containers, volumes, Services and Ingresses, of each. Most of them become objects of their own.
pub const MOST_PARTS: usize = 100;
/// The most rows in any other list.
pub const MOST_ROWS: usize = 2_000;
/// The most rows in all lists of a draft.
pub const MOST_ROWS_IN_ALL: usize = 10_000;
/// The highest id that a row may be given from outside. Higher numbers are left for rows without an id.
pub const MOST_ROW_ID: u32 = i32::MAX.unsigned_abs();

/// The most rows in the list at a path.
pub fn most_rows(list: &str) -> usize {
    if list.contains('.') { MOST_ROWS } else { MOST_PARTS }
}
