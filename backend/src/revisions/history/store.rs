//! What histories show, in SQLite, in a table of its own: the text of a revision would be read with it.

use sqlx::{Sqlite, Transaction};

use crate::apply::kind_of;
use crate::cpu::away;
use crate::db::{CorruptRow, DbError};
use crate::revisions::RevisionStore;
use crate::revisions::compare::{field_changes, for_history};
use crate::revisions::life::{Life, RevisionEntry};
use crate::revisions::store::{json, key_of};

/// The most revisions that a history shows.
const HISTORY: i64 = 200;

impl RevisionStore {
    /// The revisions that were applied, the newest first.
    pub async fn history(&self, life: &Life) -> Result<Vec<RevisionEntry>, DbError> {
        let (id, namespace, kind, name, team) = key_of(life);
        let rows = sqlx::query!(
            r#"select l.number, l.person, l.created_at, l.rolls_back_to, l.changed, o.kind as "kind?",
                      o.operation_id as "operation_id?"
                 from revision_line l
                 join app a on a.app_id = l.app_id
                 left join operation o on o.app_id = l.app_id and o.revision = l.number and o.kind <> 'delete'
                where l.app_id = ? and a.cluster_id = ? and a.namespace = ? and a.kind = ? and a.name = ? and a.team_id = ?
                  and l.applied_at is not null order by l.number desc limit ?"#,
            id,
            life.cluster.0,
            namespace,
            kind,
            name,
            team,
            HISTORY
        )
        .fetch_all(self.db.read())
        .await?;
        rows.into_iter()
            .map(|row| {
                let corrupt = |_| CorruptRow::new("revision_line", &id);
                Ok(RevisionEntry {
                    number: row.number,
                    person: row.person,
                    created_at: row.created_at,
                    rolls_back_to: row.rolls_back_to,
                    made_by: row.kind.as_deref().and_then(kind_of).zip(row.operation_id),
                    changed: serde_json::from_str(&row.changed).map_err(corrupt)?,
                })
            })
            .collect()
    }

    /// Adds what histories show of revisions that were stored before it was kept. Before anybody asks for a history.
    pub async fn describe(&self) -> Result<(), DbError> {
        loop {
            let mut tx = self.db.write().await?;
            let next = sqlx::query!(
                "select r.app_id, r.number from revision r
                   left join revision_line l on l.app_id = r.app_id and l.number = r.number
                  where l.number is null limit 1"
            )
            .fetch_optional(&mut *tx)
            .await?;
            let Some(next) = next else { return Ok(()) };
            insert_line(&mut tx, &next.app_id, next.number).await?;
            tx.commit().await?;
        }
    }
}

/// What the history shows of a revision that is stored.
pub(in crate::revisions) async fn insert_line(
    tx: &mut Transaction<'_, Sqlite>,
    app: &str,
    number: i64,
) -> Result<(), DbError> {
    let draft = sqlx::query_scalar!(
        "select draft from revision where app_id = ? and number = ?",
        app,
        number
    )
    .fetch_one(&mut **tx)
    .await?;
    let before = sqlx::query_scalar!(
        "select draft from revision
          where app_id = ? and number < ? and applied_at is not null order by number desc limit 1",
        app,
        number
    )
    .fetch_optional(&mut **tx)
    .await?;
    let changed = before.filter(|before| *before != draft).map(|before| {
        let read = |text: &str| slipway_model::draft::stored(text).unwrap_or_default();
        away(|| for_history(field_changes(&read(&before), &read(&draft))))
    });
    let changed = json(&changed.unwrap_or_default());
    sqlx::query!(
        "insert into revision_line (app_id, number, person, created_at, applied_at, rolls_back_to, changed)
         select app_id, number, person, created_at, applied_at, rolls_back_to, ? from revision
          where app_id = ? and number = ?",
        changed,
        app,
        number
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
