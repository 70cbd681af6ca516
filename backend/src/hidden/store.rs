//! Drafts, revisions and steps of earlier versions in SQLite.

use slipway_model::{Draft, draft};
use sqlx::{Sqlite, Transaction};

use super::{chosen, fields_left, kept};
use crate::clock::Clock;
use crate::db::{Db, DbError};

/// The name under which it is remembered that this was done.
const NAME: &str = "hidden_values";

/// Takes away what earlier versions kept of kinds that are not chosen, unless that was done before.
pub(crate) async fn take_away_once(db: &Db, clock: &Clock) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    let done = sqlx::query_scalar!("select name from rewrite where name = ?", NAME);
    if done.fetch_optional(&mut *tx).await?.is_some() {
        return Ok(());
    }
    let is_used = sqlx::query_scalar!(
        r#"select exists (select 1 from draft) or exists (select 1 from app) as "used!: bool""#
    )
    .fetch_one(&mut *tx)
    .await?;
    let rewritten = rewrite_drafts(&mut tx).await? + rewrite_revisions(&mut tx).await?;
    tx.commit().await?;
    if is_used {
        // What was deleted by a version that did not write over it is in pages that nothing uses.
        db.compact().await?;
    }
    if rewritten > 0 {
        tracing::info!(
            rewritten,
            "values of kinds that are not chosen were taken out of drafts and revisions"
        );
    }
    let now = clock.millis();
    let mut tx = db.write().await?;
    sqlx::query!("insert into rewrite (name, done_at) values (?, ?)", NAME, now)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

async fn rewrite_drafts(tx: &mut Transaction<'_, Sqlite>) -> Result<u64, DbError> {
    let mut rewritten = 0;
    for id in sqlx::query_scalar!("select draft_id from draft")
        .fetch_all(&mut **tx)
        .await?
    {
        let content = sqlx::query_scalar!("select content from draft where draft_id = ?", id)
            .fetch_one(&mut **tx)
            .await?;
        let Some(kept) = read(&content).as_ref().and_then(kept) else {
            continue;
        };
        let content = text(&kept);
        sqlx::query!("update draft set content = ? where draft_id = ?", content, id)
            .execute(&mut **tx)
            .await?;
        rewritten += 1;
    }
    Ok(rewritten)
}

async fn rewrite_revisions(tx: &mut Transaction<'_, Sqlite>) -> Result<u64, DbError> {
    let mut rewritten = 0;
    let revisions = sqlx::query!("select app_id, number from revision")
        .fetch_all(&mut **tx)
        .await?;
    for row in revisions {
        let stored = sqlx::query_scalar!(
            "select draft from revision where app_id = ? and number = ?",
            row.app_id,
            row.number
        )
        .fetch_one(&mut **tx)
        .await?;
        let Some(before) = read(&stored) else { continue };
        let Some(after) = chosen(&before) else { continue };
        let content = text(&after);
        sqlx::query!(
            "update revision set draft = ? where app_id = ? and number = ?",
            content,
            row.app_id,
            row.number
        )
        .execute(&mut **tx)
        .await?;
        rewrite_steps(tx, (&row.app_id, row.number), (&before, &after)).await?;
        rewritten += 1;
    }
    Ok(rewritten)
}

/// The steps that were made of a revision.
async fn rewrite_steps(
    tx: &mut Transaction<'_, Sqlite>,
    (app, number): (&str, i64),
    (before, after): (&Draft, &Draft),
) -> Result<(), DbError> {
    let steps = sqlx::query!(
        "select s.operation_id, s.position, s.fields from step s join operation o using (operation_id)
          where o.app_id = ? and o.revision = ?",
        app,
        number
    )
    .fetch_all(&mut **tx)
    .await?;
    for step in steps {
        let Ok(fields) = serde_json::from_str::<Vec<(String, String)>>(&step.fields) else {
            continue;
        };
        let left = fields_left(&fields, before, after);
        if left.len() == fields.len() {
            continue;
        }
        let fields = text(&left);
        sqlx::query!(
            "update step set fields = ? where operation_id = ? and position = ?",
            fields,
            step.operation_id,
            step.position
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// A stored draft. One that is no JSON is said to be wrong where it is shown.
fn read(stored: &str) -> Option<Draft> {
    serde_json::from_str(stored).ok().map(draft::upgrade)
}

/// The JSON of types of ours, which always have one.
fn text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
