//! Routes of the Gateway API, which a cluster has only when somebody installs them.

use crate::cluster::Cluster;
use crate::objects;

/// The kind, as its project publishes it.
const HTTP_ROUTE: &str = include_str!("../assets/httproute.yaml");
/// Where it is served.
const ROUTES: &str = "/apis/gateway.networking.k8s.io/v1/httproutes";
const SCHEMA: &str = "/openapi/v3/apis/gateway.networking.k8s.io/v1";

impl Cluster {
    /// Installs `HTTPRoute`, and waits until the API server serves it and says what may stand in it.
    pub async fn serve_routes(&self) -> anyhow::Result<()> {
        let client = self.client().await?;
        objects::put_kind(&client, HTTP_ROUTE).await?;
        for path in [ROUTES, SCHEMA] {
            self.until("routes are served", || async {
                let request = http::Request::get(path).body(Vec::new())?;
                client.request_text(request).await?;
                Ok(true)
            })
            .await?;
        }
        Ok(())
    }
}
