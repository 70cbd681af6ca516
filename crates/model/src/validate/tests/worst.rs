//! Judging takes time in proportion to the draft, whatever is in it.

use serde_json::json;

use super::proportion;
use crate::arbitrary::worst::{self, Rows};
use crate::draft::bounds::{MOST_PARTS, MOST_ROW_ID, MOST_ROWS, MOST_ROWS_IN_ALL};
use crate::issue::MOST_ISSUES;
use crate::{Draft, Issue, Problem, out_of_bounds, validate};

fn demand_proportion(name: &str, small: &Draft, large: &Draft) {
    let excess = proportion::excess(name, || drop(validate(small)), || drop(validate(large)));
    assert_eq!(excess, None);
}

#[test]
fn four_times_the_rows_take_four_times_the_work() {
    let many = |rows| worst::worst(rows, Rows::Different);
    for ((name, small), (_, large)) in many(300).zip(many(1_200)) {
        demand_proportion(name, &small, &large);
    }
    demand_proportion("by name", &worst::entangled(2_000), &worst::entangled(8_000));
}

#[test]
fn long_texts_are_judged_in_proportion_to_their_length() {
    for part in [
        "-", "/a", "a.", "9", "a,", "{", "1-", "a=", "+-", "*/", " ", "你", "..", "a:", "@",
    ] {
        let text = |length: usize| part.repeat(length / part.len());
        let (small, large) = (
            worst::with_every_leaf(&text(1_000)),
            worst::with_every_leaf(&text(4_000)),
        );
        demand_proportion(part, &small, &large);
    }
}

#[test]
fn the_worst_drafts_are_within_the_bounds() {
    for (name, draft) in worst::worst(MOST_ROWS_IN_ALL - 400, Rows::Alike).step_by(5) {
        assert_eq!(out_of_bounds(&draft), [], "{name}");
    }
    assert_eq!(out_of_bounds(&worst::entangled(MOST_ROWS_IN_ALL)), []);
}

fn rows(number: usize) -> Vec<serde_json::Value> {
    vec![json!({}); number]
}

fn draft(content: serde_json::Value) -> Draft {
    let mut draft: Draft = serde_json::from_value(content).unwrap();
    draft.give_ids();
    draft
}

#[test]
fn a_list_that_is_too_long_is_blamed_and_nothing_else_is_judged() {
    let long = draft(json!({ "containers": [{ "id": 7, "env": rows(75_000) }] }));
    let parts = draft(json!({ "services": rows(MOST_PARTS + 1) }));
    let all = draft(json!({ "containers": [
        { "id": 1, "env": rows(MOST_ROWS), "ports": rows(MOST_ROWS), "mounts": rows(MOST_ROWS) },
        { "id": 2, "env": rows(MOST_ROWS), "args": rows(MOST_ROWS) },
    ] }));

    let told = |draft: &Draft| validate(draft).issues;
    let max = |most: usize| u32::try_from(most).unwrap();
    let too_many = |field: &str, most| Issue::error(field, Problem::TooManyRows { max: max(most) });
    assert_eq!(told(&long), [too_many("containers.7.env", MOST_ROWS)]);
    assert_eq!(told(&parts), [too_many("services", MOST_PARTS)]);
    let in_all = Problem::TooManyRowsInAll {
        max: max(MOST_ROWS_IN_ALL),
    };
    assert_eq!(told(&all), [Issue::error("containers.1.ports", in_all)]);
}

#[test]
fn a_row_id_that_no_row_may_have_is_blamed() {
    let mut draft = Draft::default();
    draft.containers[0].id = u32::MAX;

    let problem = Problem::NumberOutOfRange {
        min: 1,
        max: MOST_ROW_ID.into(),
    };
    assert_eq!(
        out_of_bounds(&draft),
        [Issue::error(format!("containers.{}", u32::MAX), problem)]
    );
}

#[test]
fn of_very_many_issues_the_first_are_told_and_that_there_are_more() {
    let wrong =
        draft(json!({ "containers": [{ "env": vec![json!({ "name": "=", "value": "x" }); 1_500] }] }));

    let verdict = validate(&wrong);

    assert!(verdict.app.is_none());
    let errors: Vec<_> = verdict.issues.iter().filter(|issue| issue.is_error()).collect();
    assert_eq!(errors.len(), MOST_ISSUES + 1);
    assert!(matches!(
        errors.last().unwrap().problem,
        Problem::MoreIssues { .. }
    ));
}
