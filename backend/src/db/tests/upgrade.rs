//! A database of any earlier schema, with rows in every table, keeps every row and every value when it is opened today.
//!
//! A migration that adds a table or a column needs a [`Sample`] with it; one that takes something away, or writes it
//! anew, has to say so in [`RENAMED`], [`GONE`] or [`REWRITTEN`].

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, SqlitePool};

use crate::db::{Db, MIGRATIONS};

/// Rows of a table, as they were written from one migration on. Together they have a value in every column.
struct Sample {
    table: &'static str,
    since: i64,
    rows: &'static [&'static str],
}

/// Of each table the newest sample that its schema knows is written, in this order.
const SAMPLES: &[Sample] = &[
    Sample {
        table: "session",
        since: 1,
        rows: &["(token_hash, person, created_at, seen_at) values (zeroblob(32), 'ann', 1, 2)"],
    },
    Sample {
        table: "session",
        since: 71,
        rows: &[
            "(token_hash, person, credential, created_at, seen_at) values (zeroblob(32), 'ann', zeroblob(32), 1, 2)",
        ],
    },
    Sample {
        table: "session_time",
        since: 55,
        rows: &["(only_row, at) values (1, 5)"],
    },
    Sample {
        table: "sign_in_failure",
        since: 56,
        rows: &["(network, failures, left_millis) values ('192.0.2.1', 10, 59000)"],
    },
    Sample {
        table: "draft",
        since: 2,
        rows: &["(draft_id, team_id, cluster_id, revision, content, saved_by, saved_at)
                 values ('d', 't', 1, 3, '{\"format\":1}', 'ann', 4)"],
    },
    Sample {
        table: "draft",
        since: 3,
        rows: &[
            "(draft_id, team_id, cluster_id, revision, content, saved_by, saved_at, request_key)
             values ('d', 't', 1, 3, '{\"format\":1}', 'ann', 4, 'key')",
        ],
    },
    Sample {
        table: "cluster",
        since: 10,
        rows: &["(cluster_id, slug, uid) values (7, 'demo', 'u')"],
    },
    Sample {
        table: "installation",
        since: 20,
        rows: &["(only_row, installation_id) values (1, 'i')"],
    },
    Sample {
        table: "app",
        since: 20,
        rows: &[
            "(app_id, cluster_id, namespace, kind, name, team_id, created_at, ended_at)
             values ('a', 7, 'shop', 'Deployment', 'web', 't', 1, 2)",
            "(app_id, cluster_id, namespace, kind, name, team_id, created_at)
             values ('b', 7, 'shop', 'Deployment', 'web', 't', 3)",
        ],
    },
    Sample {
        table: "revision",
        since: 20,
        rows: &["(app_id, number, plan, plan_hash, draft, person, created_at) values ('a', 1, '{}', 'h', '{}', 'ann', 1)"],
    },
    Sample {
        table: "operation",
        since: 20,
        rows: &[
            "(operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
              actor, draft_id, draft_revision, idempotency_key, request_hash, state, holder, lease_until, fence, retry_at,
              failures, created_at)
             values ('o', 7, 'u', 'a', 1, 'shop', 'Deployment', 'web', 'create', 't', 'ann',
                     'own', 'd', 3, 'k', 'r', 'running', 'me', 5, 6, 7, 8, 9)",
            "(operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
              actor, idempotency_key, request_hash, state, failure, issues, created_at, finished_at)
             values ('p', 7, 'u', 'a', 1, 'shop', 'Deployment', 'web', 'create', 't', 'ann',
                     'impersonated', 'l', 'r', 'stuck', 'refused', '[1]', 9, 10)",
        ],
    },
    Sample {
        table: "operation",
        since: 21,
        rows: &[
            "(operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
              actor, draft_id, draft_revision, idempotency_key, request_hash, state, holder, lease_until, fence, retry_at,
              failures, failing_since, created_at)
             values ('o', 7, 'u', 'a', 1, 'shop', 'Deployment', 'web', 'create', 't', 'ann',
                     'own', 'd', 3, 'k', 'r', 'running', 'me', 5, 6, 7, 8, 11, 9)",
            "(operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
              actor, idempotency_key, request_hash, state, failure, issues, created_at, finished_at)
             values ('p', 7, 'u', 'a', 1, 'shop', 'Deployment', 'web', 'create', 't', 'ann',
                     'impersonated', 'l', 'r', 'stopped', 'cluster_unreachable', '[1]', 9, 10)",
        ],
    },
    Sample {
        table: "step",
        since: 20,
        rows: &[
            "(operation_id, position, verb, api_version, kind, namespace, name, body, fields, state, uid, outcome, message,
              warnings, attempts, sent_at, deadline, undo_sent_at, finished_at)
             values ('o', 0, 'create', 'v1', 'Service', 'shop', 'web', '{}', '[]', 'undone', 'x', 'deleted', 'm',
                     '[\"w\"]', 2, 3, 4, 5, 6)",
            "(operation_id, position, verb, api_version, kind, name, body, fields, state)
             values ('o', 1, 'create', 'v1', 'PersistentVolume', 'web', '{}', '[]', 'pending')",
        ],
    },
    Sample {
        table: "step",
        since: 30,
        rows: &[
            "(operation_id, position, verb, api_version, kind, namespace, name, body, fields, state, uid, outcome, message,
              warnings, attempts, sent_at, deadline, undo_sent_at, finished_at)
             values ('o', 0, 'patch', 'v1', 'Job', 'shop', 'web', '{}', '[]', 'done', 'x', 'released', 'm',
                     '[\"w\"]', 2, 3, 4, 5, 6)",
            "(operation_id, position, verb, api_version, kind, name, body, fields, state, outcome, finished_at)
             values ('o', 1, 'create', 'v1', 'Ingress', 'web', '{}', '[]', 'skipped', 'canary_missing', 6)",
        ],
    },
    Sample {
        table: "app",
        since: 40,
        rows: &[
            "(app_id, cluster_id, namespace, kind, name, team_id, created_at, ended_at, found)
             values ('a', 7, 'shop', 'Deployment', 'web', 't', 1, 2, 1)",
            "(app_id, cluster_id, namespace, kind, name, team_id, created_at)
             values ('b', 7, 'shop', 'Deployment', 'web', 't', 3)",
        ],
    },
    Sample {
        table: "app",
        since: 50,
        rows: &[
            "(app_id, cluster_id, namespace, kind, name, team_id, created_at, ended_at, found, rebuilt)
             values ('a', 7, 'shop', 'Deployment', 'web', 't', 1, 2, 1, 0)",
            "(app_id, cluster_id, namespace, kind, name, team_id, created_at, rebuilt)
             values ('b', 7, 'shop', 'Deployment', 'web', 't', 3, 1)",
        ],
    },
    Sample {
        table: "revision",
        since: 40,
        rows: &[
            "(app_id, number, plan, plan_hash, draft, person, created_at, applied_at, rolls_back_to)
             values ('a', 1, '{}', 'h', '{}', 'ann', 1, 2, 3)",
        ],
    },
    Sample {
        table: "app_object",
        since: 40,
        rows: &["(app_id, api_version, kind, namespace, name, uid) values ('a', 'v1', 'Service', 'shop', 'web', 'x')"],
    },
    Sample {
        table: "operation",
        since: 40,
        rows: &[
            "(operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
              actor, draft_id, draft_revision, idempotency_key, request_hash, state, holder, lease_until, fence, retry_at,
              failures, failing_since, created_at)
             values ('o', 7, 'u', 'a', 1, 'shop', 'Deployment', 'web', 'update', 't', 'ann',
                     'own', 'd', 3, 'k', 'r', 'running', 'me', 5, 6, 7, 8, 11, 9)",
            "(operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind, team_id, person,
              actor, idempotency_key, request_hash, state, failure, issues, created_at, finished_at)
             values ('p', 7, 'u', 'a', 1, 'shop', 'Deployment', 'web', 'delete', 't', 'ann',
                     'impersonated', 'l', 'r', 'stopped', 'changed', '[1]', 9, 10)",
        ],
    },
    Sample {
        table: "step",
        since: 40,
        rows: &[
            "(operation_id, position, verb, api_version, kind, namespace, name, body, before, target_uid, agreed, fields,
              state, uid, outcome, message, warnings, attempts, sent_at, deadline, undo_sent_at, finished_at)
             values ('o', 0, 'apply', 'v1', 'Service', 'shop', 'web', '{}', '{}', 'x', '{}', '[]', 'done', 'x', 'applied',
                     'm', '[\"w\"]', 2, 3, 4, 5, 6)",
        ],
    },
    Sample {
        table: "draft_line",
        since: 60,
        rows: &[
            "(draft_id, team_id, cluster_id, revision, saved_by, saved_at, name, namespace, kind, image, errors, size, version)
             values ('d', 't', 1, 3, 'ann', 4, 'web', 'shop', 'Job', 'nginx', 5, 6, '1')",
        ],
    },
    Sample {
        table: "revision_line",
        since: 61,
        rows: &["(app_id, number, person, created_at, applied_at, rolls_back_to, changed)
                 values ('a', 1, 'ann', 1, 2, 3, '[]')"],
    },
    Sample {
        table: "rewrite",
        since: 65,
        rows: &["(name, done_at) values ('x', 1)"],
    },
];

/// Tables with another name today: before, and now.
const RENAMED: &[(&str, &str)] = &[];
/// Columns that are no longer there, with their table as it was called.
const GONE: &[(&str, &str)] = &[];
/// Columns whose values a migration writes anew, with their table as it was called.
const REWRITTEN: &[(&str, &str)] = &[];

/// The values of each column of each table, as SQL writes them, sorted by row.
type Contents = BTreeMap<String, Vec<BTreeMap<String, String>>>;

async fn texts(db: &SqlitePool, sql: String) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(db)
        .await
        .unwrap()
}

async fn tables(db: &SqlitePool) -> Vec<String> {
    let known = "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '\\_sqlx%' escape '\\'";
    texts(db, known.to_owned()).await
}

async fn columns(db: &SqlitePool, table: &str) -> Vec<String> {
    texts(db, format!("select name from pragma_table_info('{table}')")).await
}

/// Everything that is in the database.
async fn contents(db: &SqlitePool) -> Contents {
    let mut contents = Contents::new();
    for table in tables(db).await {
        let columns = columns(db, &table).await;
        let pairs: Vec<String> = columns.iter().map(|c| format!("'{c}', quote({c})")).collect();
        let rows = texts(
            db,
            format!("select json_object({}) from {table}", pairs.join(", ")),
        )
        .await;
        let mut rows: Vec<BTreeMap<String, String>> = rows
            .iter()
            .map(|row| serde_json::from_str(row).unwrap())
            .collect();
        rows.sort();
        contents.insert(table, rows);
    }
    contents
}

/// A database as it was when the first so many migrations were all there were, with rows in every table.
async fn older(folder: &Path, migrations: usize) -> Contents {
    let applied: Vec<_> = MIGRATIONS.iter().take(migrations).cloned().collect();
    let version = applied.last().unwrap().version;
    let options = SqliteConnectOptions::new()
        .filename(folder.join("slipway.db"))
        .create_if_missing(true);
    let db = SqlitePool::connect_with(options).await.unwrap();
    Migrator::with_migrations(applied).run(&db).await.unwrap();
    for (position, sample) in SAMPLES.iter().enumerate() {
        let is_newer = |other: &Sample| other.table == sample.table && other.since <= version;
        if sample.since > version || SAMPLES[position + 1..].iter().any(is_newer) {
            continue;
        }
        for row in sample.rows {
            let insert = format!("insert into {} {row}", sample.table);
            sqlx::query(AssertSqlSafe(insert)).execute(&db).await.unwrap();
        }
    }
    let contents = contents(&db).await;
    db.close().await;
    for (table, rows) in &contents {
        assert!(
            !rows.is_empty(),
            "no sample of table {table} at migration {version}"
        );
        for column in rows[0].keys() {
            let has_value = rows.iter().any(|row| row[column] != "NULL");
            assert!(
                has_value,
                "no sample has a value in {table}.{column} at migration {version}"
            );
        }
    }
    contents
}

fn listed(list: &[(&str, &str)], table: &str, column: &str) -> bool {
    list.contains(&(table, column))
}

/// The rows of a table before and after, each with the columns that both should have alike.
fn alike(before: &Contents, after: &Contents, table: &str) -> [Vec<BTreeMap<String, String>>; 2] {
    let today = RENAMED
        .iter()
        .find(|(old, _)| *old == table)
        .map_or(table, |(_, new)| new);
    let Some(now) = after.get(today) else {
        panic!("table {table} is gone with its rows")
    };
    let mut kept: Vec<String> = before[table][0].keys().cloned().collect();
    kept.retain(|column| !listed(GONE, table, column) && !listed(REWRITTEN, table, column));
    [&before[table], now].map(|rows| {
        let only = |row: &BTreeMap<String, String>| {
            let value = |column: &String| Some((column.clone(), row.get(column)?.clone()));
            kept.iter().filter_map(value).collect()
        };
        let mut rows: Vec<BTreeMap<String, String>> = rows.iter().map(only).collect();
        rows.sort();
        rows
    })
}

#[tokio::test]
async fn a_database_of_any_earlier_schema_keeps_every_row_and_every_value() {
    for migrations in 1..=MIGRATIONS.migrations.len() {
        let folder = tempfile::tempdir().unwrap();
        let before = older(folder.path(), migrations).await;

        let db = Db::open(folder.path()).await.unwrap();

        let after = contents(db.read()).await;
        for table in before.keys() {
            let [was, is] = alike(&before, &after, table);
            assert_eq!(was, is, "{table}, written with the first {migrations} migrations");
        }
        let broken = texts(
            db.read(),
            "select \"table\" from pragma_foreign_key_check".to_owned(),
        )
        .await;
        assert!(broken.is_empty(), "rows refer to what is not there: {broken:?}");
    }
}
