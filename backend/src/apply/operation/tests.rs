use serde_json::Value;
use slipway_api::{OperationKind, OperationState as WireState, StepVerb};
use slipway_plan::ObjectKey;
use uuid::Uuid;

use super::*;
use crate::preflight::FieldMap;

fn step(position: usize, state: StepState) -> Step {
    let key = ObjectKey::namespaced("v1", "Service", "shop", format!("s{position}"));
    Step {
        position,
        state,
        ..Step::new(StepVerb::Create, key, Value::Null, FieldMap::default())
    }
}

fn operation(state: OperationState, steps: impl IntoIterator<Item = StepState>) -> Operation {
    Operation {
        id: OperationId(Uuid::nil()),
        cluster: ClusterId(1),
        cluster_uid: ClusterUid::new("uid"),
        app: AppAddress::parse("shop", "Deployment", "web").unwrap(),
        kind: OperationKind::Create,
        revision: 1,
        team: TeamId::new("shop"),
        person: "ann".into(),
        actor: Actor::Impersonated,
        draft: None,
        state,
        issues: Vec::new(),
        failures: 0,
        failing_since: None,
        created_at: 0,
        steps: steps
            .into_iter()
            .enumerate()
            .map(|(position, state)| step(position, state))
            .collect(),
    }
}

fn done() -> StepState {
    StepState::Done {
        uid: "u".into(),
        outcome: Made::Created,
    }
}

fn refusal() -> Refused {
    Refused {
        why: Refusal::NameTaken,
        message: "taken".into(),
        issues: Vec::new(),
    }
}

#[test]
fn steps_are_made_in_order_and_an_unknown_answer_is_settled_first() {
    let next = |steps: [StepState; 3]| operation(OperationState::Running, steps).next();

    assert_eq!(
        next([StepState::Pending, StepState::Pending, StepState::Pending]),
        Next::Make(0)
    );
    assert_eq!(
        next([done(), StepState::Sent { deadline: 9 }, StepState::Pending]),
        Next::Settle(1)
    );
    assert_eq!(
        next([
            done(),
            StepState::Skipped(Skipped::KindMissing),
            StepState::Pending
        ]),
        Next::Make(2)
    );
    assert_eq!(next([done(), done(), done()]), Next::Succeed);
}

#[test]
fn everything_that_is_not_known_is_found_out_before_anything_is_sent() {
    let mut operation = operation(
        OperationState::Running,
        [StepState::Pending, done(), StepState::Sent { deadline: 9 }],
    );
    assert_eq!(operation.next(), Next::Settle(2));

    operation.state = OperationState::Undoing(Failure::Refused);
    assert_eq!(
        operation.next(),
        Next::Settle(2),
        "it may be there, and has to go"
    );
    operation.not_reached(2, 5);
    assert_eq!(operation.next(), Next::TakeBack(1));
}

#[test]
fn only_creating_is_promised_ahead_and_nothing_beyond_another_verb() {
    let mut operation = operation(OperationState::Running, [const { StepState::Pending }; 5]);
    operation.steps[3].verb = StepVerb::Delete;

    assert_eq!(operation.created_next(0), 1..3);
    assert_eq!(operation.created_next(2), 3..3);
    assert_eq!(operation.created_next(3), 4..4, "deleting comes alone");
    assert_eq!(operation.created_next(4), 5..5);
    operation.steps[1].state = StepState::Skipped(Skipped::KindMissing);
    assert_eq!(operation.created_next(0), 1..1);
}

#[test]
fn a_refusal_takes_back_in_reverse_order_and_makes_nothing_more() {
    let mut operation = operation(
        OperationState::Running,
        [
            done(),
            done(),
            StepState::Sent { deadline: 9 },
            StepState::Pending,
        ],
    );

    operation.refused(2, refusal(), 5).unwrap();

    assert_eq!(operation.state, OperationState::Undoing(Failure::NameTaken));
    assert_eq!(operation.steps[3].state, StepState::Skipped(Skipped::NotReached));
    assert_eq!(operation.next(), Next::TakeBack(1));
    operation.gone(1, 6);
    assert_eq!(operation.next(), Next::TakeBack(0));
    operation.gone(0, 7);
    assert_eq!(operation.next(), Next::EndTakingBack { left: false });
}

#[test]
fn what_others_have_changed_is_kept_and_named() {
    let mut operation = operation(OperationState::Undoing(Failure::Refused), [done(), done()]);

    operation.kept(1, Kept::ChangedByOthers, None, 5);
    operation.gone(0, 6);

    assert_eq!(operation.next(), Next::EndTakingBack { left: true });
    assert_eq!(
        operation.steps[1].view().outcome.as_deref(),
        Some("kept_changed_by_others")
    );
    assert_eq!(
        operation.state.taken_back(true, 7).unwrap().wire(),
        WireState::Stuck
    );
}

#[test]
fn losing_the_right_to_act_is_stuck_only_when_something_is_left() {
    let mut nothing_made = operation(OperationState::Running, [StepState::Pending]);
    let mut something_made = operation(OperationState::Running, [done(), StepState::Pending]);
    let mut other_cluster = something_made.clone();

    nothing_made.given_up(Failure::PermissionLost, 1).unwrap();
    something_made.given_up(Failure::PermissionLost, 1).unwrap();
    other_cluster.given_up(Failure::ClusterReplaced, 1).unwrap();

    assert_eq!(nothing_made.state.wire(), WireState::Stopped);
    assert_eq!(something_made.state.wire(), WireState::Stuck);
    assert_eq!(other_cluster.state.wire(), WireState::Stopped);
}

#[test]
fn a_cluster_that_cannot_be_asked_leaves_it_stuck_only_when_something_may_be_there() {
    let mut nothing_sent = operation(OperationState::Running, [StepState::Pending]);
    let mut not_known = operation(
        OperationState::Running,
        [StepState::Sent { deadline: 9 }, StepState::Pending],
    );

    nothing_sent.given_up(Failure::ClusterUnreachable, 1).unwrap();
    not_known.given_up(Failure::CredentialsRefused, 1).unwrap();

    assert_eq!(nothing_sent.state.wire(), WireState::Stopped);
    assert_eq!(not_known.state.wire(), WireState::Stuck);
    assert_eq!(
        not_known.steps[0].state,
        StepState::Sent { deadline: 9 },
        "it may be there"
    );
}

#[test]
fn only_what_is_achieved_counts() {
    let mut operation = operation(OperationState::Running, [StepState::Pending, StepState::Pending]);
    let mut counts = vec![operation.achieved()];

    operation.sent(0, 1, 2);
    operation.not_done(0);
    operation.sent(0, 3, 4);
    counts.push(operation.achieved());
    operation.made(0, "u".into(), Made::Created, 5);
    counts.push(operation.achieved());
    operation.refused(1, refusal(), 6).unwrap();
    counts.push(operation.achieved());
    operation.gone(0, 7);
    counts.push(operation.achieved());

    assert_eq!(counts[0], counts[1], "sent and sent again");
    assert!(counts[1..].is_sorted_by(|one, next| one < next), "{counts:?}");
}

#[test]
fn an_ended_operation_stays_as_it_is() {
    let ended = OperationState::Succeeded { at: 1 };

    assert!(ended.refused(Failure::Refused).is_err());
    assert!(ended.given_up(Failure::ClusterReplaced, false, 2).is_err());
    assert!(ended.taken_back(false, 2).is_err());
    assert_eq!(operation(ended, [StepState::Pending]).next(), Next::Nothing);
    assert!(
        OperationState::Queued.succeeded(1).is_err(),
        "nobody has worked on it"
    );
}

#[test]
fn what_was_made_suspended_is_released_last_and_taken_back_whole() {
    let mut operation = operation(OperationState::Running, [done(), done(), StepState::Pending]);
    operation.steps[2].verb = StepVerb::Patch;
    operation.steps[2].key = operation.steps[0].key.clone();

    assert_eq!(operation.next(), Next::Make(2));
    assert_eq!(operation.uid_of(2), Some("u"), "of the very object that was made");
    operation.refused(2, refusal(), 5).unwrap();
    assert_eq!(operation.next(), Next::TakeBack(1));
    operation.gone(1, 6);
    operation.gone(0, 7);
    assert_eq!(operation.next(), Next::EndTakingBack { left: false });
}
