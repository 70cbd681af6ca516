//! Two teams share one cluster: neither sees anything of the other, and the cluster knows who did what.

use journeys::pages::sign_in_as;
use journeys::{Journey, LONG, Member, Page, SOON, Settings, until};
use local_cluster::Cluster;
use serde_json::{Value, json};

use crate::{guide, rights};

/// A member, what is theirs, and where they look.
struct Side {
    member: Member,
    namespace: String,
    page: Page,
    draft: String,
    operation: String,
}

#[tokio::test]
async fn teams_do_not_see_each_other() {
    let [falcon, heron] = ["falcon", "heron"].map(|team| Member {
        name: format!("{team}-dev"),
        team: team.to_owned(),
    });
    let settings = Settings {
        members: vec![falcon.clone(), heron.clone()],
        ..Settings::default()
    };
    Journey::on("teams_do_not_see_each_other", settings, None, async |journey| {
        let other = journey.another_browser("other").await?;
        let falcon = settled(journey.cluster, falcon, journey.page()).await?;
        let heron = settled(journey.cluster, heron, other.page()).await?;

        for (own, foreign) in [(&falcon, &heron), (&heron, &falcon)] {
            pages_show_only(own, foreign).await?;
            the_api_tells_only(own, foreign).await?;
        }
        streams_tell_only(&falcon, &heron).await?;
        for side in [&falcon, &heron] {
            the_cluster_knows_who_wrote(journey.cluster, side).await?;
        }
        heron.page.quiet_but_for(&["404"]).await?;
        falcon.page.quiet_but_for(&["404"]).await?;
        other.end().await
    })
    .await;
}

/// Signs a member in who may work in a namespace of their own, and creates an app there.
async fn settled(cluster: &Cluster, member: Member, page: Page) -> anyhow::Result<Side> {
    let namespace = cluster.namespace(&member.team).await?;
    rights::allow(cluster, &namespace, &member.name, "edit").await?;
    sign_in_as(&page, &member).await?;
    let mut side = Side {
        namespace,
        page,
        draft: String::new(),
        operation: String::new(),
        member,
    };
    (side.draft, side.operation) = launched(&side, &format!("{}-first", side.member.team)).await?;
    Ok(side)
}

/// Creates an app and waits until it is created; answers draft and operation.
async fn launched(side: &Side, name: &str) -> anyhow::Result<(String, String)> {
    let draft = guide::stored(&side.page, &side.namespace, name).await?;
    let headers = json!({ "If-Match": "\"1\"", "Idempotency-Key": name });
    let path = format!("/api/v1/drafts/{draft}/operations");
    let answer = side.page.ask("POST", &path, headers, None).await?;
    anyhow::ensure!(answer.status == 202, "{answer:?}");
    let operation: Value = serde_json::from_str(&answer.body)?;
    let operation = operation["id"].as_str().unwrap_or_default().to_owned();
    until(&format!("{name} is created"), LONG, async || {
        let view = side.page.read(&format!("/api/v1/operations/{operation}")).await?;
        Ok((view["state"] == "succeeded").then_some(()))
    })
    .await?;
    Ok((draft, operation))
}

async fn pages_show_only(own: &Side, foreign: &Side) -> anyhow::Result<()> {
    for path in [
        "/c/local/apps",
        "/drafts",
        "/operations",
        "/clusters",
        "/settings",
    ] {
        own.page.open(path).await?;
        own.page.settled().await?;
        if !matches!(path, "/clusters" | "/settings") {
            own.page
                .says("main", &format!("{}-first", own.member.team), SOON)
                .await?;
        }
        let everything = own
            .page
            .run("return document.documentElement.outerHTML", vec![])
            .await?;
        let everything = everything.as_str().unwrap_or_default();
        assert!(
            !everything.contains(&foreign.member.team),
            "{path} of {} tells of {}",
            own.member.name,
            foreign.member.team
        );
    }
    Ok(())
}

async fn the_api_tells_only(own: &Side, foreign: &Side) -> anyhow::Result<()> {
    let apps = own.page.read("/api/v1/clusters/local/apps").await?;
    assert_eq!(
        (&apps["total"], &apps["unfiltered"]),
        (&json!(1), &json!(1)),
        "{apps}"
    );
    for list in ["/api/v1/drafts", "/api/v1/operations"] {
        let all = own.page.read(list).await?;
        let rows = all.as_array().or(all["rows"].as_array()).map(Vec::len);
        assert_eq!(rows, Some(1), "{list}: {all}");
    }
    let namespaces = own.page.read("/api/v1/clusters/local/namespaces").await?;
    assert!(
        !namespaces.to_string().contains(&foreign.member.team),
        "{namespaces}"
    );
    let name = format!("{}-first", foreign.member.team);
    for path in [
        format!("/api/v1/drafts/{}", foreign.draft),
        format!("/api/v1/drafts/{}/plan", foreign.draft),
        format!("/api/v1/operations/{}", foreign.operation),
        format!(
            "/api/v1/clusters/local/apps/{}/deployment/{name}",
            foreign.namespace
        ),
    ] {
        let answer = own.page.ask("GET", &path, json!({}), None).await?;
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        assert!(!answer.body.contains(&foreign.namespace), "{answer:?}");
    }
    let search = own
        .page
        .read(&format!("/api/v1/clusters/local/apps?search={name}"))
        .await?;
    assert_eq!(search["total"], json!(0), "{search}");
    Ok(())
}

/// Both listen to everything they could name while each creates another app.
async fn streams_tell_only(falcon: &Side, heron: &Side) -> anyhow::Result<()> {
    for (own, foreign) in [(falcon, heron), (heron, falcon)] {
        let topics = [
            "apps:local".to_owned(),
            format!("operation:{}", foreign.operation),
            format!(
                "app:local/{}/deployment/{}-first",
                foreign.namespace, foreign.member.team
            ),
        ];
        own.page.run(LISTEN, vec![json!(topics)]).await?;
    }
    for side in [falcon, heron] {
        launched(side, &format!("{}-second", side.member.team)).await?;
    }
    for (own, foreign) in [(falcon, heron), (heron, falcon)] {
        let second = format!("{}-second", own.member.team);
        let heard = until(&format!("the stream tells of {second}"), SOON, async || {
            let heard = own.page.run("return window.heard.join('\\n')", vec![]).await?;
            let heard = heard.as_str().unwrap_or_default().to_owned();
            Ok(heard.contains(&second).then_some(heard))
        })
        .await?;
        // A topic that was asked for stands in its own events, whether there is such a thing or not.
        let told: String = heard.lines().filter(|line| line.contains("apps:local")).collect();
        assert!(!told.contains(&foreign.member.team), "{told}");
        let others: Vec<&str> = heard
            .lines()
            .filter(|line| !line.contains("apps:local"))
            .collect();
        assert!(
            others.iter().all(|line| !line.contains("nginx:1.27")
                && !line.contains("succeeded")
                && !line.contains("\"uid\"")),
            "{others:#?}"
        );
    }
    Ok(())
}

const LISTEN: &str = r#"
    window.heard = [];
    for (const topic of arguments[0]) {
        const stream = new EventSource(`/api/v1/stream?topics=${encodeURIComponent(topic)}`);
        for (const name of ["message", "snapshot", "delta", "state"]) {
            stream.addEventListener(name, (event) => window.heard.push(event.data));
        }
    }
"#;

async fn the_cluster_knows_who_wrote(cluster: &Cluster, side: &Side) -> anyhow::Result<()> {
    let second = format!("{}-second", side.member.team);
    cluster
        .audited(|entry| {
            entry.verb == "create" && !entry.dry_run() && entry.object_ref.name == format!("{second}-ingress")
        })
        .await?;
    let writes: Vec<_> = cluster
        .audit()?
        .into_iter()
        .filter(|entry| {
            entry.object_ref.namespace == side.namespace && entry.user_agent.starts_with("slipway")
        })
        .collect();
    assert!(
        writes.iter().filter(|entry| !entry.dry_run()).count() >= 8,
        "{writes:#?}"
    );
    for write in &writes {
        assert_eq!(write.actor(), side.member.name, "{write:?}");
    }
    Ok(())
}
