//! Sessions in the database.

use super::TokenHash;
use crate::db::{Db, DbError};

/// A session as the database has it.
pub(super) struct SessionRow {
    /// The person, unless it is the one user.
    pub(super) person: Option<String>,
    /// What it was begun with, if that is known.
    pub(super) credential: Option<Vec<u8>>,
    /// When it began.
    pub(super) created_at: i64,
    /// When it was last used, to the minute.
    pub(super) seen_at: i64,
}

/// Who begins a session, with what, and when.
#[derive(Clone, Copy)]
pub(super) struct Begun<'b> {
    /// The person, unless it is the one user.
    pub(super) person: Option<&'b str>,
    /// What they began it with.
    pub(super) credential: Option<&'b TokenHash>,
    /// In milliseconds.
    pub(super) now: i64,
}

/// Which sessions end when another one begins.
#[derive(Clone, Copy)]
pub(super) struct Over {
    /// Those that began earlier.
    pub(super) created_before: i64,
    /// Those that were used last earlier.
    pub(super) seen_before: i64,
    /// So many of one person are left.
    pub(super) most: i64,
}

/// Keeps sessions.
#[derive(Clone)]
pub(super) struct SessionStore(Db);

impl SessionStore {
    pub(super) fn new(db: Db) -> Self {
        Self(db)
    }

    /// Adds a session, in the place of the one `before`, and removes those that are over and the oldest of a person who has
    /// more than `most`.
    pub(super) async fn add(
        &self,
        token: &TokenHash,
        begun: Begun<'_>,
        before: Option<&TokenHash>,
        over: Over,
    ) -> Result<(), DbError> {
        let Begun {
            person,
            credential,
            now,
        } = begun;
        let (hash, credential) = (token.bytes(), credential.map(TokenHash::bytes));
        let mut tx = self.0.write().await?;
        sqlx::query!(
            "delete from session where created_at < ? or seen_at < ?",
            over.created_before,
            over.seen_before
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "insert into session (token_hash, person, credential, created_at, seen_at) values (?, ?, ?, ?, ?)",
            hash,
            person,
            credential,
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
        sqlx::query!(
            "delete from session where token_hash in
               (select token_hash from session where person is ? order by seen_at desc, rowid desc limit -1 offset ?)",
            person,
            over.most
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn find(&self, token: &TokenHash) -> Result<Option<SessionRow>, DbError> {
        let hash = token.bytes();
        let row = sqlx::query_as!(
            SessionRow,
            "select person, credential, created_at, seen_at from session where token_hash = ?",
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

    /// Answers whether there was one.
    pub(super) async fn remove(&self, token: &TokenHash) -> Result<bool, DbError> {
        let hash = token.bytes();
        let mut tx = self.0.write().await?;
        let removed = sqlx::query!("delete from session where token_hash = ?", hash)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(removed.rows_affected() > 0)
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
}
