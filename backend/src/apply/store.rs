//! Operations, their steps, and the app and revision they are about, in SQLite.
//!
//! Everything a runner writes is fenced: a runner that lost its lease while it was away changes nothing any more.

use std::collections::HashMap;
use std::sync::Arc;

use slipway_api::OperationKind;
use sqlx::{Sqlite, Transaction};
use tokio::sync::broadcast;

use super::handover::Handover;
use super::operation::{Operation, OperationId};
use super::rows::{OperationRow, StepRow, json_text};
use super::state::Failure;
use super::step::Step;
use crate::clock::{Clock, Ids};
use crate::db::{Db, DbError};
use crate::identity::Member;
use crate::revisions;

/// How many changes a slow listener may be behind before it reads the newest instead.
const CHANGES: usize = 256;

/// Operations in the database. Cheap to clone.
#[derive(Clone)]
pub struct OperationStore {
    pub(super) db: Db,
    pub(super) clock: Clock,
    ids: Ids,
    installation: Arc<str>,
    changes: broadcast::Sender<OperationId>,
    handover: Handover,
}

/// The right to work on an operation, until it is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// The process that has it.
    pub(super) holder: String,
    /// Counts the claims: what an earlier one writes is refused.
    pub(super) fence: i64,
    /// When it ends, unless it is renewed.
    pub(super) lease_until: i64,
}

/// The latest times that can be stored. What is later was stored by a process whose clock was ahead of today's, and would
/// be waited for until that clock is caught up with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Latest {
    /// When a server has given up on every request sent so far.
    pub(super) deadline: i64,
    /// When an operation is taken up again.
    pub(super) retry_at: i64,
}

/// Why a runner cannot go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum SaveError {
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
    /// The operations in a database. The first time, this installation gets a new id to mark its objects with.
    pub async fn open(db: Db, clock: Clock, ids: Ids) -> Result<Self, DbError> {
        let fresh = ids.next();
        Self::open_as(fresh, db, clock, ids).await
    }

    /// The same, but the first time it gets this id.
    pub async fn open_as(installation: uuid::Uuid, db: Db, clock: Clock, ids: Ids) -> Result<Self, DbError> {
        let fresh = installation.to_string();
        let mut tx = db.write().await?;
        sqlx::query!(
            "insert or ignore into installation (only_row, installation_id) values (1, ?)",
            fresh
        )
        .execute(&mut *tx)
        .await?;
        let installation = sqlx::query_scalar!("select installation_id from installation")
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        let (changes, _) = broadcast::channel(CHANGES);
        Ok(Self {
            db,
            clock,
            ids,
            installation: installation.into(),
            changes,
            handover: Handover::default(),
        })
    }

    /// The id this installation marks its objects with.
    pub fn installation(&self) -> &str {
        &self.installation
    }

    /// The way to the workers of this process.
    pub(super) fn handover(&self) -> &Handover {
        &self.handover
    }

    pub(super) fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Ids of operations, as they change.
    pub(super) fn changes(&self) -> broadcast::Receiver<OperationId> {
        self.changes.subscribe()
    }

    /// An operation of one of the member's teams.
    pub async fn find(&self, member: &Member, id: OperationId) -> Result<Option<Operation>, DbError> {
        let (id, teams) = (id.to_string(), member.team_ids());
        let mut tx = self.db.read().begin().await?;
        let found = sqlx::query_scalar!(
            r#"select operation_id as "operation_id!" from operation
              where operation_id = ? and team_id in (select value from json_each(?))"#,
            id,
            teams
        )
        .fetch_optional(&mut *tx)
        .await?;
        match found {
            Some(id) => read_operation(&mut tx, &id).await,
            None => Ok(None),
        }
    }

    /// The newest operation that the member's teams have started from a draft.
    pub async fn newest_of_draft(&self, member: &Member, draft: &str) -> Result<Option<String>, DbError> {
        let teams = member.team_ids();
        let id = sqlx::query_scalar!(
            "select operation_id from operation
              where draft_id = ? and team_id in (select value from json_each(?)) order by created_at desc, operation_id desc limit 1",
            draft,
            teams
        );
        Ok(id.fetch_optional(self.db.read()).await?)
    }

    /// The newest operation of each draft of the member's teams that has one.
    pub async fn newest_of_drafts(&self, member: &Member) -> Result<HashMap<String, String>, DbError> {
        let teams = member.team_ids();
        let rows = sqlx::query!(
            r#"select draft_id as "draft_id!", operation_id as "operation_id!", max(created_at) as "at: i64" from operation
                where team_id in (select value from json_each(?)) and draft_id is not null group by draft_id"#,
            teams
        )
        .fetch_all(self.db.read())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.draft_id, row.operation_id))
            .collect())
    }

    /// An operation with its steps, whoever's it is.
    #[cfg(test)]
    async fn load(&self, id: OperationId) -> Result<Option<Operation>, DbError> {
        let mut tx = self.db.read().begin().await?;
        read_operation(&mut tx, &id.to_string()).await
    }

    /// Takes the oldest operation that is due and that nobody works on, and holds it until the lease ends. On a disk that
    /// is full as well: it may be that of an app that goes.
    pub(super) async fn claim(
        &self,
        holder: &str,
        lease_until: i64,
    ) -> Result<Option<(Operation, Claim)>, DbError> {
        match self.claim_now(holder, lease_until).await {
            Err(error) if error.is_full() => self.db.in_reserve(self.claim_now(holder, lease_until)).await,
            claimed => claimed,
        }
    }

    async fn claim_now(&self, holder: &str, lease_until: i64) -> Result<Option<(Operation, Claim)>, DbError> {
        let now = self.clock.steady_millis();
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
        let claim = Claim {
            holder: holder.to_owned(),
            fence: claimed.fence,
            lease_until,
        };
        Ok(operation.map(|operation| {
            self.changes.send(operation.id).ok();
            (operation, claim)
        }))
    }

    /// Writes what became of an operation and of some of its steps, if the claim still holds, and renews the lease.
    /// An operation that has ended is let go of. That of an app that goes is written on a disk that is full as well.
    pub(super) async fn save(
        &self,
        operation: &Operation,
        steps: &[usize],
        claim: &mut Claim,
        lease_until: i64,
    ) -> Result<(), SaveError> {
        match self.save_now(operation, steps, claim, lease_until).await {
            Err(SaveError::Database(error)) if error.is_full() && operation.kind == OperationKind::Delete => {
                let again = self.save_now(operation, steps, claim, lease_until);
                self.db.in_reserve(again).await
            }
            saved => saved,
        }
    }

    async fn save_now(
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
        if let Some(at) = operation.state.finished_at() {
            revisions::ended(&mut tx, operation, at).await?;
        }
        tx.commit().await?;
        claim.lease_until = lease_until;
        self.changes.send(operation.id).ok();
        Ok(())
    }

    /// Lets go of an operation until `retry_at`.
    pub(super) async fn release(
        &self,
        operation: &Operation,
        claim: &Claim,
        retry_at: i64,
    ) -> Result<(), SaveError> {
        match self.release_now(operation, claim, retry_at).await {
            Err(SaveError::Database(error)) if error.is_full() && operation.kind == OperationKind::Delete => {
                let again = self.release_now(operation, claim, retry_at);
                self.db.in_reserve(again).await
            }
            released => released,
        }
    }

    async fn release_now(
        &self,
        operation: &Operation,
        claim: &Claim,
        retry_at: i64,
    ) -> Result<(), SaveError> {
        let (id, failures) = (operation.id.to_string(), operation.failures);
        let failing_since = operation.failing_since;
        let mut tx = self.db.write().await?;
        let released = sqlx::query!(
            "update operation set holder = null, lease_until = null, retry_at = ?, failures = ?, failing_since = ?
              where operation_id = ? and holder = ? and fence = ?",
            retry_at,
            failures,
            failing_since,
            id,
            claim.holder,
            claim.fence
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        if released.rows_affected() == 1 {
            Ok(())
        } else {
            Err(SaveError::LeaseLost)
        }
    }

    /// Lets go of an operation as it is stored, if the claim still holds.
    pub(super) async fn let_go(&self, id: OperationId, claim: &Claim) -> Result<(), DbError> {
        let id = id.to_string();
        let mut tx = self.db.write().await?;
        sqlx::query!(
            "update operation set holder = null, lease_until = null
              where operation_id = ? and holder = ? and fence = ?",
            id,
            claim.holder,
            claim.fence
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Lets go of what other processes held. Only sound because the database file admits one process at a time: whoever
    /// held a lease before this one started is dead. The time in which nobody tried anything counts as no failure.
    pub(super) async fn release_the_dead(&self, holder: &str, latest: Latest) -> Result<u64, DbError> {
        let mut tx = self.db.write().await?;
        sqlx::query!(
            "update operation set retry_at = ?1 where retry_at > ?1 and finished_at is null",
            latest.retry_at
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "update step set deadline = ?1 where deadline > ?1 and state = 'sent'",
            latest.deadline
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!("update operation set failing_since = null where failing_since is not null")
            .execute(&mut *tx)
            .await?;
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

async fn save_operation(
    tx: &mut Transaction<'_, Sqlite>,
    operation: &Operation,
    claim: &Claim,
    lease_until: i64,
) -> Result<(), SaveError> {
    let (id, state) = (operation.id.to_string(), operation.state.code());
    let (failure, issues) = (
        operation.state.failure().map(Failure::as_str),
        json_text(&operation.issues),
    );
    let finished_at = operation.state.finished_at();
    let holder = finished_at.is_none().then_some(&claim.holder);
    let lease_until = finished_at.is_none().then_some(lease_until);
    let saved = sqlx::query!(
        "update operation set state = ?, failure = ?, issues = ?, finished_at = ?, failures = ?, failing_since = ?, holder = ?,
                lease_until = ?
          where operation_id = ? and holder = ? and fence = ?",
        state,
        failure,
        issues,
        finished_at,
        operation.failures,
        operation.failing_since,
        holder,
        lease_until,
        id,
        claim.holder,
        claim.fence
    )
    .execute(&mut **tx)
    .await?;
    if saved.rows_affected() == 1 {
        Ok(())
    } else {
        Err(SaveError::LeaseLost)
    }
}

pub(super) async fn save_step(
    tx: &mut Transaction<'_, Sqlite>,
    id: OperationId,
    step: &Step,
) -> Result<(), DbError> {
    let (id, position) = (id.to_string(), i64::try_from(step.position).unwrap_or(i64::MAX));
    let (state, outcome, uid) = (step.state.code(), step.state.outcome(), step.state.uid());
    let (deadline, warnings) = (step.state.deadline(), json_text(&step.warnings));
    sqlx::query!(
        "update step set state = ?, outcome = ?, uid = coalesce(?, uid), target_uid = ?, deadline = ?, message = ?, warnings = ?, attempts = ?, sent_at = ?,
                undo_sent_at = ?, finished_at = ?
          where operation_id = ? and position = ?",
        state,
        outcome,
        uid,
        step.target_uid,
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

pub(super) async fn read_operation(
    tx: &mut Transaction<'_, Sqlite>,
    id: &str,
) -> Result<Option<Operation>, DbError> {
    let row = sqlx::query_as!(
        OperationRow,
        "select operation_id, cluster_id, cluster_uid, namespace, workload, name, kind, revision, team_id, person, actor,
                draft_id, state,
                failure, issues, failures, failing_since, created_at, finished_at
           from operation where operation_id = ?",
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let steps = sqlx::query_as!(
        StepRow,
        "select position, verb, api_version, kind, namespace, name, body, before, target_uid, agreed, fields, state, uid,
                outcome, message, warnings, attempts, sent_at, deadline, undo_sent_at, finished_at
           from step where operation_id = ? order by position",
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(Some(row.operation(steps)?))
}

#[cfg(test)]
mod tests;
