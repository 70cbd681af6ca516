//! Manifests that nobody here wrote, as they run on a real API server: five different edits of each are exact.
//!
//! `cargo xtask manifests --apply` fetches them and runs this. `SLIPWAYDEV_MANIFESTS` names the folders they are in, like
//! `PATH`; `SLIPWAYDEV_MANIFESTS_APPS` says how many apps there must be, and `SLIPWAYDEV_MANIFESTS_SEED` which ones and which
//! edits. With `SLIPWAYDEV_MANIFESTS_ONLY` just those whose names contain it are played, with the edits that they had before;
//! with `SLIPWAYDEV_MANIFESTS_REFUSED` there is a line for each app that is skipped, and for each edit that is refused.

mod apps;
mod tally;

use std::collections::BTreeSet;
use std::time::Instant;

use futures::{StreamExt, stream};
use http::Method;
use serde_json::{Value, json};
use slipway_api::{DraftView, paths};
use slipway_model::{Issue, validate};

use self::apps::App;
use self::tally::Tally;
use super::budget::Budget;
use super::judge::{self, Next};
use super::running::{JSON, KINDS, Run};
use super::worlds::{World, renew};
use super::{AT_ONCE, number, started};

/// How many edits of each app are made, each of another kind.
const EDITS: usize = 5;
/// How many are tried for that; some are refused.
const TRIES: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "its manifests are fetched by `cargo xtask manifests --apply`"]
async fn manifests_of_others_are_edited_exactly() {
    let begun = Instant::now();
    let seed = number("SLIPWAYDEV_MANIFESTS_SEED").unwrap_or(1);
    let only = std::env::var("SLIPWAYDEV_MANIFESTS_ONLY").ok();
    let tally = Tally::new(number("SLIPWAYDEV_MANIFESTS_APPS").and_then(|apps| usize::try_from(apps).ok()));
    let folders = std::env::var_os("SLIPWAYDEV_MANIFESTS").unwrap();
    let mut apps = apps::apps(&std::env::split_paths(&folders).collect::<Vec<_>>(), &tally, seed);
    apps.retain(|app| only.as_ref().is_none_or(|only| app.name.contains(only)));
    let (cluster, server, _time) = started().await;
    let run = Run::new(&cluster, &server).await;

    stream::iter(&apps)
        .take_while(|_| std::future::ready(!tally.is_done()))
        .for_each_concurrent(AT_ONCE, |app| play(&run, &tally, app))
        .await;

    println!("{}", tally.summary(begun.elapsed()));
    assert_eq!(tally.faults(), [""; 0], "again: SLIPWAYDEV_MANIFESTS_SEED={seed}");
    assert!(tally.is_done() || only.is_some(), "there are too few");
}

/// Makes an app in a namespace of its own, as somebody else would, and edits it.
async fn play(run: &Run, tally: &Tally, app: &App) {
    let namespace = run.namespace("manifest").await;
    match served(run, &namespace, app).await {
        Ok((world, draft)) => {
            tally.note_applied();
            edit(run, tally, app, &world, draft).await;
        }
        Err(reason) => tally.skip(&app.name, &reason),
    }
    run.drop_namespace(&namespace).await;
}

/// The app as it runs, and its draft. An error says why there is none.
async fn served(run: &Run, namespace: &str, app: &App) -> Result<(World, DraftView), String> {
    for account in app.accounts() {
        let account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount",
            "metadata": { "name": account, "namespace": namespace },
        });
        create(run, ("api/v1", "serviceaccounts"), namespace, &account).await?;
    }
    for object in &app.objects {
        let mut object = object.clone();
        renew(&mut object, namespace);
        let kinds = KINDS.iter().find(|(_, _, kind)| object["kind"] == *kind);
        let (root, plural, _) = kinds.ok_or("no such kind")?;
        create(run, (root, plural), namespace, &object).await?;
    }
    let world = World {
        name: app.name.clone(),
        namespace: namespace.to_owned(),
        kind: app.key.kind.to_lowercase(),
        app: app.key.name.clone(),
        ours: false,
        marks: BTreeSet::new(),
    };
    let draft = opened(run, &world).await?;
    let issues = validate(&draft.content).issues;
    match issues.iter().find(|issue| Issue::is_error(issue)) {
        None => Ok((world, draft)),
        Some(issue) => Err(format!(
            "opens with errors: {} {}",
            issue.field,
            json!(issue)["code"]
        )),
    }
}

/// Makes an object as `kubectl create` does.
async fn create(
    run: &Run,
    (root, plural): (&str, &str),
    namespace: &str,
    object: &Value,
) -> Result<(), String> {
    let asked = "fieldManager=kubectl-create&fieldValidation=Strict";
    let path = format!("/{root}/namespaces/{namespace}/{plural}?{asked}");
    let (status, answer) = run.server.send(Method::POST, &path, JSON, object).await;
    (status == 201)
        .then_some(())
        .ok_or_else(|| format!("refused by the API server: {}", answer["message"]))
}

async fn opened(run: &Run, world: &World) -> Result<DraftView, String> {
    let path = paths::app_drafts(&run.slug, &world.namespace, &world.kind, &world.app);
    let answer = run.owner.post_empty(&path).await;
    if answer.status == 201 {
        Ok(answer.json(201))
    } else {
        Err(format!("cannot be opened: {}", answer.text()))
    }
}

/// Makes the edits, one after the other. Each kind is chosen once before any is chosen again, so no two are alike.
async fn edit(run: &Run, tally: &Tally, app: &App, world: &World, draft: DraftView) {
    let budget = Budget::new(EDITS, app.seed, None);
    let mut next = Some(Box::new(draft));
    let (mut made, mut refused) = (0, 0);
    while made < EDITS && made + refused < TRIES {
        let draft = match next.take() {
            Some(draft) => draft,
            None => match judge::opened(run, world).await {
                Some(draft) => Box::new(draft),
                None => break,
            },
        };
        match judge::edit(run, &budget, world, *draft).await {
            Some(Next::Edited(again)) => {
                made += 1;
                next = again;
            }
            Some(Next::Refused) => refused += 1,
            Some(Next::Over) | None => break,
        }
    }
    if let Some(draft) = next {
        run.forget(&draft).await;
    }
    tally.note_edits(&app.name, made, refused, &budget);
    if made == EDITS {
        tally.note_edited();
    } else if budget.faults().is_empty() {
        tally.skip(&app.name, &format!("allows fewer than {EDITS} edits"));
    }
}
