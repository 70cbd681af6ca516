//! Releasing an app: its team gives it up, and nothing in the cluster changes.
//!
//! Without it a team that has taken over an app could never give it back: whoever may change the objects could not do so
//! here until they are deleted. The history stays with the team, which goes on with it if it takes the app over again.

use super::open::{demand_may_change, is_of, workload_of};
use super::{Operations, StartError};
use crate::apply::operation::AppAddress;
use crate::clusters::Cluster;
use crate::identity::Member;

impl Operations {
    /// Releases the app of a member's team at an address, if `seen` is still its revision.
    pub async fn release(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
        seen: u64,
    ) -> Result<(), StartError> {
        let access = cluster.access(member)?;
        workload_of(&access, address).await?;
        let owned = self.revisions.owned(cluster.id(), address).await?;
        let life = owned.ok_or(StartError::NoApp)?;
        if !is_of(member, &life) {
            return Err(StartError::OtherTeam);
        }
        demand_may_change(member, &access, address).await?;
        let current = self.revisions.current(&life).await?.ok_or(StartError::NoApp)?;
        if u64::try_from(current.number) != Ok(seen) {
            return Err(StartError::AppMoved {
                current: current.number,
            });
        }
        if !self.revisions.release(&life, self.clock.millis()).await? {
            return Err(StartError::Active);
        }
        tracing::info!(app = %address.key(), person = member.person.name, "an app was released");
        Ok(())
    }
}
