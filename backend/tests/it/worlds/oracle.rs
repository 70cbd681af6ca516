//! What the API server itself shows a person of a world.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::{join, join_all};
use serde_json::Value;

use super::admin::{Admin, KINDS, collection};
use super::generate::Person;
use super::traces::traces;

/// An object of a world: namespace, kind, name.
pub(super) type Place = (String, &'static str, String);

/// Traces, by the object in which they stand.
pub(super) type ByObject = BTreeMap<Place, BTreeSet<String>>;

/// Everything that a person may see.
#[derive(Default)]
pub(super) struct Seen {
    /// The traces in it.
    pub(super) traces: BTreeSet<String>,
    /// Those of each object.
    pub(super) by_object: ByObject,
    /// Objects that may be read by their names or are in a list.
    pub(super) objects: BTreeSet<Place>,
    /// Namespaces whose objects of a kind may be listed.
    pub(super) lists: BTreeSet<(String, &'static str)>,
    pub(super) lists_nodes: bool,
    pub(super) lists_namespaces: bool,
    /// Deployments of the whole cluster.
    pub(super) lists_everywhere: bool,
}

impl Seen {
    /// Asks as the person for each kind of each namespace, and for each object that is in no list of theirs.
    pub(super) async fn by(
        admin: &Admin,
        person: &Person,
        namespaces: &[String],
        all: &BTreeSet<Place>,
    ) -> Self {
        let mut seen = Self::default();
        let kinds = namespaces
            .iter()
            .flat_map(|namespace| KINDS.map(|(_, _, kind)| (namespace.as_str(), kind)));
        let looked = kinds.map(|at| async move { (at, look(admin, person, at, all).await) });
        let everywhere = ["/api/v1/nodes", "/api/v1/namespaces", "/apis/apps/v1/deployments"];
        let everywhere = everywhere
            .map(|path| async move { admin.get_as(person, &format!("{path}?limit=1")).await.is_some() });
        let (looked, everywhere) = join(join_all(looked), join_all(everywhere)).await;
        for ((namespace, kind), (listed, objects)) in looked {
            if listed {
                seen.lists.insert((namespace.to_owned(), kind));
            }
            for object in &objects {
                seen.take(namespace, kind, object);
            }
        }
        (seen.lists_nodes, seen.lists_namespaces, seen.lists_everywhere) =
            (everywhere[0], everywhere[1], everywhere[2]);
        seen
    }

    fn take(&mut self, namespace: &str, kind: &'static str, object: &Value) {
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let found = traces(&object.to_string());
        self.traces.extend(found.iter().cloned());
        let place = (namespace.to_owned(), kind, name);
        self.by_object.insert(place.clone(), found);
        self.objects.insert(place);
    }

    /// Takes the names of objects that are gone and that the person may read: such a name is no secret to them, and the
    /// server may still remember it.
    pub(super) async fn take_gone(&mut self, admin: &Admin, person: &Person, gone: &BTreeSet<Place>) {
        let asked = gone.iter().map(|(namespace, kind, name)| async move {
            let (root, plural, _) = KINDS.iter().find(|(_, _, known)| known == kind)?;
            let group = root.strip_prefix("apis/").and_then(|rest| rest.split_once('/'));
            let group = group.map_or("", |(group, _)| group);
            let may = admin.may(person, "get", (group, plural), (namespace, name)).await;
            may.then(|| traces(name))
        });
        let names = join_all(asked).await.into_iter().flatten().flatten();
        self.traces.extend(names);
    }

    pub(super) fn sees(&self, namespace: &str, kind: &'static str, name: &str) -> bool {
        self.objects
            .contains(&(namespace.to_owned(), kind, name.to_owned()))
    }

    pub(super) fn lists(&self, namespace: &str, kind: &'static str) -> bool {
        self.lists.contains(&(namespace.to_owned(), kind))
    }
}

/// Whether a person may list the objects of a kind in a namespace, and those that they may see in a list or by name.
async fn look(
    admin: &Admin,
    person: &Person,
    at: (&str, &'static str),
    all: &BTreeSet<Place>,
) -> (bool, Vec<Value>) {
    let (namespace, kind) = at;
    let path = collection(namespace, kind);
    if let Some(list) = admin.get_as(person, &path).await {
        return (true, list["items"].as_array().cloned().unwrap_or_default());
    }
    let names = all
        .iter()
        .filter(|(there, of, _)| there == namespace && *of == kind);
    let objects = names.map(|(_, _, name)| {
        let path = format!("{path}/{name}");
        async move { admin.get_as(person, &path).await }
    });
    (false, join_all(objects).await.into_iter().flatten().collect())
}
