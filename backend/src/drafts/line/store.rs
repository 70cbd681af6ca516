//! What lists show of drafts, in a table of its own, and with it how much room a team takes up.

use slipway_model::draft;
use sqlx::SqliteConnection;

use super::{Line, Summary, VERSION};
use crate::clusters::ClusterId;
use crate::db::{CorruptRow, Db, DbError};
use crate::drafts::{DraftError, DraftId, MOST_BYTES_PER_TEAM};
use crate::identity::Member;

/// Drafts that are described in one transaction: few enough that the largest of them fit into memory.
const BATCH: i64 = 16;

/// Writes the line of a draft that is saved. Refuses one that grows beyond the room of its team.
pub(in crate::drafts) async fn put(
    tx: &mut SqliteConnection,
    team: &str,
    line: &Line,
) -> Result<(), DraftError> {
    let id = line.id.as_str();
    let room = sqlx::query!(
        r#"select coalesce(sum(size), 0) as "all!: i64", coalesce(sum(case draft_id when ? then size end), 0) as "before!: i64"
             from draft_line where team_id = ?"#,
        id,
        team
    )
    .fetch_one(&mut *tx)
    .await?;
    let size = i64::try_from(line.summary.size).unwrap_or(i64::MAX);
    let grows = size > room.before;
    if grows && (room.all - room.before).saturating_add(size) > MOST_BYTES_PER_TEAM {
        return Err(DraftError::TooMuch);
    }
    Ok(write(tx, team, line).await?)
}

async fn write(tx: &mut SqliteConnection, team: &str, line: &Line) -> Result<(), DbError> {
    let Summary {
        name,
        namespace,
        kind,
        image,
        errors,
        size,
    } = &line.summary;
    let (id, cluster) = (line.id.as_str(), line.cluster.0);
    let revision = i64::try_from(line.revision).unwrap_or(i64::MAX);
    let size = i64::try_from(*size).unwrap_or(i64::MAX);
    sqlx::query!(
        "insert into draft_line (draft_id, team_id, cluster_id, revision, saved_by, saved_at, name, namespace, kind, image,
                errors, size, version)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             on conflict (draft_id) do update set cluster_id = excluded.cluster_id, revision = excluded.revision,
                saved_by = excluded.saved_by, saved_at = excluded.saved_at, name = excluded.name,
                namespace = excluded.namespace, kind = excluded.kind, image = excluded.image, errors = excluded.errors,
                size = excluded.size, version = excluded.version",
        id,
        team,
        cluster,
        revision,
        line.saved_by,
        line.saved_at,
        name,
        namespace,
        kind,
        image,
        errors,
        size,
        VERSION,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The lines of the member's teams, the last saved first.
pub(in crate::drafts) async fn of_team(db: &Db, member: &Member) -> Result<Vec<Line>, DraftError> {
    let teams = member.team_ids();
    let rows = sqlx::query!(
        "select draft_id, cluster_id, revision, saved_by, saved_at, name, namespace, kind, image, errors, size
           from draft_line where team_id in (select value from json_each(?)) order by saved_at desc, draft_id desc",
        teams,
    )
    .fetch_all(db.read())
    .await?;
    let lines = rows.into_iter().map(|row| {
        let corrupt = |_| CorruptRow::new("draft_line", &row.draft_id);
        Ok(Line {
            cluster: ClusterId(row.cluster_id),
            revision: u64::try_from(row.revision).map_err(corrupt)?,
            saved_by: row.saved_by,
            saved_at: row.saved_at,
            summary: Summary {
                name: row.name,
                namespace: row.namespace,
                kind: row.kind,
                image: row.image,
                errors: u32::try_from(row.errors).map_err(corrupt)?,
                size: u64::try_from(row.size).map_err(corrupt)?,
            },
            id: DraftId::new(row.draft_id),
        })
    });
    Ok(lines.collect::<Result<_, CorruptRow>>().map_err(DbError::from)?)
}

/// How many bytes a draft of one of the member's teams has.
pub(in crate::drafts) async fn bytes(db: &Db, member: &Member, id: &DraftId) -> Result<usize, DraftError> {
    let (key, teams) = (id.as_str(), member.team_ids());
    let size = sqlx::query_scalar!(
        "select size from draft_line where draft_id = ? and team_id in (select value from json_each(?))",
        key,
        teams
    )
    .fetch_optional(db.read())
    .await
    .map_err(DbError::from)?;
    let size = size.ok_or_else(|| DraftError::Missing(id.clone()))?;
    Ok(usize::try_from(size).unwrap_or_default())
}

/// Writes the lines of some drafts that have none, or one that other rules have counted. Answers of how many.
pub(in crate::drafts) async fn describe_some(db: &Db) -> Result<usize, DbError> {
    let mut tx = db.write().await?;
    let rows = sqlx::query!(
        "select d.draft_id, d.team_id, d.cluster_id, d.revision, d.content, d.saved_by, d.saved_at
           from draft d left join draft_line l on l.draft_id = d.draft_id
          where l.draft_id is null or l.version <> ? limit ?",
        VERSION,
        BATCH,
    )
    .fetch_all(&mut *tx)
    .await?;
    let found = rows.len();
    for row in rows {
        // What cannot be read is told when it is opened; here it has no name.
        let content = draft::stored(&row.content).unwrap_or_default();
        let line = Line {
            cluster: ClusterId(row.cluster_id),
            revision: u64::try_from(row.revision).unwrap_or_default(),
            saved_by: row.saved_by,
            saved_at: row.saved_at,
            summary: Summary::of(&content, row.content.len()),
            id: DraftId::new(row.draft_id),
        };
        write(&mut tx, &row.team_id, &line).await?;
    }
    tx.commit().await?;
    Ok(found)
}
