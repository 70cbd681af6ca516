//! Checked values. A value is judged once, where it enters, and its type remembers that.
//!
//! Plain character checks rather than patterns: the browser downloads this code.

mod annotation;
mod cloud;
mod data_key;
mod field_path;
mod file;
mod folders;
mod header;
mod host;
mod image;
mod label;
#[cfg(test)]
mod limits;
mod log;
mod name;
mod number;
mod path;
mod quantity;
mod resource;
mod schedule;
mod security;
mod share;
mod variable;
mod zone;

pub use annotation::AnnotationKey;
pub use cloud::{CloudId, ServerName};
pub use data_key::DataKey;
pub use field_path::FieldPath;
pub use file::{FileMode, FilePath, InsidePath, MountPath, ProbePath};
pub use folders::Folders;
pub use header::HeaderName;
pub use host::HostName;
pub use image::ImageRef;
pub use label::{LabelKey, LabelValue};
pub use log::{LogPath, LogStore};
pub use name::{AppName, DnsLabel, PortName, ServiceName, Subdomain};
pub use number::{NodePort, PortNumber, whole};
pub use path::UrlPath;
pub use quantity::{Cpu, Memory, billionths};
pub use resource::{Divisor, ResourceField};
pub use schedule::{CronSchedule, TimedSchedule};
pub use security::Capability;
pub use share::CountOrPercent;
pub use variable::VariableName;
pub use zone::TimeZone;

/// Declares a checked text type: readable as text, made by its `parse`. Unless it is `strict`, Kubernetes takes more of it
/// than we do.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident) => {
        $crate::value::checked_text! { $(#[$doc])* strict $name }

        impl $name {
            /// The same of any text, for what runs already and was accepted by Kubernetes.
            pub(crate) fn unchecked(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
    ($(#[$doc:meta])* strict $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
use checked_text;

/// The same text with full-width characters made plain and every blank and invisible character left out, if that
/// differs. Chinese input methods and copied pages leave such characters behind.
pub fn plain(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !invisible(*c))
        .map(half_width)
        .collect();
    (plain != text).then_some(plain)
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '。' => '.',
        _ => c,
    }
}

fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{00ad}')
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn full_width_and_blank_characters_have_a_plain_form() {
        assert_eq!(plain("８０"), Some("80".into()));
        assert_eq!(plain("foo．bar。com"), Some("foo.bar.com".into()));
        assert_eq!(plain("ngi\u{200b}nx:1 .27"), Some("nginx:1.27".into()));
        assert_eq!(plain("nginx"), None);
        assert_eq!(plain("应用"), None, "Chinese text has no plain form");
    }
}
