//! Secrets that open something. Kept as hashes; shown once, to whom they are for.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A fresh secret of 256 random bits. Not shown by `Debug`.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token nobody has seen.
    ///
    /// # Panics
    ///
    /// When the operating system has no random numbers, which leaves nothing safe to do.
    pub fn fresh() -> Self {
        let mut bits = [0_u8; 32];
        #[expect(
            clippy::expect_used,
            reason = "without random numbers nobody can be signed in safely"
        )]
        getrandom::fill(&mut bits).expect("the operating system gives random numbers");
        Self(BASE64URL_NOPAD.encode(&bits))
    }

    /// The text, for the one it is for.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What is kept of a token: enough to recognise it, too little to use it.
#[derive(Clone, Copy)]
pub(super) struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a token's text. Tokens have too many bits to be guessed, so a plain hash is enough.
    pub(super) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Whether both are of the same token, in a time that does not tell how much of it is right.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}
