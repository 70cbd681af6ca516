//! Sends requests as somebody else, over the same connections.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderMap, HeaderName, HeaderValue, Request};
use kube::client::Body;
use kube::config::AuthInfo;
use tower::{Layer, Service};

use super::ClusterError;
use crate::identity::{Person, demand_actable, demand_sendable};

const USER: HeaderName = HeaderName::from_static("impersonate-user");
const GROUP: HeaderName = HeaderName::from_static("impersonate-group");
const UID: HeaderName = HeaderName::from_static("impersonate-uid");
const EXTRA: &str = "impersonate-extra-";
const PREFIX: &str = "impersonate-";

/// Whom requests are sent as. Empty: as the kubeconfig's own user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity(HeaderMap);

impl Identity {
    /// A person with their groups. Refused for names that Kubernetes keeps for itself, and for those that would arrive as
    /// another name than they are written.
    pub(super) fn of(person: &Person) -> Result<Self, ClusterError> {
        for name in std::iter::once(&person.name).chain(&person.groups) {
            demand_actable(name).map_err(|fault| ClusterError::Forbidden {
                message: format!("a name of this member may not be acted as: {fault}"),
            })?;
        }
        let mut headers = HeaderMap::new();
        headers.append(USER, value(&person.name)?);
        for group in &person.groups {
            headers.append(GROUP, value(group)?);
        }
        Ok(Self(headers))
    }

    /// Takes the identity out of a kubeconfig that says `as: …`: left there it would be added to each request beside
    /// a member's name.
    pub(super) fn taken_from(auth: &mut AuthInfo) -> Result<Self, ClusterError> {
        let mut headers = HeaderMap::new();
        if let Some(user) = auth.impersonate.take().filter(|user| !user.is_empty()) {
            headers.append(USER, value(&user)?);
        }
        if let Some(uid) = auth.impersonate_uid.take().filter(|uid| !uid.is_empty()) {
            headers.append(UID, value(&uid)?);
        }
        for group in auth.impersonate_groups.take().unwrap_or_default() {
            headers.append(GROUP, value(&group)?);
        }
        for (key, values) in auth.impersonate_user_extra.take().unwrap_or_default() {
            let name = HeaderName::try_from(format!("{EXTRA}{key}"))
                .map_err(|_| ClusterError::Setup(format!("`as-user-extra` key {key:?} cannot be sent")))?;
            for text in values {
                headers.append(name.clone(), value(&text)?);
            }
        }
        Ok(Self(headers))
    }

    /// Makes a request this identity's, whatever it said before.
    fn put_on(&self, headers: &mut HeaderMap) {
        let others: Vec<HeaderName> = headers
            .keys()
            .filter(|name| name.as_str().starts_with(PREFIX))
            .cloned()
            .collect();
        for name in others {
            headers.remove(name);
        }
        for (name, value) in &self.0 {
            headers.append(name.clone(), value.clone());
        }
    }
}

/// A name as a header. The API server trims blanks at its ends, so one that has any would be another name there.
fn value(text: &str) -> Result<HeaderValue, ClusterError> {
    demand_sendable(text)
        .map_err(|fault| ClusterError::Setup(format!("{text:?} cannot be acted as: {fault}")))?;
    HeaderValue::from_str(text)
        .map_err(|_| ClusterError::Setup(format!("{text:?} cannot be sent to a cluster")))
}

/// Puts an [`Identity`] on every request.
#[derive(Clone, Debug)]
pub(super) struct ImpersonateLayer(Arc<Identity>);

impl ImpersonateLayer {
    pub(super) fn new(identity: Identity) -> Self {
        Self(Arc::new(identity))
    }
}

impl<S> Layer<S> for ImpersonateLayer {
    type Service = Impersonate<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Impersonate {
            inner,
            identity: Arc::clone(&self.0),
        }
    }
}

/// The service made by [`ImpersonateLayer`].
#[derive(Clone, Debug)]
pub(super) struct Impersonate<S> {
    inner: S,
    identity: Arc<Identity>,
}

impl<S: Service<Request<Body>>> Service<Request<Body>> for Impersonate<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> S::Future {
        self.identity.put_on(request.headers_mut());
        self.inner.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, groups: &[&str]) -> Person {
        Person {
            name: name.to_owned(),
            groups: groups.iter().map(ToString::to_string).collect(),
        }
    }

    fn sent(identity: &Identity, before: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in before {
            headers.append(*name, HeaderValue::from_static(value));
        }
        identity.put_on(&mut headers);
        let mut sent: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        sent.sort();
        sent
    }

    #[test]
    fn a_person_replaces_whatever_identity_a_request_had() {
        let identity = Identity::of(&person("ann", &["shop", "all"])).unwrap();

        let before = [
            ("impersonate-user", "root"),
            ("impersonate-uid", "0"),
            ("impersonate-group", "system:masters"),
            ("impersonate-extra-scopes", "everything"),
            ("accept", "application/json"),
        ];

        let expected = [
            ("accept", "application/json"),
            ("impersonate-group", "all"),
            ("impersonate-group", "shop"),
            ("impersonate-user", "ann"),
        ];
        assert_eq!(
            sent(&identity, &before),
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn the_own_identity_sends_no_such_header_at_all() {
        assert_eq!(sent(&Identity::default(), &[("impersonate-user", "root")]), []);
    }

    #[test]
    fn names_of_kubernetes_itself_are_refused_as_user_and_as_group() {
        for (name, groups) in [
            ("system:admin", &[][..]),
            ("", &[]),
            ("ann", &["system:masters"]),
            ("ann", &["shop", " system:masters"]),
            (" ann", &[]),
            ("SYSTEM:admin", &[]),
            ("a\nb", &[]),
        ] {
            let refused = Identity::of(&person(name, groups));
            assert!(
                matches!(refused, Err(ClusterError::Forbidden { .. })),
                "{name:?} {groups:?}"
            );
        }
    }

    #[test]
    fn a_kubeconfig_cannot_act_as_a_name_that_would_arrive_as_another() {
        for (user, group) in [(" admin", "ops"), ("admin", "ops\t"), ("admin", "")] {
            let mut auth = AuthInfo {
                impersonate: Some(user.to_owned()),
                impersonate_groups: Some(vec![group.to_owned()]),
                ..AuthInfo::default()
            };
            let taken = Identity::taken_from(&mut auth);
            assert!(matches!(taken, Err(ClusterError::Setup(_))), "{user:?} {group:?}");
        }
    }

    #[test]
    fn a_kubeconfig_that_acts_as_somebody_gives_that_up_to_the_layer() {
        let mut auth = AuthInfo {
            impersonate: Some("ops".into()),
            ..AuthInfo::default()
        };

        let identity = Identity::taken_from(&mut auth).unwrap();

        assert_eq!(auth.impersonate, None);
        assert_eq!(
            sent(&identity, &[]),
            [("impersonate-user".to_owned(), "ops".to_owned())]
        );
    }
}
