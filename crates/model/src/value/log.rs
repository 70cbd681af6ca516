//! Names and paths of the log service.

use super::checked_text;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// The name by which the log service collects: lower-case letters, digits and `-`. The agent splits the name of a
    /// variable at its last `_`, so there is none here.
    LogStore
}

impl LogStore {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 63)?;
        let good = text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if good && !text.starts_with('-') && !text.ends_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::LogStoreMalformed {})
        }
    }
}

checked_text! {
    /// What is collected: what a container prints, or files in it.
    LogPath
}

impl LogPath {
    /// What a container prints.
    pub const PRINTED: [&str; 3] = ["stdout", "stdout-only", "stderr-only"];

    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 1024)?;
        let file = text.rsplit_once('/').is_some_and(|(directory, file)| {
            directory.starts_with('/') && directory.len() > 1 && !file.is_empty()
        });
        let goes_up = text.split('/').any(|element| element == "..");
        if Self::PRINTED.contains(&text) || file && !goes_up && !text.contains(char::is_whitespace) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::LogPathMalformed {})
        }
    }

    /// The folder the files are in, before any pattern. None for what is printed.
    pub fn directory(&self) -> Option<&str> {
        let pattern = self.0.find(['*', '?', '[']).unwrap_or(self.0.len());
        let end = self.0[..pattern].rfind('/')?;
        Some(&self.0[..end.max(1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_has_no_underscore() {
        assert!(LogStore::parse("my-log-1").is_ok());
        for bad in ["my_log", "MyLog", "-a", "日志"] {
            assert_eq!(LogStore::parse(bad), Err(Problem::LogStoreMalformed {}), "{bad}");
        }
    }

    #[test]
    fn files_lie_in_a_folder() {
        let directory = |text: &str| LogPath::parse(text).unwrap().directory().map(ToOwned::to_owned);
        assert_eq!(directory("stdout"), None);
        assert_eq!(directory("/var/log/*.log").as_deref(), Some("/var/log"));
        assert_eq!(directory("/var/log/**/a.log").as_deref(), Some("/var/log"));
        assert_eq!(directory("/var/log/a.log").as_deref(), Some("/var/log"));
        for bad in ["/a.log", "var/log/a", "/var/log/", "stderr", "/var/../a"] {
            assert_eq!(LogPath::parse(bad), Err(Problem::LogPathMalformed {}), "{bad}");
        }
    }
}
