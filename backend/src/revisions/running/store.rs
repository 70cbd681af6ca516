//! Which revision of an app runs, in SQLite.

use super::Running;
use crate::apply::AppAddress;
use crate::clusters::ClusterId;
use crate::db::DbError;
use crate::identity::Member;
use crate::revisions::RevisionStore;

impl RevisionStore {
    /// What a very workload runs, if it is one of an app that was made here and is one of the member's teams: by its uid,
    /// since anybody can write marks.
    pub async fn running(
        &self,
        member: &Member,
        cluster: ClusterId,
        address: &AppAddress,
        uid: &str,
    ) -> Result<Option<Running>, DbError> {
        let (namespace, kind, name) = (address.namespace(), address.workload(), address.name());
        let teams = member.team_ids();
        let row = sqlx::query!(
            r#"select l.number, o.operation_id as "operation_id?"
                 from app a
                 join app_object w on w.app_id = a.app_id and w.kind = a.kind and w.namespace = a.namespace and w.name = a.name
                 join revision_line l on l.app_id = a.app_id
                 left join operation o on o.app_id = l.app_id and o.revision = l.number and o.kind <> 'delete'
                where a.cluster_id = ? and a.namespace = ? and a.kind = ? and a.name = ? and a.ended_at is null and a.found = 0
                  and a.team_id in (select value from json_each(?)) and w.uid = ? and l.applied_at is not null
                order by l.number desc limit 1"#,
            cluster.0,
            namespace,
            kind,
            name,
            teams,
            uid
        )
        .fetch_optional(self.db.read())
        .await?;
        Ok(row.map(|row| Running {
            revision: row.number,
            operation: row.operation_id,
        }))
    }
}
