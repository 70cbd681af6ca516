//! One world: it is put into the cluster, everybody in it asks for everything, and it is taken away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use futures::future::join_all;
use http::Method;
use local_cluster::Cluster;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use slipway_api::{AppRow, DraftView, OperationState, OperationView, Page, paths};

use super::admin::{Admin, KINDS, collection};
use super::generate::{MOST_SPACES, Person, Right, Subject, TRACE, World};
use super::oracle::{ByObject, Place, Seen};
use super::routes::{ROUTES, Route};
use super::silence::patiently;
use super::token;
use super::traces::traces;
use crate::stage::{draft_of, submit};
use crate::support::{Client, TestApp, eventually};

/// What all worlds of a server share.
pub(super) struct Run {
    pub(super) admin: Admin,
    nobody: Client,
    overseer: Client,
    /// Each person asks about one of so many routes.
    part: u32,
}

/// Namespaces in which worlds are played, one after another.
pub(super) struct Namespaces(Mutex<Vec<Vec<String>>>);

/// One world while it is played.
pub(super) struct Play<'a> {
    pub(super) run: &'a Run,
    pub(super) world: World,
    pub(super) namespaces: Vec<String>,
    /// Every object of the world so far.
    pub(super) places: BTreeSet<Place>,
    /// Objects that were of the world and are gone: what lies around an app is remembered for some seconds.
    pub(super) gone: BTreeSet<Place>,
    /// What each person may see.
    pub(super) seen: Vec<Seen>,
    /// Traces that a person has typed.
    pub(super) typed: BTreeMap<String, BTreeSet<String>>,
    /// What those have seen who have kept something of it for their team.
    pub(super) kept: BTreeMap<String, ByObject>,
    /// A draft, and perhaps an operation, of each team.
    pub(super) drafts: BTreeMap<String, String>,
    pub(super) operations: BTreeMap<String, String>,
    /// What the test itself has changed.
    pub(super) changed: BTreeSet<Place>,
    pub(super) faults: Vec<String>,
}

impl Namespaces {
    pub(super) async fn of(cluster: &Cluster, worlds: usize) -> Self {
        let world = |world: usize| {
            let spaces = (0..MOST_SPACES).map(move |space| async move {
                let namespace = format!("world-{world}-{space}");
                cluster.ensure_namespace(&namespace).await.unwrap();
                namespace
            });
            join_all(spaces)
        };
        Self(Mutex::new(join_all((0..worlds).map(world)).await))
    }

    pub(super) fn take(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap()
            .pop()
            .expect("as many as are played at once")
    }

    pub(super) fn give_back(&self, namespaces: Vec<String>) {
        self.0.lock().unwrap().push(namespaces);
    }
}

impl Run {
    pub(super) fn new(app: &TestApp, admin: Admin, overseer: &str, part: u32) -> Self {
        let nobody = app.nobody();
        Self {
            admin,
            overseer: member(&nobody, overseer),
            nobody,
            part,
        }
    }

    /// The routes that a person of a world asks: as many of them as are asked for, others of each person in each world.
    pub(super) fn asked(&self, world: u64, person: usize) -> impl Iterator<Item = &'static Route> {
        let mut dice = StdRng::seed_from_u64(world.rotate_left(8) ^ person as u64);
        let part = self.part;
        ROUTES.iter().filter(move |_| dice.random_ratio(1, part))
    }

    /// The client of a person.
    pub(super) fn client(&self, person: &Person) -> Client {
        member(&self.nobody, &person.user)
    }

    /// Waits until the server knows the cluster.
    pub(super) async fn ready(&self) {
        eventually("the cluster is listed", async || {
            (self.overseer.get(&paths::apps("test")).await.status == 200).then_some(())
        })
        .await;
    }

    /// The apps of a world, as the server has heard of them so far.
    async fn heard(&self, search: &str) -> Option<BTreeSet<(String, String)>> {
        let answer = self
            .overseer
            .get(&format!("{}?limit=100&search={search}", paths::apps("test")))
            .await;
        let page: Page<AppRow> = (answer.status == 200).then(|| answer.json(200))?;
        Some(
            page.rows
                .into_iter()
                .map(|row| (row.key.namespace, row.key.name))
                .collect(),
        )
    }
}

fn member(nobody: &Client, user: &str) -> Client {
    nobody
        .clone()
        .with_header("authorization", &format!("Bearer {}", token(user)))
}

/// Plays a world in these namespaces and answers what was wrong.
pub(super) async fn play(run: &Run, world: World, mut namespaces: Vec<String>) -> Vec<String> {
    namespaces.truncate(world.spaces.len());
    let mut play = Play {
        run,
        world,
        namespaces,
        places: BTreeSet::new(),
        gone: BTreeSet::new(),
        seen: Vec::new(),
        typed: BTreeMap::new(),
        kept: BTreeMap::new(),
        drafts: BTreeMap::new(),
        operations: BTreeMap::new(),
        changed: BTreeSet::new(),
        faults: Vec::new(),
    };
    let mut before = play.put().await;
    if play.world.has_ours {
        before.extend(play.make_ours().await);
    }
    play.seen.resize_with(play.world.people.len(), Seen::default);
    play.draft_for_each_team().await;
    play.settled().await;
    for index in 0..play.world.people.len() {
        play.turn_of(index).await;
    }
    play.nobody_did_more(&before).await;
    play.take_away().await;
    play.faults
}

fn place_of(namespace: &str, kind: &'static str, object: &Value) -> Place {
    let name = object["metadata"]["name"].as_str().unwrap().to_owned();
    (namespace.to_owned(), kind, name)
}

/// Of an object, what no controller changes.
fn what_only_somebody_changes(object: &Value) -> Value {
    let meta = &object["metadata"];
    json!([meta["uid"], meta["labels"], object["spec"], object["data"]])
}

impl Play<'_> {
    /// What all names of apps of this world hold.
    pub(super) fn search(&self) -> String {
        let name = &self.world.name;
        format!("{TRACE}{}", &name[1..])
    }

    /// Each right in a namespace: where it is in the world, and the name of its role and binding.
    fn grants(&self) -> Vec<(usize, usize, String)> {
        let spaces = self.world.spaces.iter().enumerate();
        let all = spaces.flat_map(|(space, of)| (0..of.grants.len()).map(move |grant| (space, grant)));
        all.map(|(space, grant)| (space, grant, format!("{}-{space}-{grant}", self.world.name)))
            .collect()
    }

    /// Puts everything into the cluster, rights first, Deployments last, and answers the objects.
    async fn put(&mut self) -> BTreeMap<Place, Value> {
        self.put_rights().await;
        let objects = self.put_objects().await;
        self.places.extend(objects.keys().cloned());
        self.rights_are_known().await;
        objects
    }

    async fn put_rights(&self) {
        let admin = &self.run.admin;
        let rights = self.grants().into_iter().map(|(space, grant, name)| async move {
            let grant = &self.world.spaces[space].grants[grant];
            admin.grant(&self.namespaces[space], &name, grant).await;
        });
        join_all(rights).await;
        for (number, grant) in self.world.everywhere.iter().enumerate() {
            admin
                .grant_everywhere(&format!("{}-all-{number}", self.world.name), grant)
                .await;
        }
    }

    async fn put_objects(&self) -> BTreeMap<Place, Value> {
        let admin = &self.run.admin;
        let spaces = self.world.spaces.iter().zip(&self.namespaces);
        let made = join_all(spaces.map(|(space, namespace)| async move {
            let mut made = Vec::new();
            for object in &space.objects {
                let known = KINDS.iter().find(|(_, _, kind)| object["kind"] == *kind);
                let kind = known.unwrap().2;
                let stored = admin.create(&collection(namespace, kind), object).await;
                made.push((
                    place_of(namespace, kind, &stored),
                    what_only_somebody_changes(&stored),
                ));
            }
            made
        }))
        .await;
        made.into_iter().flatten().collect()
    }

    /// Waits until the API server knows all rights: it hears of roles and of bindings in the order in which they were made.
    async fn rights_are_known(&self) {
        let admin = &self.run.admin;
        let last = Person {
            user: format!("{}-last", self.world.name),
            groups: Vec::new(),
            teams: Vec::new(),
        };
        let holder = Subject::User(last.user.clone());
        let rule =
            |resource: &str| vec![json!({ "apiGroups": [""], "resources": [resource], "verbs": ["get"] })];
        let namespace = self.namespaces[0].as_str();
        let name = format!("{}-last", self.world.name);
        admin
            .grant(namespace, &name, &(Right::Rules(rule("events")), holder.clone()))
            .await;
        admin
            .grant_everywhere(&name, &(Right::Rules(rule("endpoints")), holder))
            .await;
        eventually("the rights are known", async || {
            let known = join_all(
                ["events", "endpoints"].map(|plural| admin.may(&last, "get", ("", plural), (namespace, ""))),
            )
            .await;
            known.into_iter().all(|known| known).then_some(())
        })
        .await;
    }

    /// The first person makes an app by the server. Answers its objects.
    async fn make_ours(&mut self) -> BTreeMap<Place, Value> {
        let maker = self.world.people[0].clone();
        let client = self.run.client(&maker);
        let draft = self.draft_by(&maker, 0, None).await;
        let started: OperationView = patiently(async || submit(&client, &draft, "ours").await)
            .await
            .json(202);
        let ended = self.ended(&client, &started.id).await;
        assert_eq!(ended.state, OperationState::Succeeded, "{ended:#?}");
        self.operations.insert(maker.teams[0].clone(), started.id);
        let mut made = BTreeMap::new();
        for place in self.take_up(&draft) {
            let path = format!("{}/{}", collection(&place.0, place.1), place.2);
            let object = self.run.admin.ask(Method::GET, &path, &Value::Null, None).await;
            made.insert(place, what_only_somebody_changes(&object.unwrap()));
        }
        made
    }

    /// Takes the objects of a draft that became an app among those of the world, and answers them.
    pub(super) fn take_up(&mut self, draft: &DraftView) -> [Place; 3] {
        let content = json!(draft.content);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let namespace = text(&content["basics"]["namespace"]);
        let places = [
            ("Deployment", &content["basics"]["name"]),
            ("Service", &content["services"][0]["name"]),
            ("Ingress", &content["ingresses"][0]["name"]),
        ]
        .map(|(kind, name)| (namespace.clone(), kind, text(name)));
        self.places.extend(places.iter().cloned());
        places
    }

    /// A new draft of a person for a namespace. Its host may be one that somebody serves already.
    pub(super) async fn draft_by(
        &mut self,
        person: &Person,
        space: usize,
        taken: Option<(String, String)>,
    ) -> DraftView {
        let mut trace = || self.world.traces.next();
        let (name, service, ingress) = (trace(), trace(), trace());
        let (host, path) = taken.unwrap_or_else(|| (format!("{}.example", trace()), "/".to_owned()));
        let image = trace();
        let change = |draft: &mut Value| {
            draft["basics"]["name"] = json!(format!("our-{name}"));
            draft["basics"]["replicas"] = json!(0);
            draft["scaling"] = json!({});
            draft["containers"][0]["image"] = json!(format!("registry.example/{image}:1"));
            draft["services"][0]["name"] = json!(format!("svc-{service}"));
            draft["ingresses"][0]["name"] = json!(format!("ing-{ingress}"));
            draft["ingresses"][0]["rules"][0] = json!({ "id": 7, "host": host, "path": path });
        };
        let client = self.run.client(person);
        let draft = draft_of(&client, "test", &self.namespaces[space], change).await;
        let typed = traces(&serde_json::to_string(&draft).unwrap());
        self.typed.entry(person.user.clone()).or_default().extend(typed);
        draft
    }

    async fn draft_for_each_team(&mut self) {
        for person in self.world.people.clone() {
            if !self.drafts.contains_key(&person.teams[0]) {
                let draft = self.draft_by(&person, 0, None).await;
                self.drafts.insert(person.teams[0].clone(), draft.id);
            }
        }
    }

    pub(super) async fn ended(&self, client: &Client, id: &str) -> OperationView {
        eventually("the operation ends", async || {
            let view: OperationView = client.get(&paths::operation(id)).await.json(200);
            view.state.is_final().then_some(view)
        })
        .await
    }

    /// The Deployments there are.
    async fn deployments(&self) -> BTreeSet<(String, String)> {
        let mut there = BTreeSet::new();
        for namespace in &self.namespaces {
            let list = self
                .run
                .admin
                .ask(
                    Method::GET,
                    &collection(namespace, "Deployment"),
                    &Value::Null,
                    None,
                )
                .await;
            for object in list.unwrap()["items"].as_array().unwrap() {
                there.insert((
                    namespace.clone(),
                    object["metadata"]["name"].as_str().unwrap().to_owned(),
                ));
            }
        }
        there
    }

    /// Waits until the server has heard of all apps that there are, and answers them.
    pub(super) async fn settled(&self) -> BTreeSet<(String, String)> {
        let search = self.search();
        eventually("the server has heard of all apps", async || {
            let there = self.deployments().await;
            (self.run.heard(&search).await? == there).then_some(there)
        })
        .await
    }

    /// What there is.
    async fn objects(&self) -> BTreeMap<Place, Value> {
        let mut objects = BTreeMap::new();
        for namespace in &self.namespaces {
            for (_, _, kind) in KINDS {
                let list = self
                    .run
                    .admin
                    .ask(Method::GET, &collection(namespace, kind), &Value::Null, None)
                    .await;
                for object in list.unwrap()["items"].as_array().unwrap() {
                    objects.insert(
                        place_of(namespace, kind, object),
                        what_only_somebody_changes(object),
                    );
                }
            }
        }
        objects
    }

    /// Whatever has changed, some person of the world may change.
    async fn nobody_did_more(&mut self, before: &BTreeMap<Place, Value>) {
        let after = self.objects().await;
        for (place, object) in before {
            let (verbs, now): (&[&str], _) = match after.get(place) {
                Some(now) if now == object || self.changed.contains(place) => continue,
                Some(_) => (&["patch", "update"], "changed"),
                None => (&["delete"], "deleted"),
            };
            let (namespace, kind, name) = place;
            let (root, plural, _) = KINDS.iter().find(|(_, _, known)| known == kind).unwrap();
            let group = root
                .strip_prefix("apis/")
                .map_or("", |rest| rest.split_once('/').unwrap().0);
            let mut allowed = false;
            for person in &self.world.people {
                for verb in verbs {
                    allowed |= self
                        .run
                        .admin
                        .may(person, verb, (group, plural), (namespace, name))
                        .await;
                }
            }
            if !allowed {
                self.faults
                    .push(format!("{kind} {name} was {now}, which nobody may"));
            }
        }
    }

    async fn take_away(&self) {
        let admin = &self.run.admin;
        join_all(self.namespaces.iter().map(|namespace| admin.empty(namespace))).await;
        let aggregated = |(space, grant, name): (usize, usize, String)| {
            let right = &self.world.spaces[space].grants[grant].0;
            matches!(right, Right::Aggregated(_)).then_some(name)
        };
        let named = self.grants().into_iter().filter_map(aggregated);
        let all = (0..self.world.everywhere.len()).map(|number| format!("{}-all-{number}", self.world.name));
        let last = format!("{}-last", self.world.name);
        join_all(
            named
                .chain(all)
                .chain([last])
                .map(|name| async move { admin.forget(&name).await }),
        )
        .await;
        self.settled().await;
    }
}
