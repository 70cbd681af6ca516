//! Operations, their steps, and the app and revision they are about, in SQLite.
//!
//! Everything a runner writes is fenced: a runner that lost its lease while it was away changes nothing any more.

use std::collections::HashMap;
use std::sync::Arc;

use slipway_api::OperationLine;
use sqlx::{Sqlite, Transaction};
use tokio::sync::{Notify, broadcast};

use super::operation::{Failure, Operation, OperationId};
use super::rows::{LineRow, OperationRow, StepRow, actor_code, json_text, verb_code};
use super::start::{NewOperation, StartError, Started};
use super::step::Step;
use crate::clock::{Clock, Ids};
use crate::clusters::ClusterId;
use crate::db::{Db, DbError};
use crate::identity::{Member, TeamId};

/// How many changes a slow listener may be behind before it reads the newest instead.
const CHANGES: usize = 256;
/// How many operations a list shows.
const LIST: i64 = 200;

/// Operations in the database. Cheap to clone.
#[derive(Clone)]
pub struct OperationStore {
    db: Db,
    clock: Clock,
    ids: Ids,
    installation: Arc<str>,
    changes: broadcast::Sender<OperationId>,
    wake: Arc<Notify>,
}

/// The right to work on an operation, until it is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The process that has it.
    pub(super) holder: String,
    /// Counts the claims: what an earlier one writes is refused.
    pub(super) fence: i64,
    /// When it ends, unless it is renewed.
    pub(super) lease_until: i64,
}

/// Why a runner cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Another runner has taken over.
    #[error("another runner has taken the operation over")]
    LeaseLost,
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<sqlx::Error> for SaveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl OperationStore {
    /// The operations in a database. The first time, this installation gets the id it marks its objects with.
    pub async fn open(db: Db, clock: Clock, ids: Ids) -> Result<Self, DbError> {
        let fresh = ids.next().to_string();
        let mut tx = db.write().await?;
        sqlx::query!("insert or ignore into installation (only_row, installation_id) values (1, ?)", fresh)
            .execute(&mut *tx)
            .await?;
        let installation = sqlx::query_scalar!("select installation_id from installation").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        let (changes, _) = broadcast::channel(CHANGES);
        Ok(Self { db, clock, ids, installation: installation.into(), changes, wake: Arc::default() })
    }

    /// The id this installation marks its objects with.
    pub fn installation(&self) -> &str {
        &self.installation
    }

    /// Woken when there may be something to do.
    pub(super) fn wake(&self) -> &Notify {
        &self.wake
    }

    pub(super) fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Ids of operations, as they change.
    pub(super) fn changes(&self) -> broadcast::Receiver<OperationId> {
        self.changes.subscribe()
    }

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
        self.wake.notify_one();
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

    /// An operation of the member's team.
    pub async fn find(&self, member: &Member, id: OperationId) -> Result<Option<Operation>, DbError> {
        let operation = self.load(id).await?;
        Ok(operation.filter(|operation| member.teams.iter().any(|team| team.id == operation.team)))
    }

    /// The newest operations of the member's team, without their steps; each with its cluster.
    pub async fn list(&self, member: &Member) -> Result<Vec<(ClusterId, OperationLine)>, DbError> {
        let team = member.team.id.as_str();
        let rows = sqlx::query_as!(
            LineRow,
            "select operation_id, cluster_id, namespace, workload, name, state, failure, person, created_at, finished_at
               from operation where team_id = ? order by created_at desc, operation_id desc limit ?",
            team,
            LIST
        )
        .fetch_all(self.db.read())
        .await?;
        let line = |row: LineRow| Ok((ClusterId(row.cluster_id), row.line()?));
        rows.into_iter().map(line).collect()
    }

    /// The newest operation started from a draft.
    pub async fn newest_of_draft(&self, draft: &str) -> Result<Option<String>, DbError> {
        let id = sqlx::query_scalar!(
            "select operation_id from operation where draft_id = ? order by created_at desc, operation_id desc limit 1",
            draft
        );
        Ok(id.fetch_optional(self.db.read()).await?)
    }

    /// The newest operation of each draft of the member's team that has one.
    pub async fn newest_of_drafts(&self, member: &Member) -> Result<HashMap<String, String>, DbError> {
        let team = member.team.id.as_str();
        let rows = sqlx::query!(
            r#"select draft_id as "draft_id!", operation_id as "operation_id!", max(created_at) as "at: i64" from operation
                where team_id = ? and draft_id is not null group by draft_id"#,
            team
        )
        .fetch_all(self.db.read())
        .await?;
        Ok(rows.into_iter().map(|row| (row.draft_id, row.operation_id)).collect())
    }

    /// An operation with its steps, whoever's it is.
    pub(super) async fn load(&self, id: OperationId) -> Result<Option<Operation>, DbError> {
        let mut tx = self.db.read().begin().await?;
        read_operation(&mut tx, &id.to_string()).await
    }

    /// Takes the oldest operation that is due and that nobody works on, and holds it until the lease ends.
    pub(super) async fn claim(&self, holder: &str, lease_until: i64) -> Result<Option<(Operation, Claim)>, DbError> {
        let now = self.clock.millis();
        let mut tx = self.db.write().await?;
        let claimed = sqlx::query!(
            "update operation
                set state = case state when 'queued' then 'running' else state end,
                    holder = ?, lease_until = ?, fence = fence + 1, retry_at = null
              where operation_id = (
                    select operation_id from operation
                     where state in ('queued', 'running', 'undoing')
                       and (lease_until is null or lease_until < ?) and (retry_at is null or retry_at <= ?)
                     order by created_at limit 1)
          returning operation_id, fence",
            holder,
            lease_until,
            now,
            now
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(claimed) = claimed else { return Ok(None) };
        let operation = read_operation(&mut tx, &claimed.operation_id).await?;
        tx.commit().await?;
        let claim = Claim { holder: holder.to_owned(), fence: claimed.fence, lease_until };
        Ok(operation.map(|operation| {
            self.changes.send(operation.id).ok();
            (operation, claim)
        }))
    }

    /// Writes what became of an operation and of some of its steps, if the claim still holds, and renews the lease.
    /// An operation that has ended is let go of.
    pub(super) async fn save(
        &self,
        operation: &Operation,
        steps: &[usize],
        claim: &mut Claim,
        lease_until: i64,
    ) -> Result<(), SaveError> {
        let mut tx = self.db.write().await?;
        save_operation(&mut tx, operation, claim, lease_until).await?;
        for step in steps.iter().filter_map(|position| operation.steps.get(*position)) {
            save_step(&mut tx, operation.id, step).await?;
        }
        if operation.state.finished_at().is_some() && operation.state.failure().is_some() {
            end_life(&mut tx, operation).await?;
        }
        tx.commit().await?;
        claim.lease_until = lease_until;
        self.changes.send(operation.id).ok();
        Ok(())
    }

    /// Lets go of an operation until `retry_at`.
    pub(super) async fn release(&self, operation: &Operation, claim: &Claim, retry_at: i64) -> Result<(), SaveError> {
        let (id, failures) = (operation.id.to_string(), operation.failures);
        let mut tx = self.db.write().await?;
        let released = sqlx::query!(
            "update operation set holder = null, lease_until = null, retry_at = ?, failures = ?
              where operation_id = ? and holder = ? and fence = ?",
            retry_at,
            failures,
            id,
            claim.holder,
            claim.fence
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        if released.rows_affected() == 1 { Ok(()) } else { Err(SaveError::LeaseLost) }
    }

    /// Lets go of what other processes held. Only sound because the database file admits one process at a time: whoever
    /// held a lease before this one started is dead.
    pub(super) async fn release_the_dead(&self, holder: &str) -> Result<u64, DbError> {
        let mut tx = self.db.write().await?;
        let released = sqlx::query!(
            "update operation set holder = null, lease_until = null where holder is not null and holder <> ?",
            holder
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(released.rows_affected())
    }

    /// When the next operation that nobody works on is due, if one is waiting.
    pub(super) async fn next_due(&self) -> Result<Option<i64>, DbError> {
        let due = sqlx::query_scalar!(
            r#"select min(coalesce(lease_until, retry_at, 0)) as "due: i64" from operation
                where state in ('queued', 'running', 'undoing')"#
        );
        Ok(due.fetch_one(self.db.read()).await?)
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
        Some(row) if row.request_hash == request_hash => {
            Ok(Some(Started::Before(super::rows::operation_id(&row.operation_id).map_err(DbError::from)?)))
        }
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

async fn insert_operation(tx: &mut Transaction<'_, Sqlite>, new: &NewOperation, now: i64) -> Result<(), DbError> {
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
    let (verb, body, fields) = (verb_code(step.verb), step.body.to_string(), json_text(&step.fields));
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

async fn save_operation(
    tx: &mut Transaction<'_, Sqlite>,
    operation: &Operation,
    claim: &Claim,
    lease_until: i64,
) -> Result<(), SaveError> {
    let (id, state) = (operation.id.to_string(), operation.state.code());
    let (failure, issues) = (operation.state.failure().map(Failure::as_str), json_text(&operation.issues));
    let finished_at = operation.state.finished_at();
    let holder = finished_at.is_none().then_some(&claim.holder);
    let lease_until = finished_at.is_none().then_some(lease_until);
    let saved = sqlx::query!(
        "update operation set state = ?, failure = ?, issues = ?, finished_at = ?, failures = ?, holder = ?, lease_until = ?
          where operation_id = ? and holder = ? and fence = ?",
        state,
        failure,
        issues,
        finished_at,
        operation.failures,
        holder,
        lease_until,
        id,
        claim.holder,
        claim.fence
    )
    .execute(&mut **tx)
    .await?;
    if saved.rows_affected() == 1 { Ok(()) } else { Err(SaveError::LeaseLost) }
}

async fn save_step(tx: &mut Transaction<'_, Sqlite>, id: OperationId, step: &Step) -> Result<(), DbError> {
    let (id, position) = (id.to_string(), i64::try_from(step.position).unwrap_or(i64::MAX));
    let (state, outcome, uid) = (step.state.code(), step.state.outcome(), step.state.uid());
    let (deadline, warnings) = (step.state.deadline(), json_text(&step.warnings));
    sqlx::query!(
        "update step set state = ?, outcome = ?, uid = coalesce(?, uid), deadline = ?, message = ?, warnings = ?, attempts = ?, sent_at = ?,
                undo_sent_at = ?, finished_at = ?
          where operation_id = ? and position = ?",
        state,
        outcome,
        uid,
        deadline,
        step.message,
        warnings,
        step.attempts,
        step.sent_at,
        step.undo_sent_at,
        step.finished_at,
        id,
        position
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The app an operation failed to make never lived.
async fn end_life(tx: &mut Transaction<'_, Sqlite>, operation: &Operation) -> Result<(), DbError> {
    let (id, at) = (operation.id.to_string(), operation.state.finished_at());
    sqlx::query!(
        "update app set ended_at = ? where app_id = (select app_id from operation where operation_id = ?)",
        at,
        id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn read_operation(tx: &mut Transaction<'_, Sqlite>, id: &str) -> Result<Option<Operation>, DbError> {
    let row = sqlx::query_as!(
        OperationRow,
        "select operation_id, cluster_id, cluster_uid, namespace, workload, name, team_id, person, actor, draft_id, state,
                failure, issues, failures, created_at, finished_at
           from operation where operation_id = ?",
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let steps = sqlx::query_as!(
        StepRow,
        "select position, verb, api_version, kind, namespace, name, body, fields, state, uid, outcome, message, warnings,
                attempts, sent_at, deadline, undo_sent_at, finished_at
           from step where operation_id = ? order by position",
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(Some(row.operation(steps)?))
}

#[cfg(test)]
mod tests;
