//! Apps that were found, in SQLite: what each team knows of them, taking them up again, and taking them over.

use sqlx::{Sqlite, Transaction};

use super::Found;
use crate::apply::AppAddress;
use crate::clusters::ClusterId;
use crate::db::DbError;
use crate::identity::{Member, TeamId};
use crate::revisions::history::insert_line;
use crate::revisions::life::{Life, Recorded, Revision};
use crate::revisions::store::{
    RevisionStore, app_id, apply, insert_object, insert_revision, key_of, next_number,
};

impl RevisionStore {
    /// What a team knows of an app at an address that somebody else made.
    pub async fn found(
        &self,
        cluster: ClusterId,
        address: &AppAddress,
        team: &TeamId,
    ) -> Result<Option<Life>, DbError> {
        let (namespace, kind, name) = (address.namespace(), address.workload(), address.name());
        let owner = team.as_str();
        let id = sqlx::query_scalar!(
            "select app_id from app
              where cluster_id = ? and namespace = ? and kind = ? and name = ? and team_id = ?
                and ended_at is null and found = 1",
            cluster.0,
            namespace,
            kind,
            name,
            owner
        )
        .fetch_optional(self.db.read())
        .await?;
        id.map(|id| life_at(&id, cluster, address, team, true))
            .transpose()
    }

    /// Whether the marks of objects are to be believed about this id: the database does not know it, and has forgotten
    /// every app that was made here.
    pub async fn may_rebuild(&self, id: &str) -> Result<bool, DbError> {
        let mut tx = self.db.read().begin().await?;
        may_rebuild(&mut tx, id).await
    }

    /// Keeps an app that was found in the cluster, as it was found. False if somebody else has done so meanwhile: then
    /// nothing was kept, and what is known is to be read again.
    pub async fn keep(
        &self,
        life: &Life,
        why: Found,
        revision: &Revision,
        record: &[Recorded],
    ) -> Result<bool, DbError> {
        let mut tx = self.db.write().await?;
        if !kept(&mut tx, life, why, revision, record).await? {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The app of one of the member's teams that was at an address last and has ended, if it ever was made: what the team did
    /// there is still known.
    pub async fn last_ended(
        &self,
        cluster: ClusterId,
        address: &AppAddress,
        member: &Member,
    ) -> Result<Option<Life>, DbError> {
        let (namespace, kind, name) = (address.namespace(), address.workload(), address.name());
        let teams = member.team_ids();
        let row = sqlx::query!(
            "select app_id, team_id from app
              where cluster_id = ? and namespace = ? and kind = ? and name = ?
                and team_id in (select value from json_each(?))
                and ended_at is not null and found = 0
                and exists (select 1 from revision where revision.app_id = app.app_id and applied_at is not null)
              order by ended_at desc limit 1",
            cluster.0,
            namespace,
            kind,
            name,
            teams
        )
        .fetch_optional(self.db.read())
        .await?;
        row.map(|row| life_at(&row.app_id, cluster, address, &TeamId::new(row.team_id), false))
            .transpose()
    }

    /// Goes on with an app that has ended: from now on it consists of these objects. What it was last is its next revision, so
    /// that nothing that was seen of it before is taken for what it is now. False if there is another one at its address, or
    /// an operation is under way there.
    pub async fn resume(
        &self,
        life: &Life,
        record: &[Recorded],
        (person, at): (&str, i64),
    ) -> Result<bool, DbError> {
        let mut tx = self.db.write().await?;
        if !freed(&mut tx, life, at).await? {
            return Ok(false);
        }
        let (id, namespace, kind, name, _) = key_of(life);
        let resumed = sqlx::query!(
            "update app set ended_at = null
              where app_id = ? and not exists (
                select 1 from app as other where other.cluster_id = ? and other.namespace = ? and other.kind = ?
                   and other.name = ? and other.ended_at is null and other.found = 0)",
            id,
            life.cluster.0,
            namespace,
            kind,
            name
        )
        .execute(&mut *tx)
        .await?;
        if resumed.rows_affected() == 0 {
            return Ok(false);
        }
        repeat_last(&mut tx, life, (person, at)).await?;
        sqlx::query!("delete from app_object where app_id = ?", id)
            .execute(&mut *tx)
            .await?;
        for object in record {
            insert_object(&mut tx, &id, &object.key, &object.uid).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Takes objects over into an app that was made here: from now on it consists of these. What it was last is its next
    /// revision, as with [`Self::resume`]. False if it has ended, or an operation of it is under way.
    pub async fn take_over(
        &self,
        life: &Life,
        record: &[Recorded],
        (person, at): (&str, i64),
    ) -> Result<bool, DbError> {
        let mut tx = self.db.write().await?;
        if !is_alive(&mut tx, life).await? || !freed(&mut tx, life, at).await? {
            return Ok(false);
        }
        repeat_last(&mut tx, life, (person, at)).await?;
        for object in record {
            insert_object(&mut tx, &life.id.to_string(), &object.key, &object.uid).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Ends an app whose objects stay: no team has them from now on, and the team may go on with it. False if it has ended,
    /// or an operation of it is under way.
    pub async fn release(&self, life: &Life, at: i64) -> Result<bool, DbError> {
        let mut tx = self.db.write().await?;
        if !is_alive(&mut tx, life).await? || is_busy(&mut tx, life).await? {
            return Ok(false);
        }
        let id = life.id.to_string();
        sqlx::query!("update app set ended_at = ? where app_id = ?", at, id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// What an app was last, as its next revision.
async fn repeat_last(
    tx: &mut Transaction<'_, Sqlite>,
    life: &Life,
    (person, at): (&str, i64),
) -> Result<(), DbError> {
    let (id, number) = (life.id.to_string(), next_number(tx, life).await?);
    sqlx::query!(
        "insert into revision (app_id, number, plan, plan_hash, draft, person, created_at)
         select app_id, ?, plan, plan_hash, draft, ?, ? from revision
          where app_id = ? and applied_at is not null order by number desc limit 1",
        number,
        person,
        at,
        id
    )
    .execute(&mut **tx)
    .await?;
    insert_line(tx, &id, number).await?;
    apply(tx, &id, number, at).await
}

fn life_at(
    id: &str,
    cluster: ClusterId,
    address: &AppAddress,
    team: &TeamId,
    found: bool,
) -> Result<Life, DbError> {
    Ok(Life {
        id: app_id(id)?,
        cluster,
        address: address.clone(),
        team: team.clone(),
        found,
    })
}

/// Whether an operation is under way at the address of an app.
async fn is_busy(tx: &mut Transaction<'_, Sqlite>, life: &Life) -> Result<bool, DbError> {
    let (_, namespace, kind, name, _) = key_of(life);
    let busy = sqlx::query_scalar!(
        r#"select exists (select 1 from operation
                           where cluster_id = ? and namespace = ? and workload = ? and name = ?
                             and state in ('queued', 'running', 'undoing')) as "busy!: bool""#,
        life.cluster.0,
        namespace,
        kind,
        name
    );
    Ok(busy.fetch_one(&mut **tx).await?)
}

/// Ends what teams knew of what is taken over. False if an operation is under way there.
async fn freed(tx: &mut Transaction<'_, Sqlite>, life: &Life, at: i64) -> Result<bool, DbError> {
    if is_busy(tx, life).await? {
        return Ok(false);
    }
    let (_, namespace, kind, name, _) = key_of(life);
    sqlx::query!(
        "update app set ended_at = ?
          where cluster_id = ? and namespace = ? and kind = ? and name = ? and ended_at is null and found = 1",
        at,
        life.cluster.0,
        namespace,
        kind,
        name
    )
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// The same within a transaction.
async fn kept(
    tx: &mut Transaction<'_, Sqlite>,
    life: &Life,
    why: Found,
    revision: &Revision,
    record: &[Recorded],
) -> Result<bool, DbError> {
    let id = life.id.to_string();
    let may = match why {
        Found::Theirs => true,
        Found::Rebuilt => may_rebuild(tx, &id).await?,
        Found::TakenOver => freed(tx, life, revision.created_at).await?,
    };
    if !may {
        return Ok(false);
    }
    let inserted = insert_kept(tx, life, why, revision.created_at).await?;
    if !inserted && (why != Found::Theirs || !is_alive(tx, life).await?) {
        return Ok(false);
    }
    if why != Found::Rebuilt && next_number(tx, life).await? != revision.number {
        return Ok(false);
    }
    insert_revision(tx, life.id, revision, &revision.plan.hash(), None).await?;
    apply(tx, &id, revision.number, revision.created_at).await?;
    for object in record {
        insert_object(tx, &id, &object.key, &object.uid).await?;
    }
    Ok(true)
}

/// Whether no app is known that was made here, but those known from their marks, and this id is not known at all.
async fn may_rebuild(tx: &mut Transaction<'_, Sqlite>, id: &str) -> Result<bool, DbError> {
    let may = sqlx::query_scalar!(
        r#"select not exists (select 1 from app where (found = 0 and rebuilt = 0) or app_id = ?) as "may!: bool""#,
        id
    );
    Ok(may.fetch_one(&mut **tx).await?)
}

/// A life of an app that was found, unless one of its kind is there already. Answers whether it was not.
async fn insert_kept(
    tx: &mut Transaction<'_, Sqlite>,
    life: &Life,
    why: Found,
    now: i64,
) -> Result<bool, DbError> {
    let (id, namespace, kind, name, team) = key_of(life);
    let (found, rebuilt) = (i64::from(life.found), i64::from(why == Found::Rebuilt));
    let inserted = sqlx::query!(
        "insert or ignore into app (app_id, cluster_id, namespace, kind, name, team_id, created_at, found, rebuilt)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        life.cluster.0,
        namespace,
        kind,
        name,
        team,
        now,
        found,
        rebuilt
    )
    .execute(&mut **tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

async fn is_alive(tx: &mut Transaction<'_, Sqlite>, life: &Life) -> Result<bool, DbError> {
    let (id, namespace, kind, name, team) = key_of(life);
    let alive = sqlx::query_scalar!(
        r#"select exists (select 1 from app
                           where app_id = ? and cluster_id = ? and namespace = ? and kind = ? and name = ? and team_id = ?
                             and ended_at is null) as "alive!: bool""#,
        id,
        life.cluster.0,
        namespace,
        kind,
        name,
        team
    );
    Ok(alive.fetch_one(&mut **tx).await?)
}
