//! What a member is told of a refusal.
//!
//! The API server names in a refusal whoever asked. For a person that is the person. The account of this server is nobody's
//! business but its operator's, and members could be told of it in two ways: when the server asks with its own rights on
//! their behalf, and when it may not act as them.

use std::sync::Arc;

use super::ClusterError;

/// To whom the answers to an [`Access`](super::Access) are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// The log, or the one user whose own kubeconfig it is: they get the cluster's words.
    Owner,
    /// Members, although the server asks with its own rights.
    Members,
    /// This person, who asks.
    Person(Arc<str>),
}

impl Audience {
    /// The failure without what they may not know.
    pub(super) fn told(&self, error: ClusterError) -> ClusterError {
        if *self == Self::Owner {
            return error;
        }
        match (self, error) {
            (_, ClusterError::Unauthenticated { message }) => {
                tracing::debug!(message, "the credentials of this server are refused");
                ClusterError::Unauthenticated {
                    message: "Unauthorized".to_owned(),
                }
            }
            (Self::Members, ClusterError::Forbidden { message }) => {
                tracing::debug!(message, "this server lacks a right");
                let (verb, resource) = act(&message).unwrap_or_default();
                ClusterError::ServerForbidden { verb, resource }
            }
            (Self::Person(name), ClusterError::Forbidden { message }) => match asker(&message) {
                Some(asker) if asker != quoted(name) => {
                    tracing::warn!(message, "this server may not act as its members");
                    ClusterError::Unauthenticated {
                        message: "this server may not act as its members".to_owned(),
                    }
                }
                _ => ClusterError::Forbidden { message },
            },
            (_, error) => error,
        }
    }
}

/// The name in a refusal, as it is quoted there, and what comes after it.
fn split(message: &str) -> Option<(&str, &str)> {
    let (_, words) = message.split_once("forbidden: User \"")?;
    let mut escaped = false;
    let end = words.find(|c| {
        let is_end = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        is_end
    })?;
    Some((&words[..end], &words[end + 1..]))
}

fn asker(message: &str) -> Option<&str> {
    split(message).map(|(name, _)| name)
}

/// A name as the API server quotes it. It has no character that would be written as a number: see `demand_sendable`.
fn quoted(name: &str) -> String {
    name.replace('\\', "\\\\").replace('"', "\\\"")
}

/// The verb and the kind, as the plural and its group, of what was refused.
fn act(message: &str) -> Option<(String, String)> {
    let (_, rest) = split(message)?;
    let rest = rest.strip_prefix(" cannot ")?;
    let (verb, rest) = rest.split_once(" resource \"")?;
    let (resource, rest) = rest.split_once('"')?;
    let group = rest
        .strip_prefix(" in API group \"")
        .and_then(|rest| rest.split_once('"'));
    let group = group.map_or("", |(group, _)| group);
    let kind = if group.is_empty() {
        resource.to_owned()
    } else {
        format!("{resource}.{group}")
    };
    Some((verb.to_owned(), kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "httproutes.gateway.networking.k8s.io is forbidden: User \
        \"system:serviceaccount:slipway:slipway\" cannot list resource \"httproutes\" in API group \
        \"gateway.networking.k8s.io\" at the cluster scope: RBAC: clusterrole \"x\" not found";
    const IMPERSONATION: &str = "users \"ada\" is forbidden: User \"system:serviceaccount:slipway:slipway\" cannot \
        impersonate resource \"users\" in API group \"\" at the cluster scope";

    fn told(audience: &Audience, message: &str) -> ClusterError {
        let message = message.to_owned();
        audience.told(ClusterError::Forbidden { message })
    }

    fn person(name: &str) -> Audience {
        Audience::Person(name.into())
    }

    #[test]
    fn members_hear_which_right_the_server_lacks_and_not_its_name() {
        let error = told(&Audience::Members, OWN);

        let ClusterError::ServerForbidden { verb, resource } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(
            (verb.as_str(), resource.as_str()),
            ("list", "httproutes.gateway.networking.k8s.io")
        );
        assert!(
            !format!("{error} {error:?}").contains("serviceaccount"),
            "{error:?}"
        );
        let odd = told(
            &Audience::Members,
            "no words of Kubernetes, but system:serviceaccount:slipway:slipway",
        );
        assert!(!format!("{odd} {odd:?}").contains("serviceaccount"), "{odd:?}");
    }

    #[test]
    fn a_person_hears_of_rights_of_their_own_and_not_who_may_not_act_as_them() {
        let own = "pods is forbidden: User \"ada \\\"the\\\" \\\\ first\" cannot list resource \"pods\"";
        assert!(matches!(
            told(&person("ada \"the\" \\ first"), own),
            ClusterError::Forbidden { .. }
        ));
        for name in ["ada", "system:serviceaccount:slipway"] {
            let error = told(&person(name), IMPERSONATION);
            assert!(matches!(error, ClusterError::Unauthenticated { .. }), "{error:?}");
            assert!(!format!("{error:?}").contains("serviceaccount"), "{error:?}");
        }
    }

    #[test]
    fn the_words_about_credentials_are_for_the_owner() {
        let refused = || ClusterError::Unauthenticated {
            message: "token of system:serviceaccount:slipway:slipway expired".to_owned(),
        };

        assert!(
            Audience::Owner
                .told(refused())
                .to_string()
                .contains("serviceaccount")
        );
        assert!(
            !Audience::Members
                .told(refused())
                .to_string()
                .contains("serviceaccount")
        );
        assert!(
            !person("ada")
                .told(refused())
                .to_string()
                .contains("serviceaccount")
        );
    }
}
