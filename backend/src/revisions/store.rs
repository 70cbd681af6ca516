//! Lives of apps, their revisions, and the uids of what they consist of, in SQLite.

use slipway_api::StepVerb;
use slipway_plan::ObjectKey;
use sqlx::{Sqlite, Transaction};
use uuid::Uuid;

use super::life::{Life, Recorded, Revision, RevisionEntry};
use crate::apply::{AppAddress, Operation, Step, StepState, Undone, kind_of};
use crate::clusters::ClusterId;
use crate::db::{CorruptRow, Db, DbError};
use crate::identity::TeamId;

/// The most revisions that a history shows.
const HISTORY: i64 = 200;

/// What apps have been. Cheap to clone.
#[derive(Clone)]
pub struct RevisionStore {
    db: Db,
}

impl RevisionStore {
    /// The revisions in a database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The app that lives at an address, if this installation knows one.
    pub async fn alive(&self, cluster: ClusterId, address: &AppAddress) -> Result<Option<Life>, DbError> {
        let row = sqlx::query!(
            "select app_id, team_id, found from app
              where cluster_id = ? and namespace = ? and kind = ? and name = ? and ended_at is null",
            cluster.0,
            address.namespace,
            address.workload,
            address.name
        )
        .fetch_optional(self.db.read())
        .await?;
        row.map(|row| {
            Ok(Life {
                id: app_id(&row.app_id)?,
                cluster,
                address: address.clone(),
                team: TeamId::new(row.team_id),
                found: row.found != 0,
            })
        })
        .transpose()
    }

    /// What an app is now, as far as it was applied.
    pub async fn current(&self, app: Uuid) -> Result<Option<Revision>, DbError> {
        let id = app.to_string();
        let row = sqlx::query_as!(
            RevisionRow,
            "select number, plan, draft, person, created_at from revision
              where app_id = ? and applied_at is not null order by number desc limit 1",
            id
        )
        .fetch_optional(self.db.read())
        .await?;
        row.map(|row| row.revision(&id)).transpose()
    }

    /// One revision that was applied.
    pub async fn revision(&self, app: Uuid, number: i64) -> Result<Option<Revision>, DbError> {
        let id = app.to_string();
        let row = sqlx::query_as!(
            RevisionRow,
            "select number, plan, draft, person, created_at from revision
              where app_id = ? and number = ? and applied_at is not null",
            id,
            number
        )
        .fetch_optional(self.db.read())
        .await?;
        row.map(|row| row.revision(&id)).transpose()
    }

    /// The revisions that were applied, the newest first.
    pub async fn history(&self, app: Uuid) -> Result<Vec<RevisionEntry>, DbError> {
        let id = app.to_string();
        let rows = sqlx::query!(
            r#"select r.number, r.plan, r.draft, r.person, r.created_at, r.rolls_back_to, o.kind as "kind?", o.operation_id as "operation_id?"
                 from revision r
                 left join operation o on o.app_id = r.app_id and o.revision = r.number and o.kind <> 'delete'
                where r.app_id = ? and r.applied_at is not null order by r.number desc limit ?"#,
            id,
            HISTORY
        )
        .fetch_all(self.db.read())
        .await?;
        rows.into_iter()
            .map(|row| {
                let made_by = row.kind.as_deref().and_then(kind_of).zip(row.operation_id);
                let revision = RevisionRow {
                    number: row.number,
                    plan: row.plan,
                    draft: row.draft,
                    person: row.person,
                    created_at: row.created_at,
                };
                Ok(RevisionEntry {
                    revision: revision.revision(&id)?,
                    rolls_back_to: row.rolls_back_to,
                    made_by,
                })
            })
            .collect()
    }

    /// What an app consists of.
    pub async fn record(&self, app: Uuid) -> Result<Vec<Recorded>, DbError> {
        let id = app.to_string();
        let rows = sqlx::query!(
            "select api_version, kind, namespace, name, uid from app_object where app_id = ? order by kind, name",
            id
        )
        .fetch_all(self.db.read())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Recorded {
                key: ObjectKey {
                    api_version: row.api_version,
                    kind: row.kind,
                    namespace: (!row.namespace.is_empty()).then_some(row.namespace),
                    name: row.name,
                },
                uid: row.uid,
            })
            .collect())
    }

    /// The number of the next revision of an app.
    pub async fn next_number(&self, app: Uuid) -> Result<i64, DbError> {
        let mut tx = self.db.read().begin().await?;
        next_number(&mut tx, app).await
    }

    /// Keeps an app that was found in the cluster, as it was found: with what its marks say, should it be one of ours
    /// that this database does not know any more.
    pub async fn keep_found(
        &self,
        life: &Life,
        revision: &Revision,
        record: &[Recorded],
    ) -> Result<(), DbError> {
        let mut tx = self.db.write().await?;
        found(&mut tx, life, revision, record).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The same within a transaction.
async fn found(
    tx: &mut Transaction<'_, Sqlite>,
    life: &Life,
    revision: &Revision,
    record: &[Recorded],
) -> Result<(), DbError> {
    insert_life(tx, life, revision.created_at).await?;
    insert_revision(tx, life.id, revision, &revision.plan.hash(), None).await?;
    apply(tx, &life.id.to_string(), revision.number, revision.created_at).await?;
    for object in record {
        insert_object(tx, &life.id.to_string(), &object.key, &object.uid).await?;
    }
    Ok(())
}

/// A life at its address, unless it is there. What lived there before has gone.
pub(crate) async fn insert_life(
    tx: &mut Transaction<'_, Sqlite>,
    life: &Life,
    now: i64,
) -> Result<(), DbError> {
    let (id, team, found) = (life.id.to_string(), life.team.as_str(), i64::from(life.found));
    let AppAddress {
        namespace,
        workload,
        name,
    } = &life.address;
    sqlx::query!(
        "update app set ended_at = ?
          where cluster_id = ? and namespace = ? and kind = ? and name = ? and ended_at is null and app_id <> ?",
        now,
        life.cluster.0,
        namespace,
        workload,
        name,
        id
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert or ignore into app (app_id, cluster_id, namespace, kind, name, team_id, created_at, found)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        life.cluster.0,
        namespace,
        workload,
        name,
        team,
        now,
        found
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The number of the next revision of an app.
pub(crate) async fn next_number(tx: &mut Transaction<'_, Sqlite>, app: Uuid) -> Result<i64, DbError> {
    let id = app.to_string();
    let next = sqlx::query_scalar!(
        r#"select coalesce(max(number), 0) + 1 as "next!: i64" from revision where app_id = ?"#,
        id
    );
    Ok(next.fetch_one(&mut **tx).await?)
}

/// A revision that is not applied yet.
pub(crate) async fn insert_revision(
    tx: &mut Transaction<'_, Sqlite>,
    app: Uuid,
    revision: &Revision,
    plan_hash: &str,
    rolls_back_to: Option<i64>,
) -> Result<(), DbError> {
    let (id, plan, draft) = (app.to_string(), json(&revision.plan), json(&revision.draft));
    sqlx::query!(
        "insert into revision (app_id, number, plan, plan_hash, draft, person, created_at, rolls_back_to)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        revision.number,
        plan,
        plan_hash,
        draft,
        revision.person,
        revision.created_at,
        rolls_back_to
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps what an operation that has ended made of its app.
pub(crate) async fn ended(
    tx: &mut Transaction<'_, Sqlite>,
    operation: &Operation,
    at: i64,
) -> Result<(), DbError> {
    let operation_id = operation.id.to_string();
    let app = sqlx::query_scalar!(
        "select app_id from operation where operation_id = ?",
        operation_id
    )
    .fetch_one(&mut **tx)
    .await?;
    for step in &operation.steps {
        record(tx, &app, step).await?;
    }
    if operation.is_applied() {
        apply(tx, &app, operation.revision, at).await?;
    }
    if operation.ends_the_app() {
        sqlx::query!("update app set ended_at = ? where app_id = ?", at, app)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// What a step has made of the record of its object.
async fn record(tx: &mut Transaction<'_, Sqlite>, app: &str, step: &Step) -> Result<(), DbError> {
    match (step.verb, &step.state) {
        (StepVerb::Create, StepState::Done { uid, .. } | StepState::Kept { uid, .. }) => {
            insert_object(tx, app, &step.key, uid).await
        }
        (StepVerb::Delete, StepState::Done { .. }) => forget_object(tx, app, &step.key).await,
        (StepVerb::Delete, StepState::Undone(Undone::Remade)) => {
            forget_object(tx, app, &step.key).await?;
            insert_object(tx, app, &step.key, step.target_uid.as_deref().unwrap_or_default()).await
        }
        _ => Ok(()),
    }
}

async fn insert_object(
    tx: &mut Transaction<'_, Sqlite>,
    app: &str,
    key: &ObjectKey,
    uid: &str,
) -> Result<(), DbError> {
    let namespace = key.namespace.as_deref().unwrap_or_default();
    sqlx::query!(
        "insert into app_object (app_id, api_version, kind, namespace, name, uid) values (?, ?, ?, ?, ?, ?)
         on conflict (app_id, kind, namespace, name) do update set api_version = excluded.api_version, uid = excluded.uid",
        app,
        key.api_version,
        key.kind,
        namespace,
        key.name,
        uid
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn forget_object(tx: &mut Transaction<'_, Sqlite>, app: &str, key: &ObjectKey) -> Result<(), DbError> {
    let namespace = key.namespace.as_deref().unwrap_or_default();
    sqlx::query!(
        "delete from app_object where app_id = ? and kind = ? and namespace = ? and name = ?",
        app,
        key.kind,
        namespace,
        key.name
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn apply(tx: &mut Transaction<'_, Sqlite>, app: &str, number: i64, at: i64) -> Result<(), DbError> {
    sqlx::query!(
        "update revision set applied_at = ? where app_id = ? and number = ?",
        at,
        app,
        number
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

struct RevisionRow {
    number: i64,
    plan: String,
    draft: String,
    person: String,
    created_at: i64,
}

impl RevisionRow {
    fn revision(self, app: &str) -> Result<Revision, DbError> {
        let corrupt = |_| CorruptRow::new("revision", app);
        Ok(Revision {
            number: self.number,
            plan: serde_json::from_str(&self.plan).map_err(corrupt)?,
            draft: slipway_model::draft::upgrade(serde_json::from_str(&self.draft).map_err(corrupt)?),
            person: self.person,
            created_at: self.created_at,
        })
    }
}

fn app_id(text: &str) -> Result<Uuid, CorruptRow> {
    text.parse().map_err(|_| CorruptRow::new("app", text))
}

/// The JSON of types of ours, which always have one.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
