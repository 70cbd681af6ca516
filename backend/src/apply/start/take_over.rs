//! Taking over what is at the address of an app of ours, or could be, and was made by somebody else: a backup that was
//! restored, a manifest that was applied again, an app that a restored database does not know.
//!
//! Nothing is sent to the cluster. From then on the app consists of these objects, by their uids, and is changed, put back
//! and deleted as any other. It is an act of its own, so that no object gets into an app by marks that somebody wrote on it.

use serde_json::Value;
use slipway_model::app::WorkloadKind;
use slipway_plan::{LABEL_APP, Ownership};

use super::open::{demand_may_change, demand_not_going, is_of, recorded, workload_of};
use super::{Operations, StartError};
use crate::apply::operation::AppAddress;
use crate::clusters::Cluster;
use crate::identity::Member;
use crate::revisions::{Found, Life};

impl Operations {
    /// Takes over the very object that somebody saw at an address.
    pub async fn take_over(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
        uid: &str,
    ) -> Result<(), StartError> {
        let access = cluster.access(member)?;
        let workload = workload_of(&access, address).await?;
        if workload["metadata"]["uid"] != uid {
            return Err(StartError::Replaced);
        }
        let owned = self.revisions.owned(cluster.id(), address).await?;
        if let Some(life) = &owned {
            if !is_of(member, life) {
                return Err(StartError::OtherTeam);
            }
            if self.has(life, &workload).await? {
                return Ok(());
            }
        }
        demand_not_going(&workload)?;
        if !is_planned(address, &workload) {
            return Err(StartError::NotPlanned);
        }
        let before = self.revisions.last_ended(cluster.id(), address, member).await?;
        // What is in the place of an app of the team is not kept from the team by a mark.
        if owned.is_none() && before.is_none() {
            self.demand_not_elsewhere(&workload)?;
        }
        demand_may_change(member, &access, address).await?;
        let opened = self.look(member, &access, address).await?;
        let mark = mark_of(address);
        let record = recorded(&opened, |body| body["metadata"]["labels"][LABEL_APP] == mark);
        let who = (member.person.name.as_str(), self.clock.millis());
        let taken = if let Some(life) = owned {
            self.revisions.take_over(&life, &record, who).await?
        } else if let Some(life) = before {
            self.revisions.resume(&life, &record, who).await?
        } else {
            let life = self.life_of(member, cluster, address);
            let number = self.revisions.next_number(&life).await?;
            let seen = self.seen(member, &opened, &cluster.target(), number).await?;
            self.revisions
                .keep(&life, Found::TakenOver, &seen, &record)
                .await?
        };
        if !taken {
            return Err(StartError::Active);
        }
        tracing::info!(app = %address.key(), uid, "an app was taken over");
        Ok(())
    }

    /// The uid of what is at an address, if a member could take it over.
    pub(super) async fn could_take_over(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
        workload: &Value,
    ) -> Result<Option<String>, StartError> {
        let uid = workload["metadata"]["uid"].as_str();
        if !is_planned(address, workload) {
            return Ok(None);
        }
        let owned = self.revisions.owned(cluster.id(), address).await?;
        let before = self.revisions.last_ended(cluster.id(), address, member).await?;
        let is_known = owned.is_some() || before.is_some();
        let free = owned.is_none_or(|life| is_of(member, &life))
            && (is_known || self.demand_not_elsewhere(workload).is_ok());
        Ok(uid.filter(|_| free).map(ToOwned::to_owned))
    }

    fn life_of(&self, member: &Member, cluster: &Cluster, address: &AppAddress) -> Life {
        Life {
            id: self.store.ids().next(),
            cluster: cluster.id(),
            address: address.clone(),
            team: member.team.id.clone(),
            found: false,
        }
    }
}

/// Whether an object is what a plan of an app at this address makes: it finds its pods by our label, which can never change.
/// Any other workload could not be applied as ours.
fn is_planned(address: &AppAddress, workload: &Value) -> bool {
    let mark = mark_of(address);
    let selector = &workload["spec"]["selector"]["matchLabels"];
    let finds_its_pods = match address.kind() {
        WorkloadKind::Deployment | WorkloadKind::StatefulSet => {
            selector.as_object().is_some_and(|labels| labels.len() == 1) && selector[LABEL_APP] == mark
        }
        WorkloadKind::Job | WorkloadKind::CronJob => true,
    };
    finds_its_pods && workload["metadata"]["labels"][LABEL_APP] == mark
}

fn mark_of(address: &AppAddress) -> String {
    Ownership::at(address.namespace(), address.kind(), address.name())
        .mark()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_a_plan_for_the_very_address_makes_can_be_taken_over() {
        let address = AppAddress::parse("shop", "Deployment", "web").unwrap();
        let mark = mark_of(&address);
        let workload = |label: &str, selector: Value| json!({ "metadata": { "labels": { LABEL_APP: label } }, "spec": { "selector": { "matchLabels": selector } } });
        let elsewhere = mark_of(&AppAddress::parse("bank", "Deployment", "web").unwrap());

        assert!(is_planned(&address, &workload(&mark, json!({ LABEL_APP: mark }))));
        for other in [
            workload(&elsewhere, json!({ LABEL_APP: elsewhere })),
            workload(&mark, json!({ "app": "web" })),
            workload(&mark, json!({ LABEL_APP: mark, "app": "web" })),
            workload("", json!({ LABEL_APP: mark })),
        ] {
            assert!(!is_planned(&address, &other), "{other}");
        }
    }
}
