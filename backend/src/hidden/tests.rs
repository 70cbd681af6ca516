use serde_json::json;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;

use super::take_away_once;
use crate::clock::Clock;
use crate::db::Db;

/// What was typed before the kind was switched, and what was typed and chosen.
const HIDDEN: [&str; 3] = [
    "typed-before-the-secret",
    "typed-before-the-probe",
    "deleted-long-ago",
];
const CHOSEN: &str = "typed-and-chosen";

fn content() -> String {
    json!({
        "format": 1,
        "containers": [{ "id": 1, "image": "web:1",
            "env": [{ "id": 2, "kind": "secret", "name": "A", "value": HIDDEN[0], "object": "db", "key": "a" },
                    { "id": 3, "kind": "value", "name": "B", "value": CHOSEN }],
            "liveness": { "enabled": "true", "kind": "tcp", "port": "80",
                "headers": [{ "id": 4, "name": "X-Key", "value": HIDDEN[1] }] } }],
    })
    .to_string()
}

async fn run(db: &SqlitePool, statement: &'static str, texts: &[&str]) {
    let query = texts
        .iter()
        .fold(sqlx::query::<sqlx::Sqlite>(statement), |query, text| {
            query.bind((*text).to_owned())
        });
    query.execute(db).await.unwrap();
}

/// The same without the health check, which a draft keeps.
fn content_of_the_draft() -> String {
    let mut content: serde_json::Value = serde_json::from_str(&content()).unwrap();
    content["containers"][0]
        .as_object_mut()
        .unwrap()
        .remove("liveness");
    content.to_string()
}

/// A database as a version left it that kept everything, and wrote over nothing that it deleted.
async fn of_an_earlier_version(folder: &std::path::Path) {
    Db::open(folder).await.unwrap().close().await;
    let file = SqliteConnectOptions::new()
        .filename(folder.join("slipway.db"))
        .pragma("secure_delete", "off");
    let db = SqlitePool::connect_with(file).await.unwrap();
    let content = content();
    let fields = json!([
        ["spec.name", "basics.name"],
        [
            format!("containers[0].httpHeaders={}", HIDDEN[1]),
            "containers.1.liveness.headers.4.value"
        ]
    ])
    .to_string();
    run(&db, "insert into draft (draft_id, team_id, cluster_id, revision, content, saved_by, saved_at) values ('d', 'shop', 1, 1, ?, 'ann', 1)", &[&content_of_the_draft()]).await;
    run(&db, "insert into app (app_id, cluster_id, namespace, kind, name, team_id, created_at) values ('a', 1, 'n', 'Deployment', 'web', 'shop', 1)", &[]).await;
    run(&db, "insert into revision (app_id, number, plan, plan_hash, draft, person, created_at) values ('a', 1, '{}', 'h', ?, 'ann', 1)", &[&content]).await;
    run(&db, "insert into operation (operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person, actor, idempotency_key, request_hash, state, created_at)
        values ('o', 1, 'u', 'a', 1, 'n', 'Deployment', 'web', 'create', 'shop', 'ann', 'own', 'k', 'r', 'queued', 1)", &[]).await;
    run(&db, "insert into step (operation_id, position, verb, api_version, kind, name, body, fields, state) values ('o', 0, 'create', 'v1', 'Service', 'web', '{}', ?, 'pending')", &[&fields]).await;
    let long = json!({ "format": 1, "text": HIDDEN[2].repeat(2000) }).to_string();
    run(&db, "insert into draft (draft_id, team_id, cluster_id, revision, content, saved_by, saved_at) values ('gone', 'shop', 1, 1, ?, 'ann', 1)", &[&long]).await;
    run(&db, "delete from draft where draft_id = 'gone'", &[]).await;
    db.close().await;
}

fn holds(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn what_an_earlier_version_kept_of_kinds_that_are_not_chosen_is_in_no_byte_any_more() {
    let folder = tempfile::tempdir().unwrap();
    of_an_earlier_version(folder.path()).await;
    for hidden in HIDDEN {
        assert!(
            holds(folder.path(), hidden),
            "{hidden} is not there to begin with"
        );
    }

    let db = Db::open(folder.path()).await.unwrap();
    take_away_once(&db, &Clock::system()).await.unwrap();

    for hidden in HIDDEN {
        assert!(!holds(folder.path(), hidden), "{hidden}");
    }
    assert!(holds(folder.path(), CHOSEN), "nothing else is taken");
    let fields: String = sqlx::query_scalar("select fields from step")
        .fetch_one(db.read())
        .await
        .unwrap();
    assert_eq!(fields, r#"[["spec.name","basics.name"]]"#);
}

#[tokio::test]
async fn it_is_done_once() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    take_away_once(&db, &Clock::system()).await.unwrap();
    let content = content();
    let mut tx = db.write().await.unwrap();
    sqlx::query("insert into draft (draft_id, team_id, cluster_id, revision, content, saved_by, saved_at) values ('d', 'shop', 1, 1, ?, 'ann', 1)")
        .bind(&content)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    take_away_once(&db, &Clock::system()).await.unwrap();

    let kept: String = sqlx::query_scalar("select content from draft")
        .fetch_one(db.read())
        .await
        .unwrap();
    assert_eq!(kept, content, "a start reads no draft that was written since");
}
