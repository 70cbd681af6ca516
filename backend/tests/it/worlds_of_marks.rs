//! Worlds in which objects carry each other's marks, at random: no member ever sees or changes what the API server would not
//! let them, and no app is ever blocked for its own team.
//!
//! 300 worlds, 15 with `SLIPWAYDEV_QUICK=1`, any number with `SLIPWAYDEV_WORLDS`; from `SLIPWAYDEV_SEED`, which is printed.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use slipway_api::{DraftView, OperationView, RevisionLine, paths};

use crate::marks::copied;
use crate::stage::{allow, draft_of, submit, succeeded};
use crate::support::{Answer, Client, Namespace, TestApp, eventually};

/// Worlds at the same time, each lane in namespaces of its own.
const LANES: u64 = 3;
/// In one world of so many an owner changes an app, and somebody else tries to.
const ACTS: u64 = 15;
const TEAMS: [&str; 2] = ["shop", "bank"];
const MARKS: [&str; 5] = ["installation", "app-id", "revision", "operation", "plan-hash"];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn worlds() -> u64 {
    let quick = std::env::var("SLIPWAYDEV_QUICK").is_ok_and(|value| value == "1");
    number("SLIPWAYDEV_WORLDS").unwrap_or(if quick { 15 } else { 300 })
}

/// Where members of which teams may do everything.
#[derive(Clone, Debug)]
struct Place {
    namespace: String,
    teams: Vec<&'static str>,
}

/// A Deployment, and the team that it was made for by Slipway, if it was.
#[derive(Clone, Debug)]
struct Subject {
    place: usize,
    name: String,
    owner: Option<&'static str>,
    /// The image that its owner wanted last, and how many revisions that makes.
    image: String,
    revisions: u64,
    uid: Value,
}

struct Lane {
    app: TestApp,
    kube: kube::Client,
    places: Vec<Place>,
    subjects: Vec<Subject>,
    /// Every set of marks that an operation has written.
    written: Vec<Value>,
    random: StdRng,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_marks_objects_carry_nobody_sees_more_and_no_owner_is_blocked() {
    let seed = number("SLIPWAYDEV_SEED").unwrap_or(1);
    println!("SLIPWAYDEV_SEED={seed} SLIPWAYDEV_WORLDS={}", worlds());
    let lanes = (0..LANES).map(|lane| a_lane(seed.wrapping_mul(LANES).wrapping_add(lane)));
    futures::future::join_all(lanes).await;
}

async fn a_lane(seed: u64) {
    let mut lane = Lane::new(seed).await;
    for world in 0..worlds().div_ceil(LANES) {
        let marked = lane.mark_at_random().await;
        lane.demand_sight(world, &marked).await;
        if world % ACTS == 0 {
            let all: Vec<usize> = (0..lane.subjects.len()).collect();
            lane.demand_sight(world, &all).await;
            lane.demand_acts(world).await;
        }
    }
}

impl Lane {
    async fn new(seed: u64) -> Self {
        let cluster = local_cluster::shared().await;
        let app = TestApp::new().await;
        let kube = cluster.client().await.unwrap();
        let mut places = Vec::new();
        for teams in [&TEAMS[..1], &TEAMS[1..], &TEAMS[..]] {
            let namespace = cluster.namespace("marks").await.unwrap();
            for team in teams {
                allow(&kube, &namespace, &format!("{team}-dev"), "edit").await;
            }
            places.push(Place {
                namespace,
                teams: teams.to_vec(),
            });
        }
        let mut lane = Self {
            app,
            kube,
            places,
            subjects: Vec::new(),
            written: Vec::new(),
            random: StdRng::seed_from_u64(seed),
        };
        for (place, owner) in [(0, "shop"), (1, "bank"), (2, "shop"), (2, "bank")] {
            lane.an_app_of(place, owner).await;
        }
        for place in 0..lane.places.len() {
            let name = format!("theirs-{place}");
            let objects = Namespace::of(cluster, &lane.places[place].namespace).await;
            objects.deployment(&name, "web:1", 0).await;
            let uid = lane.live(place, &name).await["metadata"]["uid"].clone();
            lane.subjects.push(Subject {
                place,
                name,
                owner: None,
                image: "web:1".to_owned(),
                revisions: 0,
                uid,
            });
        }
        lane
    }

    /// An app that a team makes, with a value that only the team may see.
    async fn an_app_of(&mut self, place: usize, owner: &'static str) {
        let name = format!("{owner}-app");
        let namespace = self.places[place].namespace.clone();
        let dev = self.app.member_of(owner);
        let draft = draft_of(&dev, "test", &namespace, |draft| {
            draft["basics"]["name"] = json!(name);
            draft["basics"]["replicas"] = json!(0);
            draft["containers"][0]["env"][0]["value"] = json!(hidden(owner, &namespace));
            draft["services"] = json!([]);
            draft["ingresses"] = json!([]);
            draft["scaling"] = json!({});
        })
        .await;
        self.made(&dev, &draft, &format!("make {namespace}/{name}")).await;
        let live = self.live(place, &name).await;
        self.written.push(marks_of(&live));
        self.subjects.push(Subject {
            place,
            name,
            owner: Some(owner),
            image: "nginx:1.27".to_owned(),
            revisions: 1,
            uid: live["metadata"]["uid"].clone(),
        });
    }

    async fn made(&self, dev: &Client, draft: &DraftView, key: &str) {
        let started: OperationView = submit(dev, draft, key).await.json(202);
        let ended = eventually("the operation ends", async || {
            self.app.clock.pass(std::time::Duration::from_millis(50));
            let view: OperationView = dev.get(&paths::operation(&started.id)).await.json(200);
            view.state.is_final().then_some(view)
        });
        succeeded(&ended.await);
    }

    fn api(&self, place: usize) -> Api<Deployment> {
        Api::namespaced(self.kube.clone(), &self.places[place].namespace)
    }

    async fn live(&self, place: usize, name: &str) -> Value {
        serde_json::to_value(self.api(place).get(name).await.unwrap()).unwrap()
    }

    fn at(&self, subject: &Subject, path: fn(&str, &str, &str, &str) -> String) -> String {
        let namespace = &self.places[subject.place].namespace;
        path("test", namespace, "deployment", &subject.name)
    }

    /// Some objects get marks of others, or made up ones; some of nobody's go and come back. Answers which, and one more.
    async fn mark_at_random(&mut self) -> Vec<usize> {
        let mut marked = vec![self.random.random_range(0..self.subjects.len())];
        for _ in 0..2 {
            let chosen = self.random.random_range(0..self.subjects.len());
            let marks = self.some_marks();
            let Subject {
                place, name, owner, ..
            } = self.subjects[chosen].clone();
            if owner.is_none() && self.random.random_bool(0.2) {
                self.made_anew(chosen).await;
            }
            let patch = Patch::Merge(json!({ "metadata": { "annotations": marks } }));
            self.api(place)
                .patch(&name, &PatchParams::default(), &patch)
                .await
                .unwrap();
            marked.push(chosen);
        }
        marked
    }

    fn some_marks(&mut self) -> Value {
        const MADE_UP: [&str; 8] = [
            "",
            "99",
            "-1",
            "9223372036854775807",
            "0190b5a8-0000-7000-8000-000000000000",
            "no mark at all",
            "1",
            "../..",
        ];
        let mut marks = serde_json::Map::new();
        let whole = self.random.random_bool(0.6);
        let copied = self.written[self.random.random_range(0..self.written.len())].clone();
        for mark in MARKS {
            let key = format!("slipway.dev/{mark}");
            let value = match self.random.random_range(0..4) {
                _ if whole => copied[&key].clone(),
                0 => Value::Null,
                1 => json!(MADE_UP[self.random.random_range(0..MADE_UP.len())]),
                _ => self.written[self.random.random_range(0..self.written.len())][&key].clone(),
            };
            marks.insert(key, value);
        }
        if whole && self.random.random_bool(0.5) {
            marks.insert("slipway.dev/revision".to_owned(), json!("99"));
        }
        Value::Object(marks)
    }

    async fn made_anew(&mut self, chosen: usize) {
        let Subject { place, name, .. } = self.subjects[chosen].clone();
        let (api, namespace) = (self.api(place), self.places[place].namespace.clone());
        let manifest = copied(&self.live(place, &name).await, &namespace);
        api.delete(&name, &DeleteParams::background()).await.unwrap();
        eventually("it is gone", async || {
            api.get_opt(&name).await.unwrap().is_none().then_some(())
        })
        .await;
        let manifest = serde_json::from_value(manifest).unwrap();
        let made = api.create(&PostParams::default(), &manifest).await.unwrap();
        self.subjects[chosen].uid = json!(made.metadata.uid);
    }

    /// What each member is told of these apps.
    async fn demand_sight(&self, world: u64, looked_at: &[usize]) {
        for team in TEAMS {
            let client = self.app.member_of(team);
            for subject in looked_at.iter().map(|number| &self.subjects[*number]) {
                let told = client.get(&self.at(subject, paths::app_revisions)).await;
                self.demand_told(team, subject, &told, world);
                let path = [paths::app_drift, paths::app_deletion, paths::app_operations]
                    [usize::try_from(world % 3).unwrap()];
                let further = client.get(&self.at(subject, path)).await;
                self.demand_nothing_hidden(team, &further, world);
                if subject.owner == Some(team) {
                    further.demand(200);
                }
            }
        }
    }

    /// What the API server lets a member see decides, and then whose the app is.
    #[track_caller]
    fn demand_told(&self, team: &str, subject: &Subject, told: &Answer, world: u64) {
        self.demand_nothing_hidden(team, told, world);
        let status = told.status.as_u16();
        let may_look = self.places[subject.place].teams.contains(&team);
        let case = format!("world {world}: {team} at {subject:?}: {}", told.text());
        match subject.owner {
            _ if !may_look => assert_eq!(status, 404, "{case}"),
            Some(owner) if owner == team => {
                let lines: Vec<RevisionLine> = told.json(200);
                let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
                assert_eq!(
                    numbers,
                    (1..=subject.revisions).rev().collect::<Vec<_>>(),
                    "{case}"
                );
            }
            Some(_) => assert_eq!(status, 403, "{case}"),
            // Marks of another installation keep everybody here from somebody else's object.
            None if status == 409 => assert_eq!(told.problem(409).code, "managed_elsewhere", "{case}"),
            None => {
                let lines: Vec<RevisionLine> = told.json(200);
                assert!(lines.iter().all(|line| line.operation.is_none()), "{case}");
            }
        }
    }

    /// No value of a namespace that the member may not read.
    #[track_caller]
    fn demand_nothing_hidden(&self, team: &str, told: &Answer, world: u64) {
        let text = told.text();
        assert!(told.status.as_u16() < 500, "world {world}: {team}: {text}");
        for place in self.places.iter().filter(|place| !place.teams.contains(&team)) {
            assert!(
                !text.contains(&place.namespace),
                "world {world}: {team} is told: {text}"
            );
        }
    }

    /// Each owner changes an app of theirs; everybody tries to change everything else.
    async fn demand_acts(&mut self, world: u64) {
        for number in 0..self.subjects.len() {
            let subject = self.subjects[number].clone();
            for team in TEAMS {
                let client = self.app.member_of(team);
                let opened = client.post_empty(&self.at(&subject, paths::app_drafts)).await;
                self.demand_nothing_hidden(team, &opened, world);
                if subject.owner == Some(team) {
                    self.changed(number, &client, &opened, world).await;
                } else if subject.owner.is_some() {
                    assert!(matches!(opened.status.as_u16(), 403 | 404), "{}", opened.text());
                    self.demand_refused(&client, &subject).await;
                }
            }
        }
        for subject in &self.subjects {
            let live = self.live(subject.place, &subject.name).await;
            let image = &live["spec"]["template"]["spec"]["containers"][0]["image"];
            assert_eq!(
                (image, &live["metadata"]["uid"]),
                (&json!(subject.image), &subject.uid),
                "world {world}: {subject:?}"
            );
        }
    }

    async fn changed(&mut self, number: usize, client: &Client, opened: &Answer, world: u64) {
        let opened: DraftView = opened.json(201);
        let mut content = opened.content.clone();
        let image = format!("nginx:{world}-{number}");
        let field = format!("containers.{}.image", content.containers[0].id);
        content.leaf_mut(&field).unwrap().set(&*image);
        let saved = client
            .put(
                &paths::draft(&opened.id),
                opened.revision,
                &json!({ "content": content }),
            )
            .await;
        let draft: DraftView = saved.json(200);
        self.made(client, &draft, &format!("change {} {world}", draft.id))
            .await;
        let subject = &mut self.subjects[number];
        subject.image = image;
        subject.revisions += 1;
        let subject = subject.clone();
        self.written
            .push(marks_of(&self.live(subject.place, &subject.name).await));
    }

    async fn demand_refused(&self, client: &Client, subject: &Subject) {
        let acts = [
            (
                paths::app_operations as fn(&str, &str, &str, &str) -> String,
                json!({ "kind": "delete" }),
            ),
            (
                paths::app_operations,
                json!({ "kind": "roll_back", "revision": 1 }),
            ),
            (paths::app_takeover, json!({ "uid": subject.uid })),
            (paths::app_release, json!({})),
        ];
        for (path, body) in acts {
            let seen = client
                .clone()
                .with_header("if-match", &format!("\"{}\"", subject.revisions));
            let answer = seen
                .with_header("idempotency-key", &format!("{body} {}", subject.uid))
                .post(&self.at(subject, path), &body)
                .await;
            assert!(matches!(answer.status.as_u16(), 403 | 404), "{}", answer.text());
        }
    }
}

/// A value that is found nowhere but in an app of a team.
fn hidden(owner: &str, namespace: &str) -> String {
    format!("{owner}-value-in-{namespace}")
}

fn marks_of(live: &Value) -> Value {
    let annotations = live["metadata"]["annotations"].as_object().unwrap();
    let marks = annotations
        .iter()
        .filter(|(key, _)| key.starts_with("slipway.dev/"));
    marks.map(|(key, value)| (key.clone(), value.clone())).collect()
}
