//! A real API server, asked what it would say.

use anyhow::Context;
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::Api;
use kube::api::PostParams;
use local_cluster::Cluster;
use serde_json::Value;
use slipway_backend::cluster::{Access, ClusterError, Connection, contexts};
use slipway_plan::ObjectKey;

/// Namespaces and service accounts that generated drafts speak of.
const NAMESPACES: [&str; 2] = ["default", "team-a"];
const ACCOUNTS: [&str; 2] = ["object", "other.object"];

/// A real API server, asked as the product asks: strictly, and without doing anything.
pub struct Server {
    access: Access,
}

/// What it says.
#[derive(Debug)]
pub enum Answer {
    /// It would make the object.
    Accepted {
        /// What it says about it.
        warnings: Vec<String>,
    },
    /// It would not.
    Refused(ClusterError),
}

impl Server {
    /// The server of a cluster, with what generated drafts refer to.
    pub async fn of(cluster: &Cluster) -> anyhow::Result<Self> {
        let client = cluster.client().await?;
        for namespace in NAMESPACES {
            cluster.ensure_namespace(namespace).await?;
            let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), namespace);
            for name in ACCOUNTS {
                let mut account = ServiceAccount::default();
                account.metadata.name = Some(name.to_owned());
                match accounts.create(&PostParams::default(), &account).await {
                    // Another test was first.
                    Err(kube::Error::Api(refusal)) if refusal.code == 409 => {}
                    made => drop(made?),
                }
            }
        }
        let origins = contexts(Some(&cluster.kubeconfig()))?;
        let origin = origins.first().context("a kubeconfig without a context")?;
        let access = Connection::open(origin).await?.own();
        cluster.serve_routes().await?;
        Ok(Self { access })
    }

    /// What it would say to creating an object.
    pub async fn create(&self, key: &ObjectKey, body: &Value) -> anyhow::Result<Answer> {
        answer(self.access.accepts(key, body).await)
    }

    /// What it would say to applying an object.
    pub async fn apply(&self, key: &ObjectKey, body: &Value) -> anyhow::Result<Answer> {
        answer(self.access.dry_apply(key, body).await)
    }
}

fn answer(said: Result<Vec<String>, ClusterError>) -> anyhow::Result<Answer> {
    match said {
        Ok(warnings) => Ok(Answer::Accepted { warnings }),
        Err(
            error @ (ClusterError::Refused { .. }
            | ClusterError::Conflict { .. }
            | ClusterError::Missing { .. }
            | ClusterError::Forbidden { .. }),
        ) => Ok(Answer::Refused(error)),
        Err(error) => Err(error.into()),
    }
}
