//! Drafts in the database. Every query names the team.

use slipway_model::{Draft, Typed, draft};
use sqlx::SqliteConnection;

use super::line::{Summary, store as lines};
use super::{DraftError, DraftId, LARGEST, Line, MOST_PER_TEAM, Made, StoredDraft};
use crate::clock::{Clock, Ids};
use crate::clusters::ClusterId;
use crate::cpu::Cpu;
use crate::db::{CorruptRow, Db, DbError};
use crate::identity::{Member, TeamId};

/// Keeps drafts.
#[derive(Clone)]
pub struct DraftStore {
    db: Db,
    clock: Clock,
    ids: Ids,
    cpu: Cpu,
}

/// A draft as it is written: its text, and what a list shows of it.
struct Written {
    content: Draft,
    text: String,
    summary: Summary,
}

impl DraftStore {
    /// The drafts of a database.
    pub fn new(db: Db, clock: Clock, ids: Ids, cpu: Cpu) -> Self {
        Self { db, clock, ids, cpu }
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
        self.create_in(&member.team.id, member, (cluster, content), key)
            .await
    }

    /// The same in another team of the member: a draft of what another team has made is that team's.
    pub async fn create_in(
        &self,
        team: &TeamId,
        member: &Member,
        (cluster, content): (ClusterId, Draft),
        key: Option<&str>,
    ) -> Result<Made, DraftError> {
        let content = without_moved_values(content);
        let written = self.written(member, content).await?;
        let mut tx = self.db.write().await?;
        if let Some(key) = key
            && let Some(before) = of_key(&mut tx, member, key).await?
        {
            drop(tx);
            return if before.cluster_id == cluster.0 {
                Ok(Made::Before(self.read(member, before).await?))
            } else {
                Err(DraftError::KeyReused)
            };
        }
        let made = self
            .insert(&mut tx, (team, member), (cluster, written), key)
            .await?;
        tx.commit().await?;
        Ok(Made::Now(made))
    }

    async fn insert(
        &self,
        tx: &mut SqliteConnection,
        (team, member): (&TeamId, &Member),
        (cluster, written): (ClusterId, Written),
        key: Option<&str>,
    ) -> Result<StoredDraft, DraftError> {
        let stored = StoredDraft {
            id: DraftId::new(self.ids.next().to_string()),
            team: team.clone(),
            cluster,
            revision: 1,
            content: written.content,
            saved_by: member.person.name.clone(),
            saved_at: self.clock.millis(),
        };
        let (id, team) = (stored.id.as_str(), stored.team.as_str());
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
            written.text,
            stored.saved_by,
            stored.saved_at,
            key,
        )
        .execute(&mut *tx)
        .await?;
        lines::put(tx, team, &line_of(&stored, written.summary)).await?;
        Ok(stored)
    }

    /// All drafts of the member's teams, the last saved first.
    pub async fn list(&self, member: &Member) -> Result<Vec<Line>, DraftError> {
        lines::of_team(&self.db, member).await
    }

    /// How many bytes a draft of one of the member's teams has.
    pub async fn bytes(&self, member: &Member, id: &DraftId) -> Result<usize, DraftError> {
        lines::bytes(&self.db, member, id).await
    }

    /// A draft of one of the member's teams.
    pub async fn get(&self, member: &Member, id: &DraftId) -> Result<StoredDraft, DraftError> {
        let mut connection = self.db.read().acquire().await?;
        let row = found(&mut connection, member, id).await?;
        drop(connection);
        self.read(member, row).await
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
        let Written {
            content,
            text,
            summary,
        } = self.written(member, content).await?;
        let mut tx = self.db.write().await?;
        let kept = found(&mut tx, member, id).await?;
        let current = kept.number()?;
        let saved = StoredDraft {
            id: id.clone(),
            team: TeamId::new(kept.team_id),
            cluster: ClusterId(kept.cluster_id),
            revision: current,
            content,
            saved_by: kept.saved_by,
            saved_at: kept.saved_at,
        };
        if kept.content == text {
            return Ok(saved);
        }
        if current != base {
            return Err(DraftError::Stale { current });
        }
        let saved = StoredDraft {
            revision: base + 1,
            saved_by: member.person.name.clone(),
            saved_at: self.clock.millis(),
            ..saved
        };
        let (key, team) = (id.as_str(), saved.team.as_str());
        sqlx::query!(
            "update draft set content = ?, revision = revision + 1, saved_by = ?, saved_at = ?
              where draft_id = ? and team_id = ?",
            text,
            saved.saved_by,
            saved.saved_at,
            key,
            team,
        )
        .execute(&mut *tx)
        .await?;
        lines::put(&mut tx, team, &line_of(&saved, summary)).await?;
        tx.commit().await?;
        let before = self
            .cpu
            .on_text(member, kept.content.len(), || draft::stored(&kept.content));
        if lost_a_value(&before.await?.unwrap_or_default(), &saved.content) {
            self.db.scrub_soon();
        }
        Ok(saved)
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
        let (key, teams) = (id.as_str(), member.team_ids());
        let mut tx = self.db.write().await?;
        let deleted = sqlx::query!(
            "delete from draft where draft_id = ? and team_id in (select value from json_each(?))",
            key,
            teams
        )
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

    /// Adds what lists show of drafts that were saved before it was kept, or by a server with other rules. Before anybody
    /// asks for a list.
    pub async fn describe(&self) -> Result<(), DbError> {
        while lines::describe_some(&self.db).await? > 0 {}
        Ok(())
    }

    /// Writes a draft, and judges it for the list.
    async fn written(&self, member: &Member, content: Draft) -> Result<Written, DraftError> {
        let written = self.cpu.run(member, || {
            let text = serde_json::to_string(&content)?;
            let summary = Summary::of(&content, text.len());
            Ok::<_, serde_json::Error>((text, summary))
        });
        let written = written.await?;
        let (text, summary) = written.map_err(|error| sqlx::Error::Encode(error.into()))?;
        if text.len() > LARGEST {
            return Err(DraftError::TooLarge);
        }
        Ok(Written {
            content,
            text,
            summary,
        })
    }

    async fn read(&self, member: &Member, row: DraftRow) -> Result<StoredDraft, DraftError> {
        let size = row.content.len();
        let read = self.cpu.on_text(member, size, || StoredDraft::try_from(row));
        Ok(read.await?.map_err(DbError::from)?)
    }
}

fn line_of(draft: &StoredDraft, summary: Summary) -> Line {
    Line {
        id: draft.id.clone(),
        cluster: draft.cluster,
        revision: draft.revision,
        saved_by: draft.saved_by.clone(),
        saved_at: draft.saved_at,
        summary,
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

async fn found(db: &mut SqliteConnection, member: &Member, id: &DraftId) -> Result<DraftRow, DraftError> {
    let (key, teams) = (id.as_str(), member.team_ids());
    let row = sqlx::query_as!(
        DraftRow,
        "select draft_id, team_id, cluster_id, revision, content, saved_by, saved_at
           from draft where draft_id = ? and team_id in (select value from json_each(?))",
        key,
        teams,
    )
    .fetch_optional(db)
    .await?;
    row.ok_or_else(|| DraftError::Missing(id.clone()))
}

async fn of_key(
    db: &mut SqliteConnection,
    member: &Member,
    key: &str,
) -> Result<Option<DraftRow>, DraftError> {
    let teams = member.team_ids();
    let row = sqlx::query_as!(
        DraftRow,
        "select draft_id, team_id, cluster_id, revision, content, saved_by, saved_at
           from draft where team_id in (select value from json_each(?)) and request_key = ?",
        teams,
        key,
    );
    Ok(row.fetch_optional(db).await?)
}

struct DraftRow {
    draft_id: String,
    team_id: String,
    cluster_id: i64,
    revision: i64,
    content: String,
    saved_by: String,
    saved_at: i64,
}

impl DraftRow {
    fn number(&self) -> Result<u64, DbError> {
        let number = u64::try_from(self.revision);
        Ok(number.map_err(|_| CorruptRow::new("draft", &self.draft_id))?)
    }
}

impl TryFrom<DraftRow> for StoredDraft {
    type Error = CorruptRow;

    fn try_from(row: DraftRow) -> Result<Self, CorruptRow> {
        let corrupt = || CorruptRow::new("draft", &row.draft_id);
        Ok(Self {
            team: TeamId::new(row.team_id),
            cluster: ClusterId(row.cluster_id),
            revision: u64::try_from(row.revision).map_err(|_| corrupt())?,
            content: draft::stored(&row.content).map_err(|_| corrupt())?,
            id: DraftId::new(row.draft_id),
            saved_by: row.saved_by,
            saved_at: row.saved_at,
        })
    }
}
