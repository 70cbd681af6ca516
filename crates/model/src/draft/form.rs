//! Declares a part of a draft: its struct, how it is stored, and how it is walked.
//!
//! Whatever is declared here starts out unused: every leaf blank, every list empty, and what is unused is not stored.

/// Whether a part holds nothing at all.
pub(super) fn is_unused<T: Default + PartialEq>(part: &T) -> bool {
    *part == T::default()
}

/// Declares a part of a draft, or with `row` a row of a list, from its leaves, parts and lists.
macro_rules! form {
    ($(#[$($doc:tt)*])* row $type:ident {
        leaves: [$($(#[$($leaf_doc:tt)*])* $leaf:ident),* $(,)?]
        parts: [$($(#[$($part_doc:tt)*])* $part:ident: $part_type:ty),* $(,)?]
        rows: [$($(#[$($rows_doc:tt)*])* $rows:ident: $row_type:ty),* $(,)?]
    }) => {
        $crate::draft::shape::told! {
        $(#[$($doc)*])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
        pub struct $type {
            /// The row's id.
            pub id: u32,
            $($(#[$($leaf_doc)*])* #[serde(skip_serializing_if = "crate::draft::form::is_unused")] pub $leaf: $crate::Typed,)*
            $($(#[$($part_doc)*])* #[serde(skip_serializing_if = "crate::draft::form::is_unused")] pub $part: $part_type,)*
            $($(#[$($rows_doc)*])* #[serde(skip_serializing_if = "crate::draft::form::is_unused")] pub $rows: Vec<$row_type>,)*
        }
        }
        $crate::draft::node::node! { row $type { leaves: [$($leaf),*], parts: [$($part),*], rows: [$($rows),*] } }
    };
    ($(#[$($doc:tt)*])* $type:ident {
        leaves: [$($(#[$($leaf_doc:tt)*])* $leaf:ident),* $(,)?]
        parts: [$($(#[$($part_doc:tt)*])* $part:ident: $part_type:ty),* $(,)?]
        rows: [$($(#[$($rows_doc:tt)*])* $rows:ident: $row_type:ty),* $(,)?]
    }) => {
        $crate::draft::shape::told! {
        $(#[$($doc)*])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
        pub struct $type {
            $($(#[$($leaf_doc)*])* #[serde(skip_serializing_if = "crate::draft::form::is_unused")] pub $leaf: $crate::Typed,)*
            $($(#[$($part_doc)*])* #[serde(skip_serializing_if = "crate::draft::form::is_unused")] pub $part: $part_type,)*
            $($(#[$($rows_doc)*])* #[serde(skip_serializing_if = "crate::draft::form::is_unused")] pub $rows: Vec<$row_type>,)*
        }
        }
        $crate::draft::node::node! { part $type { leaves: [$($leaf),*], parts: [$($part),*], rows: [$($rows),*] } }
    };
}
pub(super) use form;
