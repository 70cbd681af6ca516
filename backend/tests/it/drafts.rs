//! Drafts: kept as typed, for the team, with a revision.

use http::Method;
use serde_json::{Value, json};
use slipway_api::{DraftLine, DraftView, paths};
use slipway_model::Problem;
use slipway_model::issue::FormPart;

use crate::support::TestApp;

fn nginx() -> Value {
    json!({ "cluster": "test", "content": {
        "basics": { "namespace": "default", "name": "nginx", "kind": "Deployment", "replicas": 2 },
        "containers": [{ "image": "nginx:1.27" }],
    } })
}

#[tokio::test]
async fn a_draft_is_kept_as_typed_right_or_wrong() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    let typed =
        json!({ "cluster": "test", "content": { "basics": { "name": " Not A Name ", "replicas": "many" } } });

    let created = dev.post(paths::DRAFTS, &typed).await;

    let draft: DraftView = created.json(201);
    assert_eq!(created.header("location"), paths::draft(&draft.id));
    assert_eq!(created.header("etag"), "\"1\"");
    assert_eq!(
        (draft.revision, draft.saved_by.as_str(), draft.cluster.as_str()),
        (1, "shop-dev", "test")
    );
    let read: DraftView = dev.get(&paths::draft(&draft.id)).await.json(200);
    assert_eq!(read.content.basics.name.as_str(), " Not A Name ");
    assert_eq!(read, draft);
}

#[tokio::test]
async fn a_repeated_request_answers_with_the_draft_it_made() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop").with_header("idempotency-key", "lost");

    let made: DraftView = dev.post(paths::DRAFTS, &nginx()).await.json(201);
    let again = dev.post(paths::DRAFTS, &json!({ "cluster": "test" })).await;

    assert_eq!(again.header("location"), paths::draft(&made.id));
    assert_eq!(again.header("etag"), "\"1\"");
    assert_eq!(again.json::<DraftView>(200), made);
    let long = dev.with_header("idempotency-key", &"k".repeat(129));
    let refused = long.post(paths::DRAFTS, &nginx()).await.problem(400);
    assert_eq!(refused.code, "idempotency_key_too_long");
}

#[tokio::test]
async fn every_row_gets_an_id_of_its_own() {
    let app = TestApp::offline().await;
    let body = json!({ "cluster": "test", "content": { "containers": [
        { "image": "a", "ports": [{ "number": 80 }, { "number": 81 }] },
        { "image": "b" },
    ] } });

    let draft: DraftView = app.member_of("shop").post(paths::DRAFTS, &body).await.json(201);

    let mut ids = draft.content.row_ids("containers");
    ids.extend(draft.content.row_ids(&format!("containers.{}.ports", ids[0])));
    let distinct: std::collections::BTreeSet<_> = ids.iter().filter(|id| **id != 0).collect();
    assert_eq!(distinct.len(), 4, "{ids:?}");
}

#[tokio::test]
async fn the_list_says_what_is_in_each_draft_and_how_much_is_wrong() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    dev.post(paths::DRAFTS, &nginx()).await.demand(201);
    dev.post(paths::DRAFTS, &json!({ "cluster": "test" }))
        .await
        .demand(201);

    let lines: Vec<DraftLine> = dev.get(paths::DRAFTS).await.json(200);

    let nginx = lines.iter().find(|line| line.name == "nginx").unwrap();
    assert_eq!(
        (nginx.namespace.as_str(), nginx.image.as_str(), nginx.errors),
        ("default", "nginx:1.27", 0)
    );
    let empty = lines.iter().find(|line| line.name.is_empty()).unwrap();
    assert!(empty.errors > 0);
}

#[tokio::test]
async fn of_two_tabs_the_second_to_save_is_told() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    let draft: DraftView = dev.post(paths::DRAFTS, &nginx()).await.json(201);
    let path = paths::draft(&draft.id);
    let with_name = |name: &str| {
        let mut content = draft.content.clone();
        content.basics.name.set(name);
        json!({ "content": content })
    };

    let first: DraftView = dev.put(&path, 1, &with_name("first")).await.json(200);
    let second = dev.put(&path, 1, &with_name("second")).await;

    assert_eq!(first.revision, 2);
    let problem = second.problem(412);
    assert_eq!(
        (problem.code.as_str(), problem.params["current"].as_str()),
        ("stale", "2")
    );
    let kept: DraftView = dev.get(&path).await.json(200);
    assert_eq!(kept.content.basics.name.as_str(), "first");
}

#[tokio::test]
async fn a_save_must_say_what_it_is_based_on() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    let draft: DraftView = dev.post(paths::DRAFTS, &nginx()).await.json(201);
    let path = paths::draft(&draft.id);
    let body = serde_json::to_vec(&json!({ "content": {} })).unwrap();
    let typed = dev.clone().with_header("content-type", "application/json");

    let without = typed.send(Method::PUT, &path, body.clone().into()).await;
    let unquoted = typed
        .with_header("if-match", "1")
        .send(Method::PUT, &path, body.into())
        .await;

    assert_eq!(without.problem(428).code, "if_match_missing");
    assert_eq!(unquoted.problem(400).code, "bad_if_match");
}

#[tokio::test]
async fn an_unknown_field_is_refused_with_its_place_and_its_neighbour() {
    let app = TestApp::offline().await;
    let body = json!({ "cluster": "test", "content": { "containers": [{ "image": "a", "port": [] }] } });

    let problem = app
        .member_of("shop")
        .post(paths::DRAFTS, &body)
        .await
        .problem(422);

    insta::assert_json_snapshot!((problem.code, problem.title, problem.params), @r#"
    [
      "unknown_field",
      "there is no field `port`",
      {
        "field": "content.containers[0].port",
        "name": "port",
        "nearest": "ports"
      }
    ]
    "#);
}

#[tokio::test]
async fn everything_that_no_draft_has_is_told_at_once() {
    let app = TestApp::offline().await;
    let content =
        json!({ "basics": { "nmae": "shop" }, "containers": [{ "id": 7, "port": [], "image": ["a"] }] });

    let problem = app
        .member_of("shop")
        .post(paths::DRAFTS, &json!({ "cluster": "test", "content": content }))
        .await
        .problem(422);

    let issues: Vec<_> = problem
        .issues
        .iter()
        .map(|issue| (issue.field.as_str(), &issue.problem))
        .collect();
    let nearest = |name: &str| Problem::UnknownField { nearest: name.into() };
    assert_eq!(
        issues,
        [
            ("basics.nmae", &nearest("name")),
            ("containers.7.port", &nearest("ports")),
            (
                "containers.7.image",
                &Problem::WrongType {
                    expected: FormPart::Text
                }
            ),
        ]
    );
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_refused_with_its_place() {
    let app = TestApp::offline().await;
    let body = json!({ "cluster": "test", "content": { "basics": { "name": ["nginx"] } } });

    let problem = app
        .member_of("shop")
        .post(paths::DRAFTS, &body)
        .await
        .problem(422);

    assert_eq!(
        (problem.code.as_str(), problem.params["field"].as_str()),
        ("wrong_type", "content.basics.name")
    );
}

#[tokio::test]
async fn a_draft_for_an_unknown_cluster_or_of_an_unknown_format_is_refused() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");

    let elsewhere = dev.post(paths::DRAFTS, &json!({ "cluster": "elsewhere" })).await;
    let tomorrow = dev
        .post(
            paths::DRAFTS,
            &json!({ "cluster": "test", "content": { "format": 2 } }),
        )
        .await;

    assert_eq!(elsewhere.problem(422).code, "unknown_cluster");
    assert_eq!(tomorrow.problem(422).code, "unknown_format");
}

#[tokio::test]
async fn another_teams_draft_does_not_exist() {
    let app = TestApp::offline().await;
    let draft: DraftView = app
        .member_of("shop")
        .post(paths::DRAFTS, &nginx())
        .await
        .json(201);
    let path = paths::draft(&draft.id);
    let stranger = app.member_of("bank");

    let theirs = stranger.get(&path).await.problem(404);
    let nowhere = stranger.get(&paths::draft("none")).await.problem(404);

    assert_eq!(
        (theirs.code, theirs.title, theirs.params),
        (nowhere.code, nowhere.title, nowhere.params)
    );
    stranger
        .put(&path, 1, &json!({ "content": {} }))
        .await
        .problem(404);
    stranger.delete(&path).await.problem(404);
    assert!(
        stranger
            .get(paths::DRAFTS)
            .await
            .json::<Vec<DraftLine>>(200)
            .is_empty()
    );
}

#[tokio::test]
async fn a_deleted_draft_is_gone() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    let draft: DraftView = dev.post(paths::DRAFTS, &nginx()).await.json(201);
    let path = paths::draft(&draft.id);

    dev.delete(&path).await.demand(204);

    dev.get(&path).await.problem(404);
    dev.delete(&path).await.problem(404);
}

#[tokio::test]
async fn drafts_survive_a_restart() {
    let app = TestApp::offline().await;
    let draft: DraftView = app
        .member_of("shop")
        .post(paths::DRAFTS, &nginx())
        .await
        .json(201);

    let app = app.restarted().await;

    let kept: DraftView = app
        .member_of("shop")
        .get(&paths::draft(&draft.id))
        .await
        .json(200);
    assert_eq!(kept, draft);
}
