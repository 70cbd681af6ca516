//! Lists of operations, without their steps, in SQLite.

use slipway_api::OperationLine;

use crate::apply::operation::AppAddress;
use crate::apply::rows::LineRow;
use crate::apply::store::OperationStore;
use crate::clusters::ClusterId;
use crate::db::DbError;
use crate::identity::Member;
use crate::paging::Stretch;

/// How many operations the list of a team shows.
const LIST: i64 = 200;

impl OperationStore {
    /// The newest operations of the member's teams; each with its cluster.
    pub async fn list(&self, member: &Member) -> Result<Vec<(ClusterId, OperationLine)>, DbError> {
        let teams = member.team_ids();
        let rows = sqlx::query_as!(
            LineRow,
            "select operation_id, cluster_id, namespace, workload, name, kind, revision, state, failure, person, created_at,
                    finished_at
               from operation where team_id in (select value from json_each(?)) order by created_at desc, operation_id desc limit ?",
            teams,
            LIST
        )
        .fetch_all(self.db.read())
        .await?;
        let line = |row: LineRow| Ok((ClusterId(row.cluster_id), row.line()?));
        rows.into_iter().map(line).collect()
    }

    /// A stretch of the operations of the member's teams on the apps that an address has had, the newest first, and how many
    /// there are in all.
    pub(in crate::apply) async fn list_of(
        &self,
        member: &Member,
        cluster: ClusterId,
        address: &AppAddress,
        Stretch { skip, take }: Stretch,
    ) -> Result<(Vec<OperationLine>, i64), DbError> {
        let (namespace, workload, name) = (address.namespace(), address.workload(), address.name());
        let teams = member.team_ids();
        let mut tx = self.db.read().begin().await?;
        let total = sqlx::query_scalar!(
            "select count(*) from operation
              where team_id in (select value from json_each(?)) and cluster_id = ? and namespace = ? and workload = ? and name = ?",
            teams,
            cluster.0,
            namespace,
            workload,
            name
        )
        .fetch_one(&mut *tx)
        .await?;
        let rows = sqlx::query_as!(
            LineRow,
            "select operation_id, cluster_id, namespace, workload, name, kind, revision, state, failure, person, created_at,
                    finished_at
               from operation
              where team_id in (select value from json_each(?)) and cluster_id = ? and namespace = ? and workload = ? and name = ?
              order by created_at desc, operation_id desc limit ? offset ?",
            teams,
            cluster.0,
            namespace,
            workload,
            name,
            take,
            skip
        )
        .fetch_all(&mut *tx)
        .await?;
        let lines: Result<_, DbError> = rows.into_iter().map(|row| Ok(row.line()?)).collect();
        Ok((lines?, total))
    }
}
