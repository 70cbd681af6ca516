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
mod hosts;
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

pub use change::{Act, Trial, Whole, object_ref, value_at};
pub use fields::{FieldMap, Lookup, outwards};
pub use refusal::refusal_issues;
pub use report::Report;
pub use trial::pod_of;

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
        let witness = Witness::new(access, &cluster.own()?, member.person.clone());
        let near = self.near(cluster);
        let looked = around(&witness, &near, subject, &cluster.target());
        let tried = subject
            .parts
            .iter()
            .map(|part| ended(TRIAL, CheckCode::DryRun, self.object(access, part)));
        let rights = guarded(CheckCode::Rights, rights::rights(access, subject));
        let (mut findings, tried, looked) = join3(rights, few_at_once(tried), join_all(looked)).await;
        findings.extend(tried.into_iter().chain(looked).flatten());
        Ok(findings)
    }

    /// What was read last around the apps of a cluster.
    fn near(&self, cluster: &Cluster) -> Arc<Near> {
        let mut near = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(near.entry(cluster.id()).or_default())
    }
}

/// The checks that only look, each ending in time and failing alone. Of an app that is there, its own objects and pods stand
/// in nobody's way.
fn around<'a>(
    witness: &'a Witness,
    near: &'a Near,
    subject: &'a Subject<'a>,
    target: &Target,
) -> Vec<BoxFuture<'a, Vec<Finding>>> {
    let is_ack = target.has(Feature::AlibabaLoadBalancer);
    let hosts = hosts::check(witness, near, subject);
    let balancer = balancer::check(witness, near, subject, is_ack);
    let storage = classes::storage(witness, subject);
    vec![
        guarded(CheckCode::Quota, quota::check(witness, subject)).boxed(),
        guarded(CheckCode::Limits, limits::check(witness, subject)).boxed(),
        guarded(CheckCode::PodSecurity, pod_security::check(witness, subject)).boxed(),
        guarded(CheckCode::References, references::check(witness, subject)).boxed(),
        guarded(
            CheckCode::ServiceAccount,
            service_account::check(witness, subject),
        )
        .boxed(),
        guarded(CheckCode::Claims, claims::check(witness, subject)).boxed(),
        guarded(CheckCode::StorageClasses, storage).boxed(),
        guarded(CheckCode::Hosts, hosts).boxed(),
        guarded(CheckCode::IngressClass, classes::ingress(witness, subject)).boxed(),
        guarded(CheckCode::Tls, tls::check(witness, subject)).boxed(),
        guarded(CheckCode::LoadBalancer, balancer).boxed(),
        guarded(CheckCode::Metrics, components::metrics(witness, subject)).boxed(),
        guarded(CheckCode::Nodes, nodes::check(witness, near, subject)).boxed(),
        guarded(CheckCode::Selectors, selectors::check(witness, near, subject)).boxed(),
    ]
}
