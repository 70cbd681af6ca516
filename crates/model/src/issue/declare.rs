//! Declares problems, and how each is read.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Declares the problems, and how each is read.
///
/// Deriving `Deserialize` would do the same with code of its own for every problem and every way of reading it, and it was
/// the largest function of the browser app by far.
macro_rules! problems {
    ($($(#[$doc:meta])* $problem:ident { $($(#[$param_doc:meta])* $param:ident: $kind:ty,)* })*) => {
        /// What can be wrong. The names are public API: scripts and translations hold on to them.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "code", content = "params", rename_all = "snake_case")]
        pub enum Problem {
            $($(#[$doc])* $problem { $($(#[$param_doc])* $param: $kind,)* },)*
        }

        impl Problem {
            /// Reads a problem by its code and parameters. Says what is missing if it cannot be read.
            pub(super) fn read(code: &str, params: &mut Map<String, Value>) -> Result<Self, &'static str> {
                $(if $crate::issue::declare::is_code(code, stringify!($problem)) {
                    return Ok(Self::$problem { $($param: $crate::issue::declare::param(params, stringify!($param))?,)* });
                })*
                Err("an unknown code")
            }
        }
    };
}
pub(super) use problems;

/// Whether a code is the name of a problem in snake case.
pub(super) fn is_code(code: &str, name: &str) -> bool {
    let mut code = code.bytes();
    let mut letters = name.bytes().enumerate();
    let spelt = letters.all(|(place, letter)| {
        (place == 0 || letter.is_ascii_lowercase() || code.next() == Some(b'_'))
            && code.next() == Some(letter.to_ascii_lowercase())
    });
    spelt && code.next().is_none()
}

/// Takes one parameter.
pub(super) fn param<T: DeserializeOwned>(
    params: &mut Map<String, Value>,
    name: &'static str,
) -> Result<T, &'static str> {
    params
        .remove(name)
        .and_then(|value| serde_json::from_value(value).ok())
        .ok_or(name)
}
