//! Lists of operations: those of a team, and those of one app.

mod store;

use slipway_api::{OperationLine, OperationPage};

use super::operation::AppAddress;
use super::start::Operations;
use crate::clusters::{Cluster, ClusterId};
use crate::db::DbError;
use crate::identity::Member;
use crate::paging::Stretch;

impl Operations {
    /// The newest operations of the member's team.
    pub async fn list(&self, member: &Member) -> Result<Vec<OperationLine>, DbError> {
        let lines = self.store().list(member).await?;
        let named = |(id, line): (ClusterId, _)| OperationLine {
            cluster: self.slug(id),
            ..line
        };
        Ok(lines.into_iter().map(named).collect())
    }

    /// The operations of the member's team on the app at an address, the newest first.
    pub async fn list_of(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
        stretch: Stretch,
    ) -> Result<OperationPage, DbError> {
        let (lines, total) = self
            .store()
            .list_of(member, cluster.id(), address, stretch)
            .await?;
        let named = |line| OperationLine {
            cluster: cluster.slug().to_owned(),
            ..line
        };
        Ok(OperationPage {
            rows: lines.into_iter().map(named).collect(),
            total: u32::try_from(total).unwrap_or(u32::MAX),
        })
    }
}
