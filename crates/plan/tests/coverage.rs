//! `docs/coverage.md` names a test for each row of the guide, and the test is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The lines of the tables: the first cell, and the tests of the last one.
fn rows() -> Vec<(String, Vec<String>)> {
    let table = fs::read_to_string(root().join("docs/coverage.md")).unwrap_or_default();
    let lines = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let tests = cells.last().copied().unwrap_or_default().split(", ");
            let tests = tests.map(|test| test.trim().trim_matches(['`', '|', ' ']).to_owned());
            (cells[0].to_owned(), tests.collect())
        })
        .filter(|(row, _)| row != "Row" && row != "What")
        .collect()
}

fn exists(test: &str) -> bool {
    if let Some((group, case)) = test.split_once('@') {
        let snapshot = format!("crates/plan/src/snapshots/slipway_plan__tests__{test}.snap");
        let folder = if group == "examples" {
            "examples"
        } else {
            "crates/plan/tests/cases"
        };
        return root().join(folder).join(case).is_file() && root().join(snapshot).is_file();
    }
    let declared = format!("fn {test}(");
    ["crates/model/src", "crates/plan/src"]
        .iter()
        .any(|folder| declares(&root().join(folder), &declared))
}

fn declares(folder: &Path, declared: &str) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            declares(&path, declared)
        } else {
            path.extension().is_some_and(|extension| extension == "rs")
                && fs::read_to_string(&path).is_ok_and(|text| {
                    text.match_indices(declared)
                        .any(|(at, _)| text[..at].trim_end().ends_with("#[test]"))
                })
        }
    })
}

#[test]
fn every_row_of_the_guide_names_a_test() {
    let rows = rows();
    for number in 7..=60 {
        let row = format!("R{number}");
        let found = rows.iter().find(|(name, _)| *name == row);
        assert!(
            found.is_some_and(|(_, tests)| tests.iter().all(|test| !test.is_empty())),
            "{row}"
        );
    }
}

#[test]
fn every_test_it_names_is_there() {
    for (row, tests) in rows() {
        for test in tests {
            assert!(exists(&test), "{row} names {test}");
        }
    }
    assert!(!exists("plans@no_such_case.yaml") && !exists("no_such_test"));
}

/// The names that follow `Problem::` in the sources of a folder, its tests or everything else.
fn codes(folder: &Path, in_tests: bool, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if path.is_dir() {
            codes(&path, in_tests, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let (rules, tests) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        let whole = is_test || folder.ends_with("tests");
        let text = match (in_tests, whole) {
            (true, true) => &text,
            (true, false) => tests,
            (false, true) => "",
            (false, false) => rules,
        };
        let names = text.split("Problem::").skip(1);
        found.extend(names.map(|rest| {
            rest.chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect::<String>()
        }));
    }
}

#[test]
fn every_code_the_rules_give_occurs_in_a_test_of_theirs() {
    let (mut given, mut tested) = (BTreeSet::new(), BTreeSet::new());
    for folder in ["crates/model/src/validate", "crates/model/src/value"] {
        codes(&root().join(folder), false, &mut given);
        codes(&root().join(folder), true, &mut tested);
    }

    assert!(given.len() > 60, "{given:?}");
    assert_eq!(given.difference(&tested).collect::<Vec<_>>(), [""; 0]);
}
