//! What we depend on: licences, sources and bans, known vulnerabilities, and what nobody maintains any more.

use std::path::Path;
use std::process::Command;

use crate::build::root;
use crate::command::{cargo, output, succeed};
use crate::tools;

/// Crates that are not maintained, each with a remark.
const UNMAINTAINED: &str = include_str!("../../unmaintained.txt");

/// Licences, sources and bans must hold. Known vulnerabilities are looked up where that is possible; where not, it is said.
pub(super) fn check() -> anyhow::Result<()> {
    let deny = tools::cargo_deny()?;
    let check = |what: &[&str]| {
        let mut command = Command::new(&deny);
        command
            .current_dir(root())
            .args(["--workspace", "--all-features", "check", "--hide-inclusion-graph"])
            .args(what);
        command
    };
    succeed(&mut check(&["bans", "licenses", "sources"]))?;
    report_unmaintained()?;
    if fetched(&deny) {
        return succeed(&mut check(&["--disable-fetch", "advisories"]));
    }
    eprintln!("NOT CHECKED: known vulnerabilities. The advisory database cannot be reached from here.");
    Ok(())
}

fn fetched(deny: &Path) -> bool {
    let mut fetch = Command::new(deny);
    fetch.current_dir(root()).args(["fetch", "db"]);
    fetch
        .env("GIT_TERMINAL_PROMPT", "0")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Says which crates nobody maintains, why they are still here, and who brings them. No failure: others have to act first.
fn report_unmaintained() -> anyhow::Result<()> {
    for (name, remark) in unmaintained(UNMAINTAINED) {
        eprintln!("NOT MAINTAINED: {name}: {remark}\n  its way in:");
        let edges = "normal,build";
        let tree = [
            "tree",
            "--workspace",
            "--target",
            "all",
            "--edges",
            edges,
            "--depth",
            "3",
        ];
        for line in output(cargo(tree).args(["--invert", name]))?.lines() {
            eprintln!("  {}", without_folder(line));
        }
    }
    Ok(())
}

/// Names and remarks of a list.
fn unmaintained(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(char::is_whitespace))
        .map(|(name, remark)| (name, remark.trim()))
}

/// A line of the tree without the folder of a crate of ours.
fn without_folder(line: &str) -> &str {
    line.split(" (/").next().unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::{UNMAINTAINED, unmaintained, without_folder};

    #[test]
    fn what_is_gone_is_not_reported_any_more() {
        let lock = std::fs::read_to_string(crate::build::root().join("Cargo.lock")).unwrap();
        let listed: Vec<_> = unmaintained(UNMAINTAINED).collect();

        assert!(!listed.is_empty());
        for (name, remark) in listed {
            let entry = format!("\nname = \"{name}\"\n");
            assert!(
                lock.contains(&entry),
                "{name} is gone: remove it from unmaintained.txt"
            );
            assert!(!remark.is_empty(), "{name} has no remark");
        }
    }

    #[test]
    fn a_report_names_no_folder_of_this_machine() {
        assert_eq!(
            without_folder("└── xtask v0.1.0 (/home/ada/xtask)"),
            "└── xtask v0.1.0"
        );
        assert_eq!(
            without_folder("paste v1.0.15 (proc-macro)"),
            "paste v1.0.15 (proc-macro)"
        );
    }
}
