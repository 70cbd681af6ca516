//! Storing a new operation: everything about it in one transaction, before anything is sent.

use slipway_api::{OperationKind, StepVerb};
use sqlx::{Sqlite, Transaction};

use super::{NewOperation, NewRevision, StartError, Started};
use crate::apply::crash::{CrashPoint, reached};
use crate::apply::handover::Terms;
use crate::apply::operation::{AppAddress, Next, OperationId};
use crate::apply::promise::Promise;
use crate::apply::rows::{actor_code, json_text, kind_code, operation_id, verb_code};
use crate::apply::runner::{Work, millis};
use crate::apply::step::Step;
use crate::apply::store::{Claim, OperationStore, read_operation, save_step};
use crate::clock::Clock;
use crate::db::DbError;
use crate::identity::Member;
use crate::revisions::{insert_life, insert_revision, next_number};

impl OperationStore {
    /// Stores an operation with its steps, the app it makes and its revision, in one transaction, and hands it to a worker
    /// that is free, or wakes one.
    ///
    /// The same key with the same request answers the operation there is. An app can be deleted on a disk that is full.
    pub(in crate::apply) async fn start(&self, new: NewOperation) -> Result<Started, StartError> {
        match self.start_now(&new).await {
            Err(StartError::Database(error)) if error.is_full() && new.kind == OperationKind::Delete => {
                self.db.in_reserve(self.start_now(&new)).await
            }
            started => started,
        }
    }

    async fn start_now(&self, new: &NewOperation) -> Result<Started, StartError> {
        let mut tx = self.db.write().await?;
        if let Some(started) = earlier(
            &mut tx,
            &json_text(&[new.team.as_str()]),
            &new.idempotency_key,
            &new.request_hash,
        )
        .await?
        {
            return Ok(started);
        }
        demand_idle(&mut tx, new).await?;
        let now = self.clock.millis();
        let revision = keep_app(&mut tx, new, now).await?;
        insert_operation(&mut tx, new, revision, now).await?;
        for step in &new.steps {
            insert_step(&mut tx, new.id, step).await?;
        }
        let Some(place) = self.handover().place() else {
            tx.commit().await.map_err(DbError::from)?;
            reached(CrashPoint::Stored).await;
            self.handover().wake().notify_one();
            return Ok(Started::Now(new.id));
        };
        let work = claimed(&mut tx, new.id, &place.terms, &self.clock).await?;
        let handing = place.ready(work);
        tx.commit().await.map_err(DbError::from)?;
        reached(CrashPoint::Stored).await;
        handing.stored();
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
        earlier(&mut tx, &member.team_ids(), key, request_hash).await
    }
}

/// Claims an operation in the transaction that stores it, and promises what it creates first.
async fn claimed(
    tx: &mut Transaction<'_, Sqlite>,
    id: OperationId,
    terms: &Terms,
    clock: &Clock,
) -> Result<Work, StartError> {
    let now = clock.steady_millis();
    let (text, lease_until) = (id.to_string(), now + millis(terms.lease));
    let fence = sqlx::query_scalar!(
        "update operation set state = 'running', holder = ?, lease_until = ?, fence = fence + 1 where operation_id = ?
      returning fence",
        terms.holder,
        lease_until,
        text
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(DbError::from)?;
    let operation = read_operation(tx, &text).await?;
    let operation = operation.ok_or(DbError::from(sqlx::Error::RowNotFound))?;
    let promise = match operation.next() {
        Next::Make(first) if operation.steps[first].verb == StepVerb::Create => {
            Some(Promise::of(&operation, first, clock, now + millis(terms.request)))
        }
        _ => None,
    };
    if let Some(promise) = &promise {
        let told = promise.told(&operation);
        for position in promise.steps() {
            save_step(tx, id, &told.steps[position]).await?;
        }
    }
    let claim = Claim {
        holder: terms.holder.clone(),
        fence,
        lease_until,
    };
    Ok(Work {
        operation,
        claim,
        promise,
        just_asked: true,
    })
}

/// What a key of one of these teams has started before. Another request with the same key is a mistake of the caller.
async fn earlier(
    tx: &mut Transaction<'_, Sqlite>,
    teams: &str,
    key: &str,
    request_hash: &str,
) -> Result<Option<Started>, StartError> {
    let row = sqlx::query!(
        "select operation_id, request_hash from operation
          where team_id in (select value from json_each(?)) and idempotency_key = ?",
        teams,
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
    let (namespace, workload, name) = place(&new.life.address);
    let busy = sqlx::query_scalar!(
        "select operation_id from operation
          where cluster_id = ? and namespace = ? and workload = ? and name = ? and state in ('queued', 'running', 'undoing')",
        new.cluster.0,
        namespace,
        workload,
        name
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(DbError::from)?;
    busy.map_or(Ok(()), |_| Err(StartError::Active))
}

/// The app and the revision that an operation is about: new ones, or those there are, if they are still those that were
/// seen.
async fn keep_app(tx: &mut Transaction<'_, Sqlite>, new: &NewOperation, now: i64) -> Result<i64, StartError> {
    if new.kind == OperationKind::Create {
        demand_as_before(tx, new).await?;
        insert_life(tx, &new.life, now).await?;
    } else {
        demand_unchanged(tx, new).await?;
    }
    let Some(NewRevision {
        revision,
        plan_hash,
        rolls_back_to,
    }) = &new.revision
    else {
        return Ok(new.seen);
    };
    // The number stands on the objects already; it is the next one as long as nobody else has started anything.
    let next = next_number(tx, &new.life).await?;
    if next != revision.number {
        return Err(StartError::AppMoved { current: next - 1 });
    }
    insert_revision(tx, new.life.id, revision, plan_hash, *rolls_back_to).await?;
    Ok(revision.number)
}

/// Refuses to make an app where another one has come to be since the names were found free.
async fn demand_as_before(tx: &mut Transaction<'_, Sqlite>, new: &NewOperation) -> Result<(), StartError> {
    let (namespace, workload, name) = place(&new.life.address);
    let now = sqlx::query!(
        r#"select app_id, (select coalesce(max(number), 0) from revision
                            where revision.app_id = app.app_id and applied_at is not null) as "number!: i64"
             from app where cluster_id = ? and namespace = ? and kind = ? and name = ? and ended_at is null and found = 0"#,
        new.cluster.0,
        namespace,
        workload,
        name
    )
    .fetch_optional(&mut **tx)
    .await
    .map_err(DbError::from)?;
    let now = now.map(|row| (row.app_id, row.number));
    if now == new.before.map(|(id, number)| (id.to_string(), number)) {
        return Ok(());
    }
    Err(StartError::Active)
}

/// An address as its columns.
fn place(address: &AppAddress) -> (&str, &str, &str) {
    (address.namespace(), address.workload(), address.name())
}

async fn demand_unchanged(tx: &mut Transaction<'_, Sqlite>, new: &NewOperation) -> Result<(), StartError> {
    let id = new.life.id.to_string();
    let (namespace, workload, name) = place(&new.life.address);
    let team = new.life.team.as_str();
    let current = sqlx::query_scalar!(
        r#"select coalesce(max(number), 0) as "current!: i64" from revision join app using (app_id)
            where app_id = ? and cluster_id = ? and namespace = ? and kind = ? and name = ? and team_id = ?
              and applied_at is not null and ended_at is null"#,
        id,
        new.cluster.0,
        namespace,
        workload,
        name,
        team
    )
    .fetch_one(&mut **tx)
    .await
    .map_err(DbError::from)?;
    match current {
        0 => Err(StartError::NoApp),
        current if current != new.seen => Err(StartError::AppMoved { current }),
        _ => Ok(()),
    }
}

async fn insert_operation(
    tx: &mut Transaction<'_, Sqlite>,
    new: &NewOperation,
    revision: i64,
    now: i64,
) -> Result<(), DbError> {
    let (id, app_id, team) = (new.id.to_string(), new.life.id.to_string(), new.team.as_str());
    let (uid, actor, kind) = (
        new.cluster_uid.as_str(),
        actor_code(new.actor),
        kind_code(new.kind),
    );
    let (draft_id, draft_revision) = new.draft.clone().unzip();
    let (namespace, workload, name) = place(&new.life.address);
    sqlx::query!(
        "insert into operation (operation_id, cluster_id, cluster_uid, app_id, revision, namespace, workload, name, kind,
                team_id, person, actor, draft_id, draft_revision, idempotency_key, request_hash, state, created_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?)",
        id,
        new.cluster.0,
        uid,
        app_id,
        revision,
        namespace,
        workload,
        name,
        kind,
        team,
        new.person,
        actor,
        draft_id,
        draft_revision,
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
    let (before, agreed) = (
        step.before.as_ref().map(json_text),
        step.agreed.as_ref().map(json_text),
    );
    sqlx::query!(
        "insert into step (operation_id, position, verb, api_version, kind, namespace, name, body, before, target_uid, agreed,
                fields, state, outcome, finished_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        position,
        verb,
        step.key.api_version,
        step.key.kind,
        step.key.namespace,
        step.key.name,
        body,
        before,
        step.target_uid,
        agreed,
        fields,
        state,
        outcome,
        step.finished_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
