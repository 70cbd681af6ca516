//! A real API server, asked what it would say.

use std::time::{Duration, Instant};

use anyhow::Context;
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::Api;
use kube::api::PostParams;
use local_cluster::Cluster;
use serde_json::Value;
use slipway_backend::cluster::{Access, ApiPath, ClusterError, Connection, contexts};
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
        add_routes(&client, &access).await?;
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

/// The kind of routes, which a cluster has only when somebody installs it.
const ROUTES: &str = include_str!("../assets/httproute.yaml");
/// How long that may take to be known.
const PATIENCE: Duration = Duration::from_secs(30);

async fn add_routes(client: &kube::Client, access: &Access) -> anyhow::Result<()> {
    let kind: Value = serde_saphyr::from_str(ROUTES).context("a damaged definition of routes")?;
    let name = kind["metadata"]["name"].as_str().unwrap_or_default();
    let path = format!(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}?fieldManager=test&force=true"
    );
    let request = http::Request::patch(path)
        .header("Content-Type", "application/apply-patch+yaml")
        .body(kind.to_string().into_bytes())?;
    let _: Value = client.request(request).await?;
    let end = Instant::now() + PATIENCE;
    let list = ApiPath::fixed("/apis/gateway.networking.k8s.io/v1/httproutes");
    while let Err(error) = access.get::<Value>(&list).await {
        if Instant::now() > end {
            return Err(error).context("routes are not served");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
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
