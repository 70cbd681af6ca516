//! Lives of apps, their revisions, and the uids of what they consist of, in SQLite.

use slipway_api::StepVerb;
use slipway_plan::ObjectKey;
use sqlx::{Sqlite, Transaction};
use uuid::Uuid;

use super::history::insert_line;
use super::life::{Life, Recorded, Revision};
use crate::apply::{AppAddress, Operation, Step, StepState, Undone};
use crate::clusters::ClusterId;
use crate::db::{CorruptRow, Db, DbError};
use crate::identity::TeamId;

/// What apps have been. Cheap to clone.
#[derive(Clone)]
pub struct RevisionStore {
    pub(super) db: Db,
}

impl RevisionStore {
    /// The revisions in a database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The app that was made here and lives at an address, whoever's it is.
    pub async fn owned(&self, cluster: ClusterId, address: &AppAddress) -> Result<Option<Life>, DbError> {
        let (namespace, kind, name) = (address.namespace(), address.workload(), address.name());
        let row = sqlx::query!(
            "select app_id, team_id from app
              where cluster_id = ? and namespace = ? and kind = ? and name = ? and ended_at is null and found = 0",
            cluster.0,
            namespace,
            kind,
            name
        )
        .fetch_optional(self.db.read())
        .await?;
        row.map(|row| {
            Ok(Life {
                id: app_id(&row.app_id)?,
                cluster,
                address: address.clone(),
                team: TeamId::new(row.team_id),
                found: false,
            })
        })
        .transpose()
    }

    /// Whether a very object is one of an app: by what the app consists of or, while an operation is under way, by what
    /// that has made. Other marks say nothing about whose an object is, since anybody can write them.
    pub async fn has(&self, life: &Life, uid: &str, operation: &str) -> Result<bool, DbError> {
        let (id, namespace, kind, name, team) = key_of(life);
        let has = sqlx::query_scalar!(
            r#"select exists (
                 select 1 from app
                  where app_id = ? and cluster_id = ? and namespace = ? and kind = ? and name = ? and team_id = ?
                    and (exists (select 1 from app_object where app_object.app_id = app.app_id and uid = ?)
                         or exists (select 1 from operation
                                     where operation.app_id = app.app_id and state in ('queued', 'running', 'undoing')
                                       and (operation_id = ?
                                            or exists (select 1 from step
                                                        where step.operation_id = operation.operation_id
                                                          and step.verb = 'create' and step.uid = ?))))) as "has!: bool""#,
            id,
            life.cluster.0,
            namespace,
            kind,
            name,
            team,
            uid,
            operation,
            uid
        )
        .fetch_one(self.db.read())
        .await?;
        Ok(has)
    }

    /// What an app is now, as far as it was applied.
    pub async fn current(&self, life: &Life) -> Result<Option<Revision>, DbError> {
        let (id, namespace, kind, name, team) = key_of(life);
        let row = sqlx::query_as!(
            RevisionRow,
            "select number, plan, draft, person, revision.created_at from revision join app using (app_id)
              where app_id = ? and cluster_id = ? and namespace = ? and kind = ? and name = ? and team_id = ?
                and applied_at is not null order by number desc limit 1",
            id,
            life.cluster.0,
            namespace,
            kind,
            name,
            team
        )
        .fetch_optional(self.db.read())
        .await?;
        row.map(|row| row.revision(&id)).transpose()
    }

    /// One revision that was applied.
    pub async fn revision(&self, life: &Life, number: i64) -> Result<Option<Revision>, DbError> {
        let (id, namespace, kind, name, team) = key_of(life);
        let row = sqlx::query_as!(
            RevisionRow,
            "select number, plan, draft, person, revision.created_at from revision join app using (app_id)
              where app_id = ? and cluster_id = ? and namespace = ? and kind = ? and name = ? and team_id = ?
                and number = ? and applied_at is not null",
            id,
            life.cluster.0,
            namespace,
            kind,
            name,
            team,
            number
        )
        .fetch_optional(self.db.read())
        .await?;
        row.map(|row| row.revision(&id)).transpose()
    }

    /// The revision on which a draft was opened, of the app or of one that the team has made at the address before: a number
    /// of a revision never comes twice there. What was seen of somebody else's app is not told again of another one.
    pub async fn base(&self, life: &Life, number: i64) -> Result<Option<Revision>, DbError> {
        let (id, namespace, kind, name, team) = key_of(life);
        let row = sqlx::query_as!(
            RevisionRow,
            "select number, plan, draft, person, revision.created_at from revision join app using (app_id)
              where cluster_id = ? and namespace = ? and kind = ? and name = ? and team_id = ? and number = ?
                and applied_at is not null and (app_id = ? or found = 0)
              order by app_id = ? desc, revision.created_at desc limit 1",
            life.cluster.0,
            namespace,
            kind,
            name,
            team,
            number,
            id,
            id
        )
        .fetch_optional(self.db.read())
        .await?;
        row.map(|row| row.revision(&id)).transpose()
    }

    /// The bytes of the largest revision that there is of the apps at an address, whichever team knows them.
    pub async fn bytes(&self, cluster: ClusterId, address: &AppAddress) -> Result<usize, DbError> {
        let (namespace, kind, name) = (address.namespace(), address.workload(), address.name());
        let bytes = sqlx::query_scalar!(
            r#"select coalesce(max(octet_length(draft)), 0) as "bytes!: i64" from revision join app using (app_id)
                where cluster_id = ? and namespace = ? and kind = ? and name = ? and ended_at is null"#,
            cluster.0,
            namespace,
            kind,
            name
        )
        .fetch_one(self.db.read())
        .await?;
        Ok(usize::try_from(bytes).unwrap_or_default())
    }

    /// What an app consists of.
    pub async fn record(&self, life: &Life) -> Result<Vec<Recorded>, DbError> {
        let (id, namespace, kind, name, team) = key_of(life);
        let rows = sqlx::query!(
            "select o.api_version, o.kind, o.namespace, o.name, o.uid from app_object o join app a using (app_id)
              where app_id = ? and a.cluster_id = ? and a.namespace = ? and a.kind = ? and a.name = ? and a.team_id = ?
              order by o.kind, o.name",
            id,
            life.cluster.0,
            namespace,
            kind,
            name,
            team
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
    pub async fn next_number(&self, life: &Life) -> Result<i64, DbError> {
        let mut tx = self.db.read().begin().await?;
        next_number(&mut tx, life).await
    }
}

/// What every read of a life names: its id, address and team. The cluster is named beside it.
pub(super) fn key_of(life: &Life) -> (String, &str, &str, &str, &str) {
    (
        life.id.to_string(),
        life.address.namespace(),
        life.address.workload(),
        life.address.name(),
        life.team.as_str(),
    )
}

/// A new life at its address. What lived there before, and what teams knew of it, has gone: its name was free.
pub(crate) async fn insert_life(
    tx: &mut Transaction<'_, Sqlite>,
    life: &Life,
    now: i64,
) -> Result<(), DbError> {
    let (id, namespace, kind, name, team) = key_of(life);
    sqlx::query!(
        "update app set ended_at = ?
          where cluster_id = ? and namespace = ? and kind = ? and name = ? and ended_at is null",
        now,
        life.cluster.0,
        namespace,
        kind,
        name
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into app (app_id, cluster_id, namespace, kind, name, team_id, created_at) values (?, ?, ?, ?, ?, ?, ?)",
        id,
        life.cluster.0,
        namespace,
        kind,
        name,
        team,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The number of the next revision of an app. What anybody has applied at an address before goes on being counted, so that a
/// number that was seen of one app, which somebody in two teams may have, is never that of another one there.
pub(crate) async fn next_number(tx: &mut Transaction<'_, Sqlite>, life: &Life) -> Result<i64, DbError> {
    let (id, namespace, kind, name, _) = key_of(life);
    let next = sqlx::query_scalar!(
        r#"select coalesce(max(number), 0) + 1 as "next!: i64" from revision join app using (app_id)
            where cluster_id = ? and namespace = ? and kind = ? and name = ?
              and (app_id = ? or applied_at is not null)"#,
        life.cluster.0,
        namespace,
        kind,
        name,
        id
    );
    Ok(next.fetch_one(&mut **tx).await?)
}

/// A revision that is not applied yet. Of its draft only what was chosen is kept.
pub(crate) async fn insert_revision(
    tx: &mut Transaction<'_, Sqlite>,
    app: Uuid,
    revision: &Revision,
    plan_hash: &str,
    rolls_back_to: Option<i64>,
) -> Result<(), DbError> {
    let (id, plan, draft) = (
        app.to_string(),
        json(&revision.plan),
        json(&revision.draft.chosen()),
    );
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
    insert_line(tx, &id, revision.number).await
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

pub(super) async fn insert_object(
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

pub(super) async fn apply(
    tx: &mut Transaction<'_, Sqlite>,
    app: &str,
    number: i64,
    at: i64,
) -> Result<(), DbError> {
    sqlx::query!(
        "update revision_line set applied_at = ? where app_id = ? and number = ?",
        at,
        app,
        number
    )
    .execute(&mut **tx)
    .await?;
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
            draft: slipway_model::draft::stored(&self.draft).map_err(corrupt)?,
            person: self.person,
            created_at: self.created_at,
        })
    }
}

pub(super) fn app_id(text: &str) -> Result<Uuid, CorruptRow> {
    text.parse().map_err(|_| CorruptRow::new("app", text))
}

/// The JSON of types of ours, which always have one.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
