//! Watches one kind, for as long as anybody listens.

use std::time::Duration;

use futures::{Stream, StreamExt};
use k8s_openapi::NamespaceResourceScope;
use kube::runtime::watcher;
use kube::{Api, Resource, ResourceExt};
use serde::de::DeserializeOwned;

use super::{Access, ClusterError};

/// Objects in one page of a listing.
const PAGE: u32 = 500;
/// The pause after a watch broke off: doubled each time, until a listing is complete again.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// A kind that lives in namespaces and can be watched.
pub trait Watchable:
    Resource<Scope = NamespaceResourceScope, DynamicType = ()>
    + Clone
    + DeserializeOwned
    + std::fmt::Debug
    + Send
    + 'static
{
}

impl<K> Watchable for K where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Clone
        + DeserializeOwned
        + std::fmt::Debug
        + Send
        + 'static
{
}

/// What a watch sees.
#[derive(Clone, Debug)]
pub enum Seen<K> {
    /// A listing begins: what was known before is true only if it is listed.
    Begun,
    /// One object of the listing.
    Listed(K),
    /// The listing is complete.
    Complete,
    /// An object was made or changed.
    Changed(K),
    /// An object is gone.
    Gone {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

impl Access {
    /// Watches a kind in one namespace or, without one, in the whole cluster. After an error it begins anew with a
    /// listing: one that is quietly resumed would not tell that it works again.
    pub fn watched<K: Watchable>(
        &self,
        namespace: Option<&str>,
    ) -> impl Stream<Item = Result<Seen<K>, ClusterError>> + Send + use<K> {
        let client = self.client().clone();
        let api: Api<K> = match namespace {
            Some(namespace) => Api::namespaced(client, namespace),
            None => Api::all(client),
        };
        async_stream::stream! {
            let mut pause = FIRST_PAUSE;
            loop {
                let mut events = watcher(api.clone(), watcher::Config::default().page_size(PAGE)).boxed();
                while let Some(event) = events.next().await {
                    match event {
                        Ok(event) => {
                            if matches!(event, watcher::Event::InitDone) {
                                pause = FIRST_PAUSE;
                            }
                            yield Ok(Seen::from(event));
                        }
                        Err(error) => {
                            yield Err(failure(error));
                            break;
                        }
                    }
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

impl<K: Watchable> From<watcher::Event<K>> for Seen<K> {
    fn from(event: watcher::Event<K>) -> Self {
        match event {
            watcher::Event::Init => Self::Begun,
            watcher::Event::InitApply(object) => Self::Listed(object),
            watcher::Event::InitDone => Self::Complete,
            watcher::Event::Apply(object) => Self::Changed(object),
            watcher::Event::Delete(object) => Self::Gone {
                namespace: object.namespace().unwrap_or_default(),
                name: object.name_any(),
            },
        }
    }
}

fn failure(error: watcher::Error) -> ClusterError {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => error.into(),
        watcher::Error::WatchError(status) => ClusterError::of_status(*status, None),
        watcher::Error::NoResourceVersion => ClusterError::Failed {
            message: "a listing without a resource version".to_owned(),
        },
    }
}
