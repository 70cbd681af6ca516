//! Ids of clusters, and which cluster each was when it was last heard.

use super::{ClusterId, ClusterUid};
use crate::db::{Db, DbError};

/// Clusters in the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ClusterStore {
    db: Db,
}

impl ClusterStore {
    /// The clusters in a database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The id of the cluster with this slug, made when it is new, and the uid it last had.
    pub async fn known(&self, slug: &str) -> Result<(ClusterId, Option<ClusterUid>), DbError> {
        let mut tx = self.db.write().await?;
        sqlx::query!("insert or ignore into cluster (slug) values (?)", slug)
            .execute(&mut *tx)
            .await?;
        let row = sqlx::query!("select cluster_id, uid from cluster where slug = ?", slug)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok((ClusterId(row.cluster_id), row.uid.map(ClusterUid::new)))
    }

    /// Notes which cluster answers now.
    pub async fn note_uid(&self, id: ClusterId, uid: &ClusterUid) -> Result<(), DbError> {
        let uid = uid.as_str();
        let mut tx = self.db.write().await?;
        sqlx::query!("update cluster set uid = ? where cluster_id = ?", uid, id.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
