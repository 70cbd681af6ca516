//! Drafts in the database. Every query names the team.

use slipway_model::{Draft, Typed, draft};
use sqlx::SqliteConnection;

use super::{DraftError, DraftId, MOST_PER_TEAM, Made, StoredDraft};
use crate::clock::{Clock, Ids};
use crate::clusters::ClusterId;
use crate::db::{CorruptRow, Db, DbError};
use crate::identity::Member;

/// Keeps drafts.
#[derive(Clone)]
pub struct DraftStore {
    db: Db,
    clock: Clock,
    ids: Ids,
}

impl DraftStore {
    /// The drafts of a database.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self { db, clock, ids }
    }

    /// Keeps a new draft of the member's team.
    pub async fn create(
        &self,
        member: &Member,
        cluster: ClusterId,
        content: Draft,
    ) -> Result<StoredDraft, DraftError> {
        let (Made::Now(draft) | Made::Before(draft)) =
            self.create_once(member, cluster, content, None).await?;
        Ok(draft)
    }

    /// The same, once for each key of the team: a request whose answer was lost can be repeated.
    ///
    /// The draft of a key is answered as it is now, whatever is typed in the repeated request.
    pub async fn create_once(
        &self,
        member: &Member,
        cluster: ClusterId,
        content: Draft,
        key: Option<&str>,
    ) -> Result<Made, DraftError> {
        let content = without_moved_values(content);
        let mut tx = self.db.write().await?;
        if let Some(key) = key
            && let Some(before) = of_key(&mut tx, member, key).await?
        {
            return if before.cluster == cluster {
                Ok(Made::Before(before))
            } else {
                Err(DraftError::KeyReused)
            };
        }
        let made = self.insert(&mut tx, member, (cluster, content), key).await?;
        tx.commit().await?;
        Ok(Made::Now(made))
    }

    async fn insert(
        &self,
        tx: &mut SqliteConnection,
        member: &Member,
        (cluster, content): (ClusterId, Draft),
        key: Option<&str>,
    ) -> Result<StoredDraft, DraftError> {
        let stored = StoredDraft {
            id: DraftId::new(self.ids.next().to_string()),
            cluster,
            revision: 1,
            content,
            saved_by: member.person.name.clone(),
            saved_at: self.clock.millis(),
        };
        let (id, team, text) = (
            stored.id.as_str(),
            member.team.id.as_str(),
            written(&stored.content)?,
        );
        let kept = sqlx::query_scalar!("select count(*) from draft where team_id = ?", team)
            .fetch_one(&mut *tx)
            .await?;
        if kept >= i64::from(MOST_PER_TEAM) {
            return Err(DraftError::TooMany);
        }
        sqlx::query!(
            "insert into draft (draft_id, team_id, cluster_id, revision, content, saved_by, saved_at, request_key)
             values (?, ?, ?, 1, ?, ?, ?, ?)",
            id,
            team,
            cluster.0,
            text,
            stored.saved_by,
            stored.saved_at,
            key,
        )
        .execute(&mut *tx)
        .await?;
        Ok(stored)
    }

    /// All drafts of the member's team, the last saved first.
    pub async fn list(&self, member: &Member) -> Result<Vec<StoredDraft>, DraftError> {
        let team = member.team.id.as_str();
        let rows = sqlx::query_as!(
            DraftRow,
            "select draft_id, cluster_id, revision, content, saved_by, saved_at
               from draft where team_id = ? order by saved_at desc, draft_id desc",
            team,
        )
        .fetch_all(self.db.read())
        .await?;
        rows.into_iter()
            .map(|row| Ok(StoredDraft::try_from(row).map_err(DbError::from)?))
            .collect()
    }

    /// A draft of the member's team.
    pub async fn get(&self, member: &Member, id: &DraftId) -> Result<StoredDraft, DraftError> {
        let mut connection = self.db.read().acquire().await?;
        found(&mut connection, member, id).await
    }

    /// Saves a draft if nobody else did since `base`.
    ///
    /// Saving what is kept already changes nothing, whatever the base: a save whose answer was lost can be repeated.
    pub async fn save(
        &self,
        member: &Member,
        id: &DraftId,
        base: u64,
        content: Draft,
    ) -> Result<StoredDraft, DraftError> {
        let content = without_moved_values(content);
        let text = written(&content)?;
        let mut tx = self.db.write().await?;
        let kept = found(&mut tx, member, id).await?;
        if kept.content == content {
            return Ok(kept);
        }
        if kept.revision != base {
            return Err(DraftError::Stale {
                current: kept.revision,
            });
        }
        let (saved_by, saved_at) = (member.person.name.clone(), self.clock.millis());
        let (key, team) = (id.as_str(), member.team.id.as_str());
        sqlx::query!(
            "update draft set content = ?, revision = revision + 1, saved_by = ?, saved_at = ?
              where draft_id = ? and team_id = ?",
            text,
            saved_by,
            saved_at,
            key,
            team,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        if lost_a_value(&kept.content, &content) {
            self.db.scrub_soon();
        }
        Ok(StoredDraft {
            revision: base + 1,
            content,
            saved_by,
            saved_at,
            ..kept
        })
    }

    /// Deletes a draft of the member's team, also on a disk that is full.
    pub async fn delete(&self, member: &Member, id: &DraftId) -> Result<(), DraftError> {
        match self.delete_now(member, id).await {
            Err(DraftError::Database(error)) if error.is_full() => {
                self.db.in_reserve(self.delete_now(member, id)).await
            }
            deleted => deleted,
        }
    }

    async fn delete_now(&self, member: &Member, id: &DraftId) -> Result<(), DraftError> {
        let (key, team) = (id.as_str(), member.team.id.as_str());
        let mut tx = self.db.write().await?;
        let deleted = sqlx::query!("delete from draft where draft_id = ? and team_id = ?", key, team)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        if deleted.rows_affected() == 0 {
            Err(DraftError::Missing(id.clone()))
        } else {
            self.db.scrub_soon();
            Ok(())
        }
    }
}

/// Whether the value of a variable was taken away. It may be one that nobody shall find any more.
fn lost_a_value(before: &Draft, after: &Draft) -> bool {
    before.containers.iter().any(|container| {
        container.env.iter().any(|row| {
            let field = format!("containers.{}.env.{}.value", container.id, row.id);
            !row.value.is_blank() && after.leaf(&field).is_none_or(Typed::is_blank)
        })
    })
}

/// What is kept of a draft: everything but values of variables that come from a Secret now.
fn without_moved_values(mut content: Draft) -> Draft {
    content.drop_values_moved_to_secrets();
    content
}

async fn found(db: &mut SqliteConnection, member: &Member, id: &DraftId) -> Result<StoredDraft, DraftError> {
    let (key, team) = (id.as_str(), member.team.id.as_str());
    let row = sqlx::query_as!(
        DraftRow,
        "select draft_id, cluster_id, revision, content, saved_by, saved_at
           from draft where draft_id = ? and team_id = ?",
        key,
        team,
    )
    .fetch_optional(db)
    .await?;
    let row = row.ok_or_else(|| DraftError::Missing(id.clone()))?;
    Ok(StoredDraft::try_from(row).map_err(DbError::from)?)
}

async fn of_key(
    db: &mut SqliteConnection,
    member: &Member,
    key: &str,
) -> Result<Option<StoredDraft>, DraftError> {
    let team = member.team.id.as_str();
    let row = sqlx::query_as!(
        DraftRow,
        "select draft_id, cluster_id, revision, content, saved_by, saved_at
           from draft where team_id = ? and request_key = ?",
        team,
        key,
    )
    .fetch_optional(db)
    .await?;
    let draft = row.map(StoredDraft::try_from).transpose();
    Ok(draft.map_err(DbError::from)?)
}

fn written(content: &Draft) -> Result<String, DraftError> {
    serde_json::to_string(content).map_err(|error| DraftError::from(sqlx::Error::Encode(error.into())))
}

struct DraftRow {
    draft_id: String,
    cluster_id: i64,
    revision: i64,
    content: String,
    saved_by: String,
    saved_at: i64,
}

impl TryFrom<DraftRow> for StoredDraft {
    type Error = CorruptRow;

    fn try_from(row: DraftRow) -> Result<Self, CorruptRow> {
        let corrupt = || CorruptRow::new("draft", &row.draft_id);
        Ok(Self {
            cluster: ClusterId(row.cluster_id),
            revision: u64::try_from(row.revision).map_err(|_| corrupt())?,
            content: draft::upgrade(serde_json::from_str(&row.content).map_err(|_| corrupt())?),
            id: DraftId::new(row.draft_id),
            saved_by: row.saved_by,
            saved_at: row.saved_at,
        })
    }
}
