//! Keeps the index in step with the cluster: one watch per kind, for everybody.
//!
//! The watches run while the cluster answers. When it falls silent they are dropped, because a half-open connection
//! would wait for minutes for what comes no more; when it answers again everything is listed once.

use std::time::{Duration, Instant};

use futures::future::{BoxFuture, select_all};
use futures::{FutureExt, StreamExt};
use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Pod, Service};
use k8s_openapi::api::networking::v1::Ingress;
use slipway_api::ClusterState;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::apps::LiveApps;
use super::kind::Kind;
use super::record::{
    AutoscalerRecord, DeploymentRecord, IngressRecord, PodRecord, ReplicaSetRecord, ServiceRecord,
};
use super::space::Kept;
use super::trust::Progress;
use crate::cluster::{Access, ClusterError, Seen, Watchable};
use crate::clusters::{ClusterUid, Observed};
use crate::ready::Undecided;

/// The pause between two batches: changes in between come together. So long that batches take a tenth of one core at most.
const LEAST_PAUSE: Duration = Duration::from_millis(10);
const MOST_PAUSE: Duration = Duration::from_millis(500);
const PAUSE_FOR_BATCH: u32 = 9;
/// The pause before rights are asked for again where that failed, and where a kind may not be watched everywhere.
const SCOPE_RETRY: Duration = Duration::from_secs(2);
const SCOPE_PERIOD: Duration = Duration::from_mins(1);
/// How often it is looked whether a failing watch has made the view old.
const TRUST_PERIOD: Duration = Duration::from_secs(1);

/// Where a kind may be watched.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    Everywhere,
    Namespaces(Vec<String>),
    Nowhere,
}

/// Watches a cluster until told to stop.
pub(super) async fn run(apps: LiveApps, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = follow(&apps) => {}
    }
}

/// Brings the rows up to date until told to stop: at once, and then as often as it makes sense.
pub(super) async fn refresh(apps: LiveApps, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = apps.noted() => {}
        }
        let begun = Instant::now();
        apps.refresh();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause_after(begun.elapsed())) => {}
        }
    }
}

fn pause_after(batch: Duration) -> Duration {
    (batch * PAUSE_FOR_BATCH).clamp(LEAST_PAUSE, MOST_PAUSE)
}

/// Resolves once it is known what may be watched, or that the cluster does not answer.
pub(super) async fn decide(apps: LiveApps, undecided: Undecided, stop: CancellationToken) {
    let mut trust = apps.watch_trust();
    let mut observed = apps.cluster().watch();
    let loaded = trust.wait_for(|trust| trust.loaded);
    let silent = observed.wait_for(|observed| {
        matches!(
            observed.state,
            ClusterState::Unreachable | ClusterState::Forbidden
        )
    });
    tokio::select! {
        () = stop.cancelled() => {}
        _ = loaded => {}
        _ = silent => {}
    }
    drop(undecided);
}

async fn follow(apps: &LiveApps) {
    let mut observed = apps.cluster().watch();
    let mut watched: Option<ClusterUid> = None;
    loop {
        let Some((uid, simulated)) = reachable(&mut observed).await else {
            return;
        };
        if watched.is_some() && watched != uid {
            apps.forget();
        }
        watched.clone_from(&uid);
        apps.set_simulated(simulated);
        tokio::select! {
            () = watch_all(apps) => tokio::time::sleep(SCOPE_RETRY).await,
            since = silence(&mut observed, uid.as_ref()) => {
                let since = since.unwrap_or_else(|| apps.millis());
                apps.progress(|progresses| progresses.unheard(since));
            }
        }
    }
}

/// Resolves once the cluster answers: which one it is, and whether its addresses carry no traffic.
async fn reachable(observed: &mut watch::Receiver<Observed>) -> Option<(Option<ClusterUid>, bool)> {
    let now = observed
        .wait_for(|observed| observed.state == ClusterState::Reachable)
        .await
        .ok()?;
    Some((
        now.uid.clone(),
        now.facts.as_ref().is_some_and(|facts| facts.simulated()),
    ))
}

/// Resolves when the cluster falls silent, with the time since when, or when another one answers.
async fn silence(observed: &mut watch::Receiver<Observed>, uid: Option<&ClusterUid>) -> Option<i64> {
    let over = |now: &Observed| now.state != ClusterState::Reachable || now.uid.as_ref() != uid;
    observed
        .wait_for(over)
        .await
        .ok()
        .and_then(|now| now.unheard_since)
}

/// Watches all kinds where they may be watched, until that has changed. Then what was seen before may not be seen.
async fn watch_all(apps: &LiveApps) {
    let Ok((access, scopes)) = scopes(apps).await else {
        return;
    };
    let watches = Kind::ALL
        .into_iter()
        .zip(&scopes)
        .map(|(kind, scope)| match kind {
            Kind::Deployment => follow_kind::<Deployment, DeploymentRecord>(apps, &access, kind, scope),
            Kind::ReplicaSet => follow_kind::<ReplicaSet, ReplicaSetRecord>(apps, &access, kind, scope),
            Kind::Pod => follow_kind::<Pod, PodRecord>(apps, &access, kind, scope),
            Kind::Service => follow_kind::<Service, ServiceRecord>(apps, &access, kind, scope),
            Kind::Ingress => follow_kind::<Ingress, IngressRecord>(apps, &access, kind, scope),
            Kind::Autoscaler => {
                follow_kind::<HorizontalPodAutoscaler, AutoscalerRecord>(apps, &access, kind, scope)
            }
        });
    tokio::select! {
        _ = select_all(watches) => apps.forget(),
        () = scopes_changed(apps, &scopes) => apps.forget(),
        () = tell_trust(apps) => {}
    }
}

/// Where each kind may be watched, in the order of [`Kind::ALL`].
async fn scopes(apps: &LiveApps) -> Result<(Access, Vec<Scope>), ClusterError> {
    let access = apps.cluster().own()?;
    let scopes = Kind::ALL.map(|kind| allowed(apps, &access, kind));
    let scopes = futures::future::try_join_all(scopes).await?;
    Ok((access, scopes))
}

/// Where a kind may be watched, as the cluster says.
async fn allowed(apps: &LiveApps, access: &Access, kind: Kind) -> Result<Scope, ClusterError> {
    if watchable(access, kind, None).await? {
        return Ok(Scope::Everywhere);
    }
    let mut allowed = Vec::new();
    for namespace in apps.cluster().configured_namespaces() {
        if watchable(access, kind, Some(&namespace)).await? {
            allowed.push(namespace);
        }
    }
    Ok(if allowed.is_empty() {
        Scope::Nowhere
    } else {
        Scope::Namespaces(allowed)
    })
}

async fn watchable(access: &Access, kind: Kind, namespace: Option<&str>) -> Result<bool, ClusterError> {
    let (list, watch) = futures::try_join!(
        access.allows("list", kind.resource(), namespace),
        access.allows("watch", kind.resource(), namespace)
    )?;
    Ok(list && watch)
}

/// Resolves when rights have come or gone. Whoever may watch everything is not asked about again: a watch that is refused
/// says so itself.
async fn scopes_changed(apps: &LiveApps, before: &[Scope]) {
    loop {
        tokio::time::sleep(SCOPE_PERIOD).await;
        let narrow = before.iter().any(|scope| *scope != Scope::Everywhere);
        if narrow && matches!(scopes(apps).await, Ok((_, now)) if now != before) {
            return;
        }
    }
}

/// Tells whoever listens when a watch has failed for too long.
async fn tell_trust(apps: &LiveApps) {
    loop {
        tokio::time::sleep(TRUST_PERIOD).await;
        apps.progress(|_| {});
    }
}

/// Watches one kind until the right to do so has changed. Where it is refused although the cluster says that it may be
/// watched, that kind is missing and the others are followed all the same.
fn follow_kind<'a, K, R>(apps: &'a LiveApps, access: &Access, kind: Kind, scope: &Scope) -> BoxFuture<'a, ()>
where
    K: Watchable,
    R: Kept + From<K>,
{
    let namespaces: Vec<Option<String>> = match scope {
        Scope::Everywhere => vec![None],
        Scope::Namespaces(namespaces) => namespaces.iter().cloned().map(Some).collect(),
        Scope::Nowhere => {
            apps.progress(|progresses| progresses.reached(kind, Progress::Forbidden));
            return futures::future::pending().boxed();
        }
    };
    let (access, scope) = (access.clone(), scope.clone());
    let mut intake = Intake::<R> {
        apps,
        kind,
        listings: namespaces.iter().map(|_| Listing::Due).collect(),
    };
    let streams = namespaces.into_iter().enumerate().map(|(position, namespace)| {
        let seen = access.watched::<K>(namespace.as_deref());
        seen.map(move |seen| (position, namespace.clone(), seen)).boxed()
    });
    let mut events = futures::stream::select_all(streams);
    async move {
        while let Some((position, namespace, seen)) = events.next().await {
            match seen {
                Ok(seen) => intake.take(position, namespace.as_deref(), seen),
                Err(error @ ClusterError::Forbidden { .. }) => match allowed(apps, &access, kind).await {
                    Ok(now) if now == scope => {
                        intake.refused(&error);
                        tokio::time::sleep(SCOPE_PERIOD).await;
                    }
                    Ok(_) => return,
                    Err(error) => intake.failed(&error),
                },
                Err(error) => intake.failed(&error),
            }
        }
    }
    .boxed()
}

/// What comes in of one kind, from one watch or from one for each namespace.
struct Intake<'a, R> {
    apps: &'a LiveApps,
    kind: Kind,
    listings: Vec<Listing<R>>,
}

enum Listing<R> {
    Due,
    Underway(Vec<R>),
    Complete,
}

impl<R: Kept> Intake<'_, R> {
    fn take<K: Into<R>>(&mut self, position: usize, namespace: Option<&str>, seen: Seen<K>) {
        match seen {
            Seen::Begun => self.listings[position] = Listing::Underway(Vec::new()),
            Seen::Listed(object) => {
                if let Listing::Underway(records) = &mut self.listings[position] {
                    records.push(object.into());
                }
            }
            Seen::Complete => self.complete(position, namespace),
            Seen::Changed(object) => self.apps.put::<R>(object.into()),
            Seen::Gone { namespace, name } => self.apps.remove::<R>(&namespace, &name),
        }
    }

    fn complete(&mut self, position: usize, namespace: Option<&str>) {
        if let Listing::Underway(records) = std::mem::replace(&mut self.listings[position], Listing::Complete)
        {
            self.apps.replace(namespace, records);
        }
        if self
            .listings
            .iter()
            .all(|listing| matches!(listing, Listing::Complete))
        {
            self.apps
                .progress(|progresses| progresses.reached(self.kind, Progress::Synced));
        }
    }

    /// What was seen before may not be seen; it is listed anew should it be allowed again.
    fn refused(&mut self, error: &ClusterError) {
        tracing::warn!(kind = self.kind.as_str(), %error, "a watch is refused");
        self.listings.fill_with(|| Listing::Due);
        self.apps.replace::<R>(None, Vec::new());
        self.apps
            .progress(|progresses| progresses.reached(self.kind, Progress::Forbidden));
    }

    fn failed(&self, error: &ClusterError) {
        tracing::debug!(kind = self.kind.as_str(), %error, "a watch broke off");
        let now = self.apps.millis();
        self.apps
            .progress(|progresses| progresses.failing(self.kind, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_batches_follow_at_once_and_large_ones_leave_room() {
        let pauses = [1, 5, 1000].map(|millis| pause_after(Duration::from_millis(millis)).as_millis());

        assert_eq!(pauses, [10, 45, 500]);
    }
}
