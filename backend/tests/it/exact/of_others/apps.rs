//! The apps in the manifests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use manifests::{address, manifests, read};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::Value;
use slipway_plan::ObjectKey;
use slipway_plan::read::read_app;

use super::super::running::KINDS;
use super::tally::Tally;

/// An app as somebody has written it.
pub(super) struct App {
    /// The file it is from, and which one of those in it.
    pub(super) name: String,
    pub(super) key: ObjectKey,
    /// The objects that belong to it, as far as this cluster has their kinds.
    pub(super) objects: Vec<Value>,
    /// What its edits are chosen by.
    pub(super) seed: u64,
}

impl App {
    /// The service accounts that its pods run as: often they are in another file.
    pub(super) fn accounts(&self) -> BTreeSet<&str> {
        let mut accounts = BTreeSet::new();
        for object in &self.objects {
            let spec = &object["spec"];
            for pods in [&spec["template"], &spec["jobTemplate"]["spec"]["template"]] {
                let names = ["serviceAccountName", "serviceAccount"].map(|key| pods["spec"][key].as_str());
                accounts.extend(names.into_iter().flatten());
            }
        }
        // These are there.
        accounts.remove("default");
        accounts.remove("");
        accounts
    }
}

/// All of them, in an order by chance. Those that are like another one are left out.
pub(super) fn apps(folders: &[PathBuf], tally: &Tally, seed: u64) -> Vec<App> {
    let mut apps = Vec::new();
    let mut known = BTreeSet::new();
    for folder in folders {
        for file in manifests(folder) {
            tally.note_file();
            let name = file.strip_prefix(folder.parent().unwrap_or(folder));
            let name = name.unwrap_or(&file).display().to_string();
            for app in of_file(&file, &name, tally) {
                if known.insert(app.objects.iter().map(ToString::to_string).collect::<Vec<_>>()) {
                    apps.push(app);
                } else {
                    tally.skip(&app.name, "the same as another one");
                }
            }
        }
    }
    for (number, app) in (0..).zip(&mut apps) {
        app.seed = seed.wrapping_mul(1_000_003).wrapping_add(number);
    }
    apps.shuffle(&mut StdRng::seed_from_u64(seed));
    apps
}

fn of_file(file: &Path, name: &str, tally: &Tally) -> Vec<App> {
    let manifest = match read(file) {
        Ok(manifest) => manifest,
        Err(reason) => {
            tally.skip(name, &reason);
            return Vec::new();
        }
    };
    let apps = manifest.apps.iter().filter_map(|key| {
        let address = address(key);
        let name = format!("{name} {address}");
        match read_app(manifest.objects.clone(), Some(&address)) {
            Ok(opened) => Some(App {
                name,
                key: key.clone(),
                objects: belonging(&manifest.objects, &opened.apart),
                seed: 0,
            }),
            Err(error) => {
                tally.skip(&name, &format!("not opened: {error}"));
                None
            }
        }
    });
    apps.collect()
}

/// The objects of a file without those that are no part of the app.
fn belonging(objects: &[Value], apart: &[ObjectKey]) -> Vec<Value> {
    let is_apart = |object: &Value| {
        let metadata = &object["metadata"];
        apart.iter().any(|key| {
            object["kind"] == *key.kind
                && metadata["name"] == *key.name
                && metadata["namespace"].as_str() == key.namespace.as_deref()
        })
    };
    let is_known = |object: &Value| KINDS.iter().any(|(_, _, kind)| object["kind"] == *kind);
    let objects = objects
        .iter()
        .flat_map(|object| match object["items"].as_array() {
            Some(items) => items.clone(),
            None => vec![object.clone()],
        });
    objects
        .filter(|object| is_known(object) && !is_apart(object))
        .collect()
}
