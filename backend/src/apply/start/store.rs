//! Storing a new operation: everything about it in one transaction, before anything is sent.

use sqlx::{Sqlite, Transaction};

use super::{NewOperation, StartError, Started};
use crate::apply::operation::OperationId;
use crate::apply::rows::{actor_code, json_text, operation_id, verb_code};
use crate::apply::step::Step;
use crate::apply::store::OperationStore;
use crate::db::DbError;
use crate::identity::{Member, TeamId};

impl OperationStore {
    /// Stores an operation with its steps, the app it makes and its revision, in one transaction, and wakes a runner.
    ///
    /// The same key with the same request answers the operation there is.
    pub async fn start(&self, new: NewOperation) -> Result<Started, StartError> {
        let mut tx = self.db.write().await?;
        if let Some(started) = earlier(&mut tx, &new.team, &new.idempotency_key, &new.request_hash).await? {
            return Ok(started);
        }
        demand_idle(&mut tx, &new).await?;
        let now = self.clock.millis();
        insert_app(&mut tx, &new, now).await?;
        insert_operation(&mut tx, &new, now).await?;
        for step in &new.steps {
            insert_step(&mut tx, new.id, step).await?;
        }
        tx.commit().await.map_err(DbError::from)?;
        self.wake().notify_one();
        Ok(Started::Now(new.id))
    }

    /// The operation that a key has started before.
    pub async fn started_before(
        &self,
        member: &Member,
        key: &str,
        request_hash: &str,
    ) -> Result<Option<Started>, StartError> {
        let mut tx = self.db.read().begin().await.map_err(DbError::from)?;
        earlier(&mut tx, &member.team.id, key, request_hash).await
    }
}

/// What a key has started before. Another request with the same key is a mistake of the caller.
async fn earlier(
    tx: &mut Transaction<'_, Sqlite>,
    team: &TeamId,
    key: &str,
    request_hash: &str,
) -> Result<Option<Started>, StartError> {
    let team = team.as_str();
    let row = sqlx::query!(
        "select operation_id, request_hash from operation where team_id = ? and idempotency_key = ?",
        team,
        key
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(DbError::from)?;
    match row {
        None => Ok(None),
        Some(row) if row.request_hash == request_hash => Ok(Some(Started::Before(
            operation_id(&row.operation_id).map_err(DbError::from)?,
        ))),
        Some(_) => Err(StartError::KeyReused),
    }
}

/// Refuses a second operation while one of the same app is under way. The unique index would, with fewer words.
async fn demand_idle(tx: &mut Transaction<'_, Sqlite>, new: &NewOperation) -> Result<(), StartError> {
    let busy = sqlx::query_scalar!(
        "select operation_id from operation
          where cluster_id = ? and namespace = ? and workload = ? and name = ? and state in ('queued', 'running', 'undoing')",
        new.cluster.0,
        new.app.namespace,
        new.app.workload,
        new.app.name
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(DbError::from)?;
    busy.map_or(Ok(()), |_| Err(StartError::Active))
}

/// A new life of the app at its address, and the first revision of it. What lived there before has gone: its name was free.
async fn insert_app(tx: &mut Transaction<'_, Sqlite>, new: &NewOperation, now: i64) -> Result<(), DbError> {
    let (app_id, team) = (new.app_id.to_string(), new.team.as_str());
    sqlx::query!(
        "update app set ended_at = ?
          where cluster_id = ? and namespace = ? and kind = ? and name = ? and ended_at is null",
        now,
        new.cluster.0,
        new.app.namespace,
        new.app.workload,
        new.app.name
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into app (app_id, cluster_id, namespace, kind, name, team_id, created_at) values (?, ?, ?, ?, ?, ?, ?)",
        app_id,
        new.cluster.0,
        new.app.namespace,
        new.app.workload,
        new.app.name,
        team,
        now
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into revision (app_id, number, plan, plan_hash, draft, person, created_at) values (?, ?, ?, ?, ?, ?, ?)",
        app_id,
        new.revision,
        new.plan,
        new.plan_hash,
        new.draft,
        new.person,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn insert_operation(
    tx: &mut Transaction<'_, Sqlite>,
    new: &NewOperation,
    now: i64,
) -> Result<(), DbError> {
    let (id, app_id, team) = (new.id.to_string(), new.app_id.to_string(), new.team.as_str());
    let (uid, actor) = (new.cluster_uid.as_str(), actor_code(new.actor));
    sqlx::query!(
        "insert into operation (operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind,
                team_id, person, actor, draft_id, draft_revision, idempotency_key, request_hash, state, created_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, 'create', ?, ?, ?, ?, ?, ?, ?, 'queued', ?)",
        id,
        new.cluster.0,
        uid,
        app_id,
        new.revision,
        new.app.namespace,
        new.app.workload,
        new.app.name,
        team,
        new.person,
        actor,
        new.draft_id,
        new.draft_revision,
        new.idempotency_key,
        new.request_hash,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn insert_step(tx: &mut Transaction<'_, Sqlite>, id: OperationId, step: &Step) -> Result<(), DbError> {
    let (id, position) = (id.to_string(), i64::try_from(step.position).unwrap_or(i64::MAX));
    let (verb, body, fields) = (
        verb_code(step.verb),
        step.body.to_string(),
        json_text(&step.fields),
    );
    let (state, outcome) = (step.state.code(), step.state.outcome());
    sqlx::query!(
        "insert into step (operation_id, position, verb, api_version, kind, namespace, name, body, fields, state, outcome,
                finished_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        position,
        verb,
        step.key.api_version,
        step.key.kind,
        step.key.namespace,
        step.key.name,
        body,
        fields,
        state,
        outcome,
        step.finished_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
