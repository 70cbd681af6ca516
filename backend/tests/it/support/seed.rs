//! Where tests by chance begin.

/// A number from the environment.
pub fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The seed that a variable says, else another one for each commit, so that much is seen over time.
pub fn seed(variable: &str) -> u64 {
    let of_commit = || {
        let mut git = std::process::Command::new("git");
        let head = git.args(["rev-parse", "--short=8", "HEAD"]).output().ok()?;
        u64::from_str_radix(std::str::from_utf8(&head.stdout).ok()?.trim(), 16).ok()
    };
    number(variable).or_else(of_commit).unwrap_or(42)
}
