//! Stage 2, second half: what only the cluster can say, asked as the person, before anything is created.
//!
//! Each file is one check: it reads what it needs, and a pure function judges what was read against the planned objects.
//! What cannot be found out is told with the reason, never silence.

mod amounts;
mod balancer;
mod change;
mod claims;
mod classes;
mod components;
mod demand;
mod fields;
mod fixed;
mod hosts;
mod in_the_way;
mod limits;
mod near;
mod nodes;
mod own;
mod pod_security;
mod quota;
mod references;
mod refusal;
mod report;
mod rights;
mod selectors;
mod service_account;
mod subject;
#[cfg(test)]
mod testing;
mod tls;
mod trial;
mod unlike;
mod witness;

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Either, join_all, join3, select};
use slipway_api::CheckCode;
use slipway_model::App;
use slipway_plan::{Feature, Plan, Target};

use crate::cluster::{Access, ClusterError, few_at_once};
use crate::clusters::{Cluster, ClusterId};
use crate::identity::Member;

pub use change::{Act, Answers, Patching, Trial, Whole, object_ref, value_at};
pub use fields::{FieldMap, Lookup, Numbered, outwards};
pub use in_the_way::{is_kept, pointer};
pub use refusal::refusal_issues;
pub use report::Report;
pub use trial::pod_of;
pub use unlike::{Unlike, issues as unlike_issues, of_body as unlike_body, of_patch as unlike_patch};

use near::Near;
use report::Finding;
use subject::Subject;
use witness::{Witness, ended, guarded};

/// How long the dry runs of one object may take: as it is created, as it is applied, and of a pod, all at once.
const TRIAL: Duration = Duration::from_secs(20);

/// How long the cluster may take for one trial.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks a cluster what it would say. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Preflight {
    installation: String,
    near: Arc<Mutex<HashMap<ClusterId, Arc<Near>>>>,
}

impl Preflight {
    /// `installation` tells objects of ours from those of another Slipway.
    pub fn new(installation: impl Into<String>) -> Self {
        Self {
            installation: installation.into(),
            near: Arc::default(),
        }
    }

    /// Checks a plan for a cluster as a member. An error means that the cluster does not answer at all: when it has told
    /// of the namespace, whatever it does not answer any more is a check of its own that could not be made.
    pub async fn check(
        &self,
        cluster: &Cluster,
        member: &Member,
        app: &App,
        plan: &Plan,
    ) -> Result<Report, ClusterError> {
        let access = cluster.access(member)?;
        let subject = Subject::of(app, plan);
        // The namespace is asked for beside everything else, and without it nothing else is told.
        let everything = Box::pin(self.everything(cluster, member, &access, &subject));
        let namespace = pin!(rights::namespace(&access, app));
        let (namespace, everything) = match select(namespace, everything).await {
            Either::Left((namespace, rest)) => match namespace? {
                (finding, false) => return Ok(Report::of([finding])),
                (finding, true) => (finding, rest.await),
            },
            Either::Right((everything, namespace)) => match namespace.await? {
                (finding, false) => return Ok(Report::of([finding])),
                (finding, true) => (finding, everything),
            },
        };
        let mut findings = vec![namespace];
        findings.extend(everything?);
        findings.extend(components::planned(app, &subject));
        Ok(Report::of(findings))
    }

    /// Everything but the namespace.
    async fn everything(
        &self,
        cluster: &Cluster,
        member: &Member,
        access: &Access,
        subject: &Subject<'_>,
    ) -> Result<Vec<Finding>, ClusterError> {
        let looked = self.look_around(cluster, member, access, subject);
        let tried = subject.parts.iter().map(|part| {
            ended(TRIAL, CheckCode::DryRun, async {
                Ok(self.object(access, part).await?.0)
            })
        });
        let rights = guarded(CheckCode::Rights, rights::rights(access, subject));
        let (mut findings, tried, looked) = join3(rights, few_at_once(tried), looked).await;
        findings.extend(tried.into_iter().flatten().chain(looked?));
        Ok(findings)
    }

    /// What lies around the app, looked at for those only who may make it: the others would learn of nodes, hosts and the
    /// like by asking for what they cannot have.
    async fn look_around(
        &self,
        cluster: &Cluster,
        member: &Member,
        access: &Access,
        subject: &Subject<'_>,
    ) -> Result<Vec<Finding>, ClusterError> {
        let own = cluster.on_behalf_of_members()?;
        let target = cluster.target();
        match may_make(&access.within(PATIENCE), subject).await {
            Ok(true) => {
                let witness = Witness::new(access, &own, member.person.clone());
                let near = self.near(cluster);
                let checks = around(&witness, &near, subject, &target);
                let found = join_all(checks.into_iter().map(|(code, check)| guarded(code, check))).await;
                Ok(found.into_iter().flatten().collect())
            }
            Ok(false) => Ok(unlooked(subject, Finding::no_right_to_know)),
            Err(error) => Ok(unlooked(subject, |code| Finding::unknown(code, &error))),
        }
    }

    /// What was read last around the apps of a cluster.
    fn near(&self, cluster: &Cluster) -> Arc<Near> {
        let mut near = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(near.entry(cluster.id()).or_default())
    }
}

/// Whether somebody may make the workload, or change the one that is there.
async fn may_make(access: &Access, subject: &Subject<'_>) -> Result<bool, ClusterError> {
    let Some(workload) = subject.workload() else {
        return Ok(false);
    };
    let verb = if subject.own.has(&workload.kind, &workload.name) {
        "patch"
    } else {
        "create"
    };
    access.is_allowed(verb, workload).await
}

/// The checks that only look, none of which was made.
fn unlooked(subject: &Subject<'_>, finding: impl Fn(CheckCode) -> Finding) -> Vec<Finding> {
    let concerned = LOOKING.iter().filter(|code| subject.concerns(**code));
    concerned.map(|code| finding(*code)).collect()
}

/// The checks that only look, in the order of [`around`].
const LOOKING: [CheckCode; 14] = [
    CheckCode::Quota,
    CheckCode::Limits,
    CheckCode::PodSecurity,
    CheckCode::References,
    CheckCode::ServiceAccount,
    CheckCode::Claims,
    CheckCode::StorageClasses,
    CheckCode::Hosts,
    CheckCode::IngressClass,
    CheckCode::Tls,
    CheckCode::LoadBalancer,
    CheckCode::Metrics,
    CheckCode::Nodes,
    CheckCode::Selectors,
];

/// What a check finds.
type Found<'a> = BoxFuture<'a, Result<Vec<Finding>, ClusterError>>;

/// The checks that only look. Of an app that is there, its own objects and pods stand in nobody's way.
fn around<'a>(
    witness: &'a Witness,
    near: &'a Near,
    subject: &'a Subject<'a>,
    target: &Target,
) -> Vec<(CheckCode, Found<'a>)> {
    let is_ack = target.has(Feature::AlibabaLoadBalancer);
    let checks: [Found<'a>; 14] = [
        quota::check(witness, subject).boxed(),
        limits::check(witness, subject).boxed(),
        pod_security::check(witness, subject).boxed(),
        references::check(witness, subject).boxed(),
        service_account::check(witness, subject).boxed(),
        claims::check(witness, subject).boxed(),
        classes::storage(witness, subject).boxed(),
        hosts::check(witness, near, subject).boxed(),
        classes::ingress(witness, subject).boxed(),
        tls::check(witness, subject).boxed(),
        balancer::check(witness, near, subject, is_ack).boxed(),
        components::metrics(witness, subject).boxed(),
        nodes::check(witness, near, subject).boxed(),
        selectors::check(witness, near, subject).boxed(),
    ];
    LOOKING.into_iter().zip(checks).collect()
}
