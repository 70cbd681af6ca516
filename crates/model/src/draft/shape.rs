//! What a draft is made of: every field with its kind and what is said about it.
//!
//! It comes from the same descriptions that make a draft walkable, so that a file is read, and the published schema is
//! written, by nothing else. Not part of the browser app, which needs none of it.

#[cfg(any(test, feature = "files"))]
mod tell;

#[cfg(any(test, feature = "files"))]
pub use tell::{Field, Kind, Shape, Told, of_draft};

/// Declares a struct as it stands, and keeps what its comments say about it.
macro_rules! told {
    ($(#[$($attribute:tt)*])* pub struct $type:ident {
        $($(#[$($field_attribute:tt)*])* pub $field:ident: $kind:ty,)*
    }) => {
        $(#[$($attribute)*])*
        pub struct $type {
            $($(#[$($field_attribute)*])* pub $field: $kind,)*
        }
        #[cfg(any(test, feature = "files"))]
        impl $crate::draft::shape::Told for $type {
            const NAME: &'static str = stringify!($type);
            const ABOUT: &'static str = $crate::draft::shape::words!($(#[$($attribute)*])*);
            const FIELDS: &'static [(&'static str, &'static str)] = &[
                $((stringify!($field), $crate::draft::shape::words!($(#[$($field_attribute)*])*)),)*
            ];
        }
    };
}
pub(super) use told;

/// The doc comments among attributes.
#[cfg(any(test, feature = "files"))]
macro_rules! words {
    (@ [$($line:literal)*]) => { concat!($($line),*) };
    (@ [$($line:literal)*] #[doc = $doc:literal] $($rest:tt)*) => {
        $crate::draft::shape::words!(@ [$($line)* $doc] $($rest)*)
    };
    (@ [$($line:literal)*] #[$($other:tt)*] $($rest:tt)*) => {
        $crate::draft::shape::words!(@ [$($line)*] $($rest)*)
    };
    ($($attributes:tt)*) => { $crate::draft::shape::words!(@ [] $($attributes)*) };
}
#[cfg(any(test, feature = "files"))]
pub(super) use words;
