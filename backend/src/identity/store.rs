//! Sessions in the database.

use super::TokenHash;
use crate::db::{Db, DbError};

/// A session as the database has it.
pub(super) struct SessionRow {
    /// The person, unless it is the one user.
    pub(super) person: Option<String>,
    /// When it began.
    pub(super) created_at: i64,
    /// When it was last used, to the minute.
    pub(super) seen_at: i64,
}

/// Keeps sessions.
#[derive(Clone)]
pub(super) struct SessionStore(Db);

impl SessionStore {
    pub(super) fn new(db: Db) -> Self {
        Self(db)
    }

    /// Adds a session, in the place of the one `before`.
    pub(super) async fn add(
        &self,
        token: &TokenHash,
        person: Option<&str>,
        now: i64,
        before: Option<&TokenHash>,
    ) -> Result<(), DbError> {
        let hash = token.bytes();
        let mut tx = self.0.write().await?;
        sqlx::query!(
            "insert into session (token_hash, person, created_at, seen_at) values (?, ?, ?, ?)",
            hash,
            person,
            now,
            now,
        )
        .execute(&mut *tx)
        .await?;
        if let Some(before) = before {
            let hash = before.bytes();
            sqlx::query!("delete from session where token_hash = ?", hash)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn find(&self, token: &TokenHash) -> Result<Option<SessionRow>, DbError> {
        let hash = token.bytes();
        let row = sqlx::query_as!(
            SessionRow,
            "select person, created_at, seen_at from session where token_hash = ?",
            hash,
        )
        .fetch_optional(self.0.read())
        .await?;
        Ok(row)
    }

    pub(super) async fn seen(&self, token: &TokenHash, now: i64) -> Result<(), DbError> {
        let hash = token.bytes();
        let mut tx = self.0.write().await?;
        sqlx::query!(
            "update session set seen_at = max(seen_at, ?) where token_hash = ?",
            now,
            hash
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn remove(&self, token: &TokenHash) -> Result<(), DbError> {
        let hash = token.bytes();
        let mut tx = self.0.write().await?;
        sqlx::query!("delete from session where token_hash = ?", hash)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The latest time that is known to have passed.
    pub(super) async fn latest_time(&self) -> Result<Option<i64>, DbError> {
        let row = sqlx::query!(
            r#"select max(at) as "at?: i64" from (select at from session_time union all select max(seen_at) from session)"#,
        )
        .fetch_one(self.0.read())
        .await?;
        Ok(row.at)
    }

    pub(super) async fn keep_time(&self, now: i64) -> Result<(), DbError> {
        let mut tx = self.0.write().await?;
        sqlx::query!(
            "insert into session_time (only_row, at) values (1, ?)
             on conflict (only_row) do update set at = max(at, excluded.at)",
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn remove_older(&self, created_before: i64, seen_before: i64) -> Result<(), DbError> {
        let mut tx = self.0.write().await?;
        sqlx::query!(
            "delete from session where created_at < ? or seen_at < ?",
            created_before,
            seen_before
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}
