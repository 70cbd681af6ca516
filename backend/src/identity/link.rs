//! The link that signs the one user in: who can read the data folder owns the server.

use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Token, TokenHash};

/// The link that is good now. There is one at a time; using it or asking for another makes it void.
#[derive(Clone)]
pub struct SignInLinks {
    file: Arc<Path>,
    base: Arc<str>,
    good: Arc<Mutex<Good>>,
}

/// The link that is good, and the one that was used last.
#[derive(Default)]
struct Good {
    current: Option<TokenHash>,
    used: Option<TokenHash>,
}

impl SignInLinks {
    /// Links for pages under `base`, the last one kept in the data folder. None is good until the first [`fresh`](Self::fresh).
    pub fn new(data_dir: &Path, base: &str) -> Self {
        Self {
            file: Self::file(data_dir).into(),
            base: base.trim_end_matches('/').into(),
            good: Arc::default(),
        }
    }

    /// Where the link of a data folder is kept.
    pub fn file(data_dir: &Path) -> PathBuf {
        data_dir.join("sign-in")
    }

    /// Makes a link, and the one before it void.
    pub fn fresh(&self) -> io::Result<String> {
        let token = Token::fresh();
        let link = format!("{}/sign-in#{}", self.base, token.reveal());
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        // What is in the file stays good when it cannot be replaced.
        write_privately(&self.file, &link)?;
        *good = Good::default();
        good.current = Some(TokenHash::of(token.reveal()));
        Ok(link)
    }

    /// Whether this is the token of the good link; it is used up then.
    pub fn redeem(&self, token: &str) -> bool {
        let hash = TokenHash::of(token);
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        let is_good = good.current.as_ref().is_some_and(|expected| expected.is(&hash));
        if is_good {
            good.used = good.current.take();
        }
        is_good
    }

    /// Makes the link good again that was used last, if this is its token and there is no other: it led to nothing.
    pub fn give_back(&self, token: &str) {
        let hash = TokenHash::of(token);
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        if good.current.is_none() && good.used.as_ref().is_some_and(|used| used.is(&hash)) {
            good.current = good.used.take();
        }
    }

    /// Takes the file away: with members configured, or when the server stops, no link is good.
    pub fn remove(&self) {
        *self.good.lock().unwrap_or_else(PoisonError::into_inner) = Good::default();
        if let Err(error) = std::fs::remove_file(&*self.file)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the sign-in link could not be removed"
            );
        }
    }
}

/// Replaces a file by one that only its owner can read, in one step.
fn write_privately(file: &Path, text: &str) -> io::Result<()> {
    let next = file.with_extension("next");
    match std::fs::remove_file(&next) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut handle = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&next)?;
    writeln!(handle, "{text}")?;
    handle.sync_all()?;
    std::fs::rename(next, file)
}
