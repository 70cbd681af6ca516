//! One edit through the server, and what is wrong with what it does.

use edits::Edit;
use edits::exceptions::{compared, has_a_variable_twice, is_read_as_blank, is_read_as_wanted};
use edits::leaves::{self, Bag};
use edits::unknown::strays;
use serde_json::{Value, json};
use slipway_api::{ChangesView, DraftView, ObjectVerb, paths};
use slipway_model::{Draft, Issue, validate};
use slipway_plan::{ObjectKey, plan};

use super::budget::{Budget, Outcome};
use super::expected::{announced, differences};
use super::running::{Objects, Run};
use super::worlds::World;

/// What is next after an edit.
pub(super) enum Next {
    /// It was made: the app, opened anew.
    Edited(Option<Box<DraftView>>),
    /// It cannot be made.
    Refused,
    /// It did something else; the app may be in any state.
    Over,
}

/// Edits an app that was opened. None where its draft allows no edit.
pub(super) async fn edit(run: &Run, budget: &Budget, world: &World, draft: DraftView) -> Option<Next> {
    let Some((edit, content)) = budget.choose(&draft.content) else {
        run.forget(&draft).await;
        return None;
    };
    let (outcome, again) = carried_out(run, world, &draft, &edit, content).await;
    run.forget(&draft).await;
    let next = match &outcome {
        Outcome::Made => Next::Edited(again.map(Box::new)),
        Outcome::Refused(_) | Outcome::Idle => Next::Refused,
        Outcome::Wrong(_) => Next::Over,
    };
    budget.note(&world.name, &edit, outcome);
    Some(next)
}

pub(super) async fn opened(run: &Run, world: &World) -> Option<DraftView> {
    let path = paths::app_drafts(&run.slug, &world.namespace, &world.kind, &world.app);
    let answer = run.owner.post_empty(&path).await;
    if answer.status != 201 {
        eprintln!("{} cannot be opened: {}", world.name, answer.text());
        return None;
    }
    Some(answer.json(201))
}

/// What came of an edit, and the app as it is opened afterwards.
async fn carried_out(
    run: &Run,
    world: &World,
    draft: &DraftView,
    edit: &Edit,
    content: Draft,
) -> (Outcome, Option<DraftView>) {
    let (saved, changes) = match previewed(run, draft, content).await {
        Ok(seen) => seen,
        Err(outcome) => return (outcome, None),
    };
    let before = run.objects(&world.namespace).await;
    if let Err(error) = run.carried_out(&saved).await {
        let is_nothing = changes.objects.is_empty() && error.contains("nothing_to_change");
        let outcome = if is_nothing {
            Outcome::Idle
        } else {
            Outcome::Wrong(vec![error])
        };
        return (outcome, None);
    }
    let after = run.objects(&world.namespace).await;
    let mut faults = match announced(&before, &changes) {
        Ok(announced) => differences(&announced, &after),
        Err(error) => vec![format!("the preview is of something else: {error}")],
    };
    faults.extend(strayed(world, edit, &before, &after));
    let again = opened(run, world).await;
    faults.extend(reads_otherwise(
        run,
        world,
        (&saved.content, &changes),
        again.as_ref(),
        &before,
    ));
    if faults.is_empty() {
        (Outcome::Made, again)
    } else {
        (Outcome::Wrong(faults), None)
    }
}

/// Saves what was edited, and looks at the preview.
async fn previewed(
    run: &Run,
    draft: &DraftView,
    content: Draft,
) -> Result<(DraftView, ChangesView), Outcome> {
    let body = json!({ "content": content });
    let saved = run
        .owner
        .put(&paths::draft(&draft.id), draft.revision, &body)
        .await;
    if saved.status != 200 {
        return Err(Outcome::Wrong(vec![format!("not saved: {}", saved.text())]));
    }
    let saved: DraftView = saved.json(200);
    let answer = run.owner.get(&paths::draft_changes(&saved.id)).await;
    if answer.status != 200 {
        return Err(Outcome::Wrong(vec![format!("no preview: {}", answer.text())]));
    }
    let changes: ChangesView = answer.json(200);
    match refusal(&changes) {
        Some(why) => Err(Outcome::Refused(why)),
        None => Ok((saved, changes)),
    }
}

/// Why the preview says that a change cannot be made.
fn refusal(changes: &ChangesView) -> Option<String> {
    let issue = changes.issues.iter().find(|issue| Issue::is_error(issue));
    let conflict = changes.conflicts.first();
    issue
        .map(|issue| {
            let issue = json!(issue);
            let text = |of: &Value| of.as_str().unwrap_or_default().to_owned();
            let (code, kind) = (text(&issue["code"]), text(&issue["params"]["kind"]));
            format!("{code} {kind}").trim_end().to_owned()
        })
        .or_else(|| conflict.map(|_| "set by others".to_owned()))
}

/// What the form does not know and is no longer where it was.
fn strayed(world: &World, edit: &Edit, before: &Objects, after: &Objects) -> Vec<String> {
    let list = |objects: &Objects| -> Vec<Value> { objects.values().map(compared).collect() };
    let (before, after) = (list(before), list(after));
    let done = leaves::difference(&leaves::of(&before), &leaves::of(&after));
    let mut faults = strays(&before, &after, &done, edit);
    faults.retain(|fault| {
        let mark = fault.split(' ').next().unwrap_or_default();
        world.marks.contains(mark)
    });
    faults
}

/// What has one object of its kind for an app, whatever its name.
fn is_scaler(kind: &str) -> bool {
    matches!(kind, "HorizontalPodAutoscaler" | "CronHorizontalPodAutoscaler")
}

/// Whether something depends on whether an autoscaler is there.
fn is_of_scaling(path: &str) -> bool {
    path.ends_with("/spec/replicas") || path.starts_with("CronHorizontalPodAutoscaler/spec/scaleTargetRef/")
}

/// What is read afterwards must be what was saved.
///
/// An object of somebody else that an app does without stays, and so is read again.
fn reads_otherwise(
    run: &Run,
    world: &World,
    (saved, changes): (&Draft, &ChangesView),
    again: Option<&DraftView>,
    before: &Objects,
) -> Option<String> {
    let Some(again) = again else {
        return Some("cannot be opened again".to_owned());
    };
    let stays = |key: &ObjectKey| {
        let mut told = changes.objects.iter();
        told.any(|told| {
            told.verb == ObjectVerb::Keep
                && told.object.kind == key.kind
                && (told.object.name == key.name || is_scaler(&key.kind))
        })
    };
    let bag = |draft: &Draft| -> Option<Bag> {
        let app = validate(draft).app?;
        let plan = plan(&app, &run.target);
        let made = plan.made().filter(|object| !stays(&object.key));
        Some(leaves::of(made.map(|object| object.body.value())))
    };
    let Some((wanted, read)) = bag(saved).zip(bag(&again.content)) else {
        return Some("opens with errors".to_owned());
    };
    let is_labelled = !saved.pod.labels.is_empty() || world.ours;
    let mut other = leaves::difference(&wanted, &read);
    let is_twice = before.values().any(has_a_variable_twice);
    let told = |code: &str| changes.consequences.iter().any(|one| one.code == code);
    let still_scaled = changes
        .objects
        .iter()
        .any(|told| told.verb == ObjectVerb::Keep && is_scaler(&told.object.kind));
    other.retain(|(path, _), number| {
        if still_scaled && is_of_scaling(path) {
            return false;
        }
        let is_known = if *number > 0 {
            is_read_as_wanted(path, told) || is_twice && path.contains("/env/*/")
        } else {
            is_read_as_blank(is_labelled, path)
        };
        world.ours || !is_known
    });
    (!other.is_empty()).then(|| format!("reads otherwise: {}", leaves::shown(&other)))
}
