//! The apps that are edited: made by this server or found, with fields that the form does not know.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use http::Method;
use serde_json::{Value, json};
use slipway_api::{DraftView, paths};
use slipway_model::arbitrary;
use slipway_plan::read;

use super::budget::Budget;
use super::judge::Next;
use super::running::{JSON, KINDS, Run};
use super::{judge, sprinkle};

/// How often one app is edited, one edit after the other.
const EDITS: usize = 10;
/// How many edits are tried for that; some are refused.
const TRIES: usize = 30;

/// The service accounts that are typed.
const ACCOUNTS: [&str; 2] = ["object", "other.object"];

/// An app that runs.
pub(super) struct World {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) kind: String,
    pub(super) app: String,
    /// Whether it was made here.
    pub(super) ours: bool,
    /// What the fields say that the form does not know.
    pub(super) marks: BTreeSet<String>,
}

/// Makes an app and edits it.
pub(super) async fn play(run: &Run, budget: &Budget, seed: u64) {
    let namespace = run.namespace("exact").await;
    for name in ACCOUNTS {
        run.account(&namespace, name).await;
    }
    let made = match seed % 3 {
        0 => own(run, seed, &namespace).await,
        _ => found(run, seed, &namespace).await,
    };
    if let Some(mut world) = made {
        if seed.is_multiple_of(2) {
            world.marks = sprinkle::sprinkle(run, budget, &namespace).await;
        }
        budget.note_world();
        edit(run, budget, &world).await;
    }
    run.drop_namespace(&namespace).await;
}

/// Makes one edit after the other.
async fn edit(run: &Run, budget: &Budget, world: &World) {
    let mut made = 0;
    let mut opened: Option<Box<DraftView>> = None;
    for _ in 0..TRIES {
        if made == EDITS || budget.is_spent() {
            break;
        }
        let draft = match opened.take() {
            Some(draft) => *draft,
            None => match judge::opened(run, world).await {
                Some(draft) => draft,
                None => break,
            },
        };
        match judge::edit(run, budget, world, draft).await {
            Some(Next::Edited(again)) => {
                made += 1;
                opened = again;
            }
            Some(Next::Refused) => {}
            Some(Next::Over) | None => break,
        }
    }
    if let Some(draft) = opened {
        run.forget(&draft).await;
    }
}

/// An app made by this server from a generated draft. None if the cluster does not take it.
async fn own(run: &Run, seed: u64, namespace: &str) -> Option<World> {
    let mut draft = arbitrary::draft(&arbitrary::tape(seed))?;
    draft.basics.namespace.set(namespace);
    let (kind, app) = (
        draft.basics.kind.text().to_owned(),
        draft.basics.name.text().to_owned(),
    );
    let body = json!({ "cluster": run.slug, "content": draft });
    let draft: DraftView = run.owner.post(paths::DRAFTS, &body).await.json(201);
    let made = run.carried_out(&draft).await;
    run.forget(&draft).await;
    if let Err(error) = made {
        eprintln!("generated/{seed}: {error}");
        return None;
    }
    Some(World {
        name: format!("generated/{seed}"),
        namespace: namespace.to_owned(),
        kind: kind.to_lowercase(),
        app,
        ours: true,
        marks: BTreeSet::new(),
    })
}

/// An app that somebody else has made from a manifest. None if the form cannot describe it.
async fn found(run: &Run, seed: u64, namespace: &str) -> Option<World> {
    let files = files();
    let file = &files[usize::try_from(seed).ok()? % files.len()];
    for object in objects(file, namespace) {
        accounts(run, namespace, &object).await;
        let kind = object["kind"].as_str()?;
        let (root, plural, _) = KINDS.iter().find(|(_, _, known)| *known == kind)?;
        let path = format!("/{root}/namespaces/{namespace}/{plural}?fieldManager=kubectl-create");
        let (status, answer) = run.server.send(Method::POST, &path, JSON, &object).await;
        if status != 201 {
            eprintln!("{}: {answer}", file.display());
            return None;
        }
    }
    let opened = read(run.objects(namespace).await.into_values().collect()).ok()?;
    let app = opened.app().ok()?;
    Some(World {
        name: file.file_stem()?.to_string_lossy().into_owned(),
        namespace: namespace.to_owned(),
        kind: app.kind().as_str().to_lowercase(),
        app: app.name.to_string(),
        ours: false,
        marks: BTreeSet::new(),
    })
}

/// Makes the service accounts that an object names, as whoever runs it has them.
async fn accounts(run: &Run, namespace: &str, object: &Value) {
    let template = |spec: &Value| spec["template"]["spec"]["serviceAccountName"].clone();
    let named = [
        template(&object["spec"]),
        template(&object["spec"]["jobTemplate"]["spec"]),
    ];
    for name in named.iter().filter_map(Value::as_str) {
        run.account(namespace, name).await;
    }
}

fn files() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/plan/tests");
    let folders = [tests.join("manifests"), tests.join("exact/cases")];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// The objects of a manifest that the cluster has kinds for, as somebody would apply them in a namespace.
fn objects(file: &Path, namespace: &str) -> Vec<Value> {
    let documents: Vec<Value> = serde_saphyr::from_multiple(&std::fs::read_to_string(file).unwrap()).unwrap();
    let objects = documents
        .into_iter()
        .flat_map(|document| match document["items"].as_array() {
            Some(items) => items.clone(),
            None => vec![document],
        });
    let is_made = |object: &Value| KINDS.iter().any(|(_, _, kind)| object["kind"] == *kind);
    let mut objects: Vec<Value> = objects.filter(is_made).collect();
    for object in &mut objects {
        renew(object, namespace);
    }
    objects
}

/// Makes an object one that can be made in a namespace, whoever has it already in another one.
pub(super) fn renew(object: &mut Value, namespace: &str) {
    let metadata = object["metadata"].as_object_mut().unwrap();
    for key in [
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "generation",
        "managedFields",
    ] {
        metadata.remove(key);
    }
    metadata.insert("namespace".to_owned(), json!(namespace));
    // An address or a port may be another app's at this moment.
    free(&mut object["spec"]);
}

fn free(spec: &mut Value) {
    let Some(fields) = spec.as_object_mut() else {
        return;
    };
    fields.retain(|key, value| {
        !(matches!(
            key.as_str(),
            "clusterIP" | "clusterIPs" | "nodePort" | "healthCheckNodePort"
        ) && *value != "None")
    });
    let ports = fields.get_mut("ports").and_then(Value::as_array_mut);
    ports.into_iter().flatten().for_each(free);
}
