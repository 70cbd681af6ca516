mod lines;

use std::time::Duration;

use serde_json::json;
use slipway_api::{OperationKind, StepVerb};
use slipway_plan::ObjectKey;

use super::*;
use crate::apply::handover::{Handed, Terms};
use crate::apply::operation::{AppAddress, Next};
use crate::apply::start::{NewOperation, NewRevision, StartError, Started};
use crate::apply::state::{Failure, OperationState};
use crate::apply::step::Made;
use crate::clusters::{ClusterId, ClusterUid};
use crate::identity::{Actor, Person, Team, TeamId};
use crate::preflight::FieldMap;
use crate::revisions::{Life, Revision};

struct Desk {
    _folder: tempfile::TempDir,
    store: OperationStore,
    clock: Clock,
}

async fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    let clock = Clock::standing(jiff::Timestamp::from_millisecond(1_000_000).unwrap());
    let store = OperationStore::open(db, clock.clone(), Ids::random())
        .await
        .unwrap();
    Desk {
        _folder: folder,
        store,
        clock,
    }
}

impl Desk {
    fn lease(&self) -> i64 {
        self.clock.steady_millis() + 10_000
    }

    /// Times that nothing is later than.
    fn latest(&self) -> Latest {
        let now = self.clock.steady_millis();
        Latest {
            deadline: now + 3000,
            retry_at: now + 2000,
        }
    }

    async fn claimed(&self) -> (Operation, Claim) {
        self.store
            .claim("one", self.lease())
            .await
            .unwrap()
            .expect("an operation is due")
    }
}

fn member(team: &str) -> Member {
    let team = Team {
        id: TeamId::new(team),
        name: team.to_owned(),
    };
    let person = Person {
        name: "ann".into(),
        groups: Vec::new(),
    };
    Member {
        person,
        teams: vec![team.clone()],
        team,
        actor: Actor::Impersonated,
    }
}

fn new(name: &str, key: &str, request_hash: &str) -> NewOperation {
    let step = |position: usize, kind: &str| Step {
        position,
        ..Step::new(
            StepVerb::Create,
            ObjectKey::namespaced("v1", kind, "shop", name),
            json!({ "kind": kind }),
            FieldMap::default(),
        )
    };
    let cluster = ClusterId(1);
    let revision = Revision {
        number: 1,
        plan: serde_json::from_value(json!({ "objects": [] })).unwrap(),
        draft: slipway_model::Draft::default(),
        person: "ann".into(),
        created_at: 0,
    };
    NewOperation {
        id: OperationId(Ids::random().next()),
        cluster,
        cluster_uid: ClusterUid::new("uid"),
        kind: OperationKind::Create,
        life: Life {
            id: Ids::random().next(),
            cluster,
            address: AppAddress::parse("shop", "Deployment", name).unwrap(),
            team: TeamId::new("shop"),
            found: false,
        },
        seen: 0,
        before: None,
        revision: Some(NewRevision {
            revision,
            plan_hash: "hash".into(),
            rolls_back_to: None,
        }),
        team: TeamId::new("shop"),
        person: "ann".into(),
        actor: Actor::Impersonated,
        draft: Some(("draft".into(), 3)),
        idempotency_key: key.into(),
        request_hash: request_hash.into(),
        steps: vec![step(0, "Service"), step(1, "Deployment")],
    }
}

#[tokio::test]
async fn an_operation_reads_back_as_it_was_stored() {
    let desk = desk().await;
    let started = desk.store.start(new("web", "k", "h")).await.unwrap();

    let (mut operation, mut claim) = desk.claimed().await;
    operation.sent(0, 5, 7);
    operation.made(0, "u".into(), Made::Created, 6);
    operation.steps[0].warnings = vec!["careful".into()];
    operation.sent(1, 8, 9);
    desk.store
        .save(&operation, &[0, 1], &mut claim, desk.lease())
        .await
        .unwrap();

    let read = desk.store.find(&member("shop"), started.id()).await.unwrap();
    assert_eq!(read, Some(operation));
    assert_eq!(
        desk.store
            .newest_of_draft(&member("shop"), "draft")
            .await
            .unwrap(),
        Some(started.id().to_string())
    );
    assert_eq!(
        desk.store
            .newest_of_draft(&member("bank"), "draft")
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn another_team_finds_nothing() {
    let desk = desk().await;
    let started = desk.store.start(new("web", "k", "h")).await.unwrap();

    assert_eq!(
        desk.store.find(&member("bank"), started.id()).await.unwrap(),
        None
    );
    let of_both = Member {
        teams: vec![member("bank").team, member("shop").team],
        ..member("bank")
    };
    let found = desk.store.find(&of_both, started.id()).await.unwrap();
    assert_eq!(found.map(|operation| operation.id), Some(started.id()));
    assert_eq!(desk.store.list(&member("bank")).await.unwrap(), []);
    assert_eq!(desk.store.list(&member("shop")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_key_is_one_operation_and_another_request_with_it_is_refused() {
    let desk = desk().await;
    let first = desk.store.start(new("web", "k", "h")).await.unwrap();

    let again = desk.store.start(new("web", "k", "h")).await.unwrap();
    let other = desk.store.start(new("other", "k", "another")).await;

    assert_eq!(again, Started::Before(first.id()));
    assert!(matches!(other, Err(StartError::KeyReused)));
}

#[tokio::test]
async fn an_app_has_one_active_operation() {
    let desk = desk().await;
    desk.store.start(new("web", "k1", "h1")).await.unwrap();

    let second = desk.store.start(new("web", "k2", "h2")).await;
    assert!(matches!(second, Err(StartError::Active)));

    let (mut operation, mut claim) = desk.claimed().await;
    operation.given_up(Failure::PermissionLost, 5).unwrap();
    desk.store
        .save(&operation, &[0, 1], &mut claim, desk.lease())
        .await
        .unwrap();
    desk.store.start(new("web", "k2", "h2")).await.unwrap();
}

#[tokio::test]
async fn a_free_worker_gets_an_operation_as_it_is_stored_and_nobody_else_does() {
    let desk = desk().await;
    let terms = Terms {
        holder: "one".to_owned(),
        lease: Duration::from_secs(10),
        request: Duration::from_secs(2),
    };
    desk.store.handover().open(terms, 1);

    let first = desk.store.start(new("web", "k1", "h1")).await.unwrap().id();
    let second = desk.store.start(new("other", "k2", "h2")).await.unwrap().id();

    let mut handed = desk.store.handover().next().expect("the only worker has it");
    let states = |operation: &Operation| {
        operation
            .steps
            .iter()
            .map(|step| step.state.code())
            .collect::<Vec<_>>()
    };
    let stored = desk.store.load(first).await.unwrap().unwrap();
    assert_eq!(handed.work.operation.id, first);
    assert_eq!(states(&handed.work.operation), ["pending", "pending"]);
    assert_eq!(
        states(&stored),
        ["sent", "sent"],
        "whoever comes after it finds out"
    );
    assert!(desk.store.handover().next().is_none());
    let (queued, _) = desk.claimed().await;
    assert_eq!(queued.id, second, "without a free worker it waits in line");

    let saved = desk
        .store
        .save(&handed.work.operation, &[0], &mut handed.work.claim, desk.lease())
        .await;
    assert!(saved.is_ok(), "the claim holds");
    drop(handed);
    assert!(desk.store.handover().place().is_some(), "free again");
    desk.store.handover().close();
    assert!(desk.store.handover().place().is_none(), "nobody works any more");
}

#[tokio::test]
async fn whoever_goes_away_while_an_operation_is_stored_leaves_it_to_its_worker_and_nothing_unstored_is_sent()
{
    let desk = desk().await;
    let terms = Terms {
        holder: "one".to_owned(),
        lease: Duration::from_secs(10),
        request: Duration::from_secs(2),
    };
    desk.store.handover().open(terms, 1);
    desk.store.start(new("web", "k", "h")).await.unwrap();
    let Handed { work, place } = desk.store.handover().next().unwrap();
    assert!(work.promise.is_some());

    drop(place.ready(work));

    let mut left = desk
        .store
        .handover()
        .next()
        .expect("the worker has it all the same");
    assert!(left.work.promise.is_none(), "it stores before it sends");
    left.work.operation.id = OperationId(Ids::random().next());
    let unstored = desk
        .store
        .save(&left.work.operation, &[0], &mut left.work.claim, desk.lease())
        .await;
    assert!(matches!(unstored, Err(SaveError::LeaseLost)));
}

#[tokio::test]
async fn a_claimed_operation_is_nobody_elses_until_its_lease_ends() {
    let desk = desk().await;
    desk.store.start(new("web", "k", "h")).await.unwrap();
    let (operation, mut old) = desk.claimed().await;

    assert!(desk.store.claim("two", desk.lease()).await.unwrap().is_none());
    desk.clock.pass(Duration::from_secs(11));
    let (taken_over, _) = desk
        .store
        .claim("two", desk.lease())
        .await
        .unwrap()
        .expect("the lease has ended");

    assert_eq!(taken_over.id, operation.id);
    let late = desk.store.save(&operation, &[0], &mut old, desk.lease()).await;
    assert!(
        matches!(late, Err(SaveError::LeaseLost)),
        "who lost the lease changes nothing"
    );
    let late = desk.store.release(&operation, &old, 0).await;
    assert!(matches!(late, Err(SaveError::LeaseLost)));
}

#[tokio::test]
async fn a_new_process_takes_over_at_once_what_the_dead_one_held() {
    let desk = desk().await;
    desk.store.start(new("web", "k", "h")).await.unwrap();
    desk.claimed().await;

    assert_eq!(
        desk.store.release_the_dead("two", desk.latest()).await.unwrap(),
        1
    );

    assert!(desk.store.claim("two", desk.lease()).await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_let_go_of_can_be_claimed_at_once_unless_somebody_else_has_it_by_now() {
    let desk = desk().await;
    desk.store.start(new("web", "k", "h")).await.unwrap();
    let (operation, old) = desk.claimed().await;

    desk.store.let_go(operation.id, &old).await.unwrap();
    let (again, _) = desk
        .store
        .claim("two", desk.lease())
        .await
        .unwrap()
        .expect("nobody has it");

    assert_eq!(again, operation);
    desk.store.let_go(operation.id, &old).await.unwrap();
    assert!(desk.store.claim("three", desk.lease()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_released_operation_is_due_at_its_time() {
    let desk = desk().await;
    desk.store.start(new("web", "k", "h")).await.unwrap();
    assert_eq!(desk.store.next_due().await.unwrap(), Some(0));
    let (operation, claim) = desk.claimed().await;

    let due = desk.clock.millis() + 500;
    let failing = Operation {
        failures: 2,
        failing_since: Some(7),
        ..operation
    };
    desk.store.release(&failing, &claim, due).await.unwrap();

    assert_eq!(desk.store.next_due().await.unwrap(), Some(due));
    assert!(desk.store.claim("one", desk.lease()).await.unwrap().is_none());
    desk.clock.pass(Duration::from_millis(500));
    let (again, _) = desk.claimed().await;
    assert_eq!(
        (again.next(), again.failures, again.failing_since),
        (Next::Make(0), 2, Some(7))
    );

    desk.store.release_the_dead("two", desk.latest()).await.unwrap();
    let (after, _) = desk.claimed().await;
    assert_eq!(
        after.failing_since, None,
        "the time in which no process tried does not count"
    );
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_up_neither_a_lease_nor_an_operation_that_waits() {
    let desk = desk().await;
    desk.store.start(new("web", "k", "h")).await.unwrap();
    desk.claimed().await;

    desk.clock.set(jiff::Timestamp::from_millisecond(7).unwrap());
    desk.clock.pass(Duration::from_secs(11));
    let lease = desk.lease();
    let taken_over = desk.store.claim("two", lease).await.unwrap();
    let (operation, claim) = taken_over.expect("the lease has ended");
    let due = desk.clock.steady_millis() + 500;
    desk.store.release(&operation, &claim, due).await.unwrap();
    desk.clock.set(jiff::Timestamp::UNIX_EPOCH);
    desk.clock.pass(Duration::from_millis(500));

    assert_eq!(desk.claimed().await.0.id, operation.id, "its time has come");
}

#[tokio::test]
async fn times_that_a_process_with_another_clock_has_stored_are_not_waited_for() {
    let desk = desk().await;
    desk.store.start(new("web", "k", "h")).await.unwrap();
    let (mut operation, mut claim) = desk.claimed().await;
    let next_year = desk.clock.steady_millis() + 31_536_000_000;
    operation.sent(0, next_year, next_year);
    desk.store
        .save(&operation, &[0], &mut claim, desk.lease())
        .await
        .unwrap();
    desk.store.release(&operation, &claim, next_year).await.unwrap();

    let latest = desk.latest();
    desk.store.release_the_dead("two", latest).await.unwrap();

    assert_eq!(desk.store.next_due().await.unwrap(), Some(latest.retry_at));
    desk.clock.pass(Duration::from_secs(2));
    let (again, _) = desk.claimed().await;
    assert_eq!(again.steps[0].state.deadline(), Some(latest.deadline));
}

#[tokio::test]
async fn an_ended_operation_is_let_go_of_and_its_app_never_lived() {
    let desk = desk().await;
    desk.store.start(new("web", "k", "h")).await.unwrap();
    let (mut operation, mut claim) = desk.claimed().await;
    operation.given_up(Failure::ClusterReplaced, 5).unwrap();

    desk.store
        .save(&operation, &[0, 1], &mut claim, desk.lease())
        .await
        .unwrap();

    assert_eq!(desk.store.next_due().await.unwrap(), None);
    assert_eq!(
        operation.state,
        OperationState::Stopped {
            cause: Failure::ClusterReplaced,
            at: 5
        }
    );
    let alive: i64 = sqlx::query_scalar("select count(*) from app where ended_at is null")
        .fetch_one(desk.store.db.read())
        .await
        .unwrap();
    assert_eq!(alive, 0);
}

#[tokio::test]
async fn changes_are_told_after_they_are_committed() {
    let desk = desk().await;
    let mut changes = desk.store.changes();
    let started = desk.store.start(new("web", "k", "h")).await.unwrap();

    desk.claimed().await;

    assert_eq!(changes.try_recv().unwrap(), started.id());
}

#[tokio::test]
async fn an_installation_keeps_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();

    let first = OperationStore::open(db.clone(), Clock::system(), Ids::random())
        .await
        .unwrap();
    let second = OperationStore::open(db, Clock::system(), Ids::random())
        .await
        .unwrap();

    assert_eq!(first.installation(), second.installation());
}
