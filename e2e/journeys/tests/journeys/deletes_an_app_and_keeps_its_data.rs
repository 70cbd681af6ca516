//! Somebody deletes an app: what goes is named first, what holds data stays, and what cannot be undone wants the name.

use journeys::pages::sign_in;
use journeys::{LONG, SOON, journey};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use serde_json::json;

use crate::objects::{all, object};
use crate::running;

#[tokio::test]
async fn deletes_an_app_and_keeps_its_data() {
    journey("deletes_an_app_and_keeps_its_data", async |journey| {
        let namespace = journey.cluster.namespace("deletes").await?;
        let client = journey.cluster.client().await?;
        let page = journey.page();
        sign_in(journey, &page).await?;
        let mut draft = running::draft(&namespace, "shop");
        draft["volumes"] =
            json!([{ "name": "data", "kind": "new_claim", "object": "shop-data", "size": "1Gi" }]);
        draft["containers"][0]["mounts"] = json!([{ "volume": "data", "path": "/data" }]);
        draft["services"][0]["kind"] = json!("NodePort");
        running::app(&page, draft).await?;

        page.click("#delete-app").await?;
        page.says("main", "Delete shop", SOON).await?;
        let told = page.says("main", "holds data", SOON).await?;
        assert!(told.contains("shop-data"), "{told}");
        assert!(told.contains("gives up its port"), "{told}");
        assert!(
            page.has("#delete[disabled]").await?,
            "the name is asked for first"
        );
        page.is_sound("app-delete").await?;
        page.fill("confirm-name", "shop").await?;
        page.click("#delete").await?;
        page.says("main", "The app is gone", LONG).await?;
        page.is_sound("activity-delete").await?;

        assert_eq!(all(&client, &namespace).await?, Vec::<String>::new());
        object::<PersistentVolumeClaim>(&client, &namespace, "shop-data").await?;
        page.press("main", "Back to the apps").await?;
        assert_eq!(page.path().await?, "/c/local/apps");
        Ok(())
    })
    .await;
}
