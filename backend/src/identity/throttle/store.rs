//! Failed sign-ins in the database.

use std::time::Duration;

use crate::db::{Db, DbError};
use crate::network::Network;

/// Failures of a network as the database has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FailureRow {
    /// The network.
    pub(super) network: Network,
    /// How many.
    pub(super) count: u32,
    /// How long until they are forgotten.
    pub(super) left: Duration,
}

/// Keeps failed sign-ins.
#[derive(Clone)]
pub(super) struct ThrottleStore(Db);

impl ThrottleStore {
    pub(super) fn new(db: Db) -> Self {
        Self(db)
    }

    #[cfg(test)]
    pub(super) async fn close(&self) {
        self.0.close().await;
    }

    /// Everything that is stored. A row that cannot be understood is left out: it was edited by hand.
    pub(super) async fn read(&self) -> Result<Vec<FailureRow>, DbError> {
        let rows = sqlx::query!("select network, failures, left_millis from sign_in_failure")
            .fetch_all(self.0.read())
            .await?;
        let understood = rows.into_iter().filter_map(|row| {
            Some(FailureRow {
                network: row.network.parse().ok()?,
                count: u32::try_from(row.failures).ok()?,
                left: Duration::from_millis(u64::try_from(row.left_millis).ok()?),
            })
        });
        Ok(understood.collect())
    }

    /// Stores these instead of what is stored, by two statements however many they are.
    pub(super) async fn replace(&self, rows: &[FailureRow]) -> Result<(), DbError> {
        let rows = rows.iter().map(|row| {
            let left = row.left.as_millis().max(1);
            serde_json::json!([
                row.network.to_string(),
                row.count,
                u64::try_from(left).unwrap_or(u64::MAX)
            ])
        });
        let rows = serde_json::Value::Array(rows.collect()).to_string();
        let mut tx = self.0.write().await?;
        sqlx::query!("delete from sign_in_failure")
            .execute(&mut *tx)
            .await?;
        sqlx::query!(
            "insert into sign_in_failure (network, failures, left_millis)
             select value ->> 0, value ->> 1, value ->> 2 from json_each(?)",
            rows
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}
