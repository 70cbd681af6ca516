//! Opens the one pool of connections to a cluster.

use std::path::Path;
use std::time::Duration;

use http::{HeaderValue, Request, header};
use kube::client::{Body, ClientBuilder};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use slipway_model::value::DnsLabel;
use tower::Layer;

use super::discreet::Audience;
use super::error::words;
use super::impersonate::{Identity, ImpersonateLayer};
use super::{Access, ClusterError};
use crate::identity::{Actor, Member, Person};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// Silence on a connection after which it is given up. Longer than the minute between bookmarks, so that the watch of
/// a quiet kind lives; single requests have shorter deadlines of their own.
const READ_TIMEOUT: Duration = Duration::from_mins(2);

/// Where the way to a cluster is written down.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A context of a kubeconfig.
    Context {
        /// The kubeconfig, with the paths in it made absolute.
        kubeconfig: Box<Kubeconfig>,
        /// The context.
        context: String,
    },
    /// The cluster this server runs in, as its service account.
    InCluster,
}

/// Reads the contexts of a kubeconfig, without connecting. No path: the usual places (`$KUBECONFIG`, the home folder).
pub fn contexts(path: Option<&Path>) -> Result<Vec<Origin>, ClusterError> {
    let kubeconfig = path
        .map_or_else(Kubeconfig::read, Kubeconfig::read_from)
        .map_err(|error| ClusterError::Setup(words(&error)))?;
    let origin = |context: String| Origin::Context {
        kubeconfig: Box::new(kubeconfig.clone()),
        context,
    };
    Ok(kubeconfig
        .contexts
        .iter()
        .map(|context| origin(context.name.clone()))
        .collect())
}

impl Origin {
    /// What the cluster is called there.
    pub fn name(&self) -> &str {
        match self {
            Self::Context { context, .. } => context,
            Self::InCluster => "in-cluster",
        }
    }

    /// Whether it is what the kubeconfig uses when nothing else is said.
    pub fn is_current(&self) -> bool {
        match self {
            Self::Context { kubeconfig, context } => kubeconfig.current_context.as_ref() == Some(context),
            Self::InCluster => true,
        }
    }

    /// The namespace to begin with. One that cannot be a namespace counts as none.
    pub fn default_namespace(&self) -> String {
        let Self::Context { kubeconfig, context } = self else {
            return "default".to_owned();
        };
        let named = kubeconfig.contexts.iter().find(|known| &known.name == context);
        named
            .and_then(|known| known.context.as_ref()?.namespace.clone())
            .filter(|namespace| DnsLabel::parse(namespace).is_ok())
            .unwrap_or_else(|| "default".to_owned())
    }

    async fn config(&self) -> Result<Config, ClusterError> {
        match self {
            Self::Context { kubeconfig, context } => {
                let options = KubeConfigOptions {
                    context: Some(context.clone()),
                    ..KubeConfigOptions::default()
                };
                Config::from_custom_kubeconfig(kubeconfig.as_ref().clone(), &options)
                    .await
                    .map_err(|error| ClusterError::Setup(words(&error)))
            }
            Self::InCluster => Config::incluster().map_err(|error| ClusterError::Setup(words(&error))),
        }
    }
}

/// One pool of connections to one cluster.
#[derive(Clone)]
pub struct Connection {
    pool: Client,
    own: Identity,
}

impl Connection {
    /// Prepares the pool. Nothing is sent yet, so this succeeds for a cluster that is down.
    pub async fn open(origin: &Origin) -> Result<Self, ClusterError> {
        let mut config = origin.config().await?;
        if config.accept_invalid_certs {
            return Err(ClusterError::Setup(
                "`insecure-skip-tls-verify` is set; name the authority instead".to_owned(),
            ));
        }
        let own = Identity::taken_from(&mut config.auth_info)?;
        config.connect_timeout = Some(CONNECT_TIMEOUT);
        config.write_timeout = Some(WRITE_TIMEOUT);
        config.read_timeout = Some(READ_TIMEOUT);
        config.reset_reader_on_write = true;
        // A write sent twice could make two objects of one; whoever asks decides what is asked again.
        config.default_retry = false;
        config
            .headers
            .push((header::USER_AGENT, HeaderValue::from_static(USER_AGENT)));
        let builder = ClientBuilder::try_from(config).map_err(ClusterError::from)?;
        Ok(Self {
            pool: builder.build(),
            own,
        })
    }

    /// Acting with the kubeconfig's own rights. Refusals may name its account: they are for the log, and for the one whose
    /// kubeconfig it is.
    pub fn own(&self) -> Access {
        self.as_identity(self.own.clone(), Audience::Owner)
    }

    /// The same for members: no answer names the account.
    pub fn on_behalf_of_members(&self) -> Access {
        self.as_identity(self.own.clone(), Audience::Members)
    }

    /// Acting as a person, whose rights then hold.
    pub fn person(&self, person: &Person) -> Result<Access, ClusterError> {
        let audience = Audience::Person(person.name.as_str().into());
        Ok(self.as_identity(Identity::of(person)?, audience))
    }

    /// Acting as a member does.
    pub fn member(&self, member: &Member) -> Result<Access, ClusterError> {
        match member.actor {
            Actor::Own => Ok(self.own()),
            Actor::Impersonated => self.person(&member.person),
        }
    }

    fn as_identity(&self, identity: Identity, audience: Audience) -> Access {
        let pool = self.pool.clone();
        let send = tower::service_fn(move |request: Request<Body>| {
            let pool = pool.clone();
            async move { pool.send(request).await }
        });
        let service = ImpersonateLayer::new(identity).layer(send);
        Access::new(Client::new(service, self.pool.default_namespace()), audience)
    }
}

const USER_AGENT: &str = concat!("slipway/", env!("CARGO_PKG_VERSION"));
