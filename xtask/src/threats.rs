//! `docs/THREATS.md` names a test for everything that it says stops somebody. Here it is held against the sources.

use std::fs;
use std::path::{Path, PathBuf};

use crate::build::root;

/// Where tests stand.
const SOURCES: [&str; 5] = ["backend", "crates", "e2e", "frontend", "xtask"];

/// A row of a table: where it stands, and its cells.
struct Row<'a> {
    line: usize,
    cells: Vec<&'a str>,
}

/// The rows of all tables whose last column is called `Tests`.
fn rows(document: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut within = false;
    for (index, text) in document.lines().enumerate() {
        let Some(inner) = text.strip_prefix('|').and_then(|text| text.strip_suffix('|')) else {
            within = false;
            continue;
        };
        let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
        if cells.last() == Some(&"Tests") {
            within = true;
        } else if within && !cells.iter().all(|cell| cell.chars().all(|letter| letter == '-')) {
            rows.push(Row {
                line: index + 1,
                cells,
            });
        }
    }
    rows
}

/// The names of tests in a cell: what stands between backticks.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Whether a test of this name is in the source of a module: a function with an attribute that makes it a test.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    let begins = format!("fn {name}(");
    let is_it = |line: &&str| line.starts_with(&begins) || line.starts_with(&format!("async {begins}"));
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| is_it(line))
        .any(|(index, _)| {
            let before = lines[..index].iter().rev();
            before
                .take_while(|line| line.starts_with('#') || line.starts_with("//"))
                .any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
        })
}

/// Whether a file holds the module of these names, e.g. `checks/pods.rs` those of `checks::pods`.
fn is_module(file: &Path, modules: &[&str]) -> bool {
    let stem = file.with_extension("");
    let mut path = stem.iter().rev();
    modules
        .iter()
        .rev()
        .all(|module| path.next().is_some_and(|part| part == *module))
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut sources = Vec::new();
    let mut folders: Vec<PathBuf> = SOURCES.map(|folder| root().join(folder)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    sources
}

/// What is wrong with a document, given the sources.
fn faults(document: &str, sources: &[(PathBuf, String)]) -> Vec<String> {
    let mut faults = Vec::new();
    for Row { line, cells } in rows(document) {
        let tests = names(cells.last().unwrap_or(&""));
        if tests.is_empty() {
            faults.push(format!("line {line} names no test"));
        }
        if cells.iter().any(|cell| cell.is_empty()) {
            faults.push(format!("line {line} has an empty cell"));
        }
        for test in tests {
            let parts: Vec<&str> = test.split("::").collect();
            let (name, modules) = parts.split_last().unwrap();
            let found = !modules.is_empty()
                && sources
                    .iter()
                    .any(|(file, source)| is_module(file, modules) && has_test(source, name));
            if !found {
                faults.push(format!("line {line}: there is no test {test}"));
            }
        }
    }
    faults
}

#[test]
fn every_threat_names_tests_that_exist() {
    let document = fs::read_to_string(root().join("docs/THREATS.md")).unwrap();

    assert!(rows(&document).len() > 40, "the tables are not found");
    let faults = faults(&document, &sources());
    assert!(faults.is_empty(), "docs/THREATS.md:\n{}", faults.join("\n"));
}

#[test]
fn a_row_without_a_test_or_with_one_that_is_gone_is_found() {
    let source = "#[test]\nfn there() {}\n\nfn no_test() {}\n/// Why.\n#[tokio::test(flavor = \"x\")]\nasync fn waits() {}\n";
    let sources = [(
        PathBuf::from("backend/tests/it/doors/front.rs"),
        source.to_owned(),
    )];
    let document = |tests: &str| format!("| Way in | Tests |\n| --- | --- |\n| door | {tests} |\n");

    assert!(faults(&document("`front::there`, `doors::front::waits`"), &sources).is_empty());
    for (tests, fault) in [
        ("later", "line 3 names no test"),
        ("", "line 3 names no test"),
        ("`front::gone`", "line 3: there is no test front::gone"),
        ("`front::no_test`", "line 3: there is no test front::no_test"),
        ("`back::there`", "line 3: there is no test back::there"),
        ("`there`", "line 3: there is no test there"),
        ("`front::the`", "line 3: there is no test front::the"),
    ] {
        assert_eq!(faults(&document(tests), &sources)[0], fault);
    }
}
