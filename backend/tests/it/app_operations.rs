//! What was done to one app, page by page.

use serde_json::json;
use slipway_api::{OperationKind, OperationPage, paths};

use crate::stage::{Stage, succeeded};

#[tokio::test]
async fn the_operations_of_an_app_come_page_by_page_the_newest_first() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;
    succeeded(&stage.created(&draft).await);
    succeeded(&stage.asked("nginx", 1, json!({ "kind": "delete" })).await);
    let path = stage.of_app("nginx", paths::app_operations);

    let page =
        async |query: &str| -> OperationPage { stage.dev().get(&format!("{path}{query}")).await.json(200) };
    let kinds = |page: &OperationPage| page.rows.iter().map(|line| line.kind).collect::<Vec<_>>();

    let all = page("").await;
    assert_eq!(
        (kinds(&all), all.total),
        (vec![OperationKind::Delete, OperationKind::Create], 2)
    );
    let second = page("?limit=1&page=2").await;
    assert_eq!((kinds(&second), second.total), (vec![OperationKind::Create], 2));
    let beyond = page("?limit=1&page=3").await;
    assert_eq!(
        (kinds(&beyond), beyond.total),
        (vec![], 2),
        "the app is gone, its record is not"
    );
}

#[tokio::test]
async fn a_page_of_operations_that_cannot_be_is_refused() {
    let stage = Stage::new().await;
    let path = stage.of_app("nginx", paths::app_operations);

    for (query, code) in [
        ("?page=0", "out_of_range"),
        ("?limit=0", "out_of_range"),
        ("?limit=101", "out_of_range"),
        ("?after=1", "unknown_field"),
    ] {
        let problem = stage.dev().get(&format!("{path}{query}")).await.problem(422);
        assert_eq!(problem.code, code, "{query}");
    }
}
