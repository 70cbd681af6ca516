//! What somebody agrees to when an app is changed: fields of others to take over, objects to make anew.

use std::collections::BTreeSet;

use slipway_api::{ChangesView, Consent, FieldConflict, ObjectRef, ObjectVerb, TakeOver};
use slipway_model::{Issue, Problem, Severity};

/// Kinds that hold data: they go with the app, by choice, and never because a draft does without them.
const DATA: [&str; 2] = ["PersistentVolumeClaim", "PersistentVolume"];

/// One thing to agree to. Seen again on an object that was changed since, it is another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tick {
    /// A field of somebody else, by its object, what the object was, and the path.
    TakeOver(ObjectRef, String, String),
    /// An object that is deleted and made anew.
    Recreate(ObjectRef),
    /// An object of somebody else that the app does without.
    Delete(ObjectRef),
}

impl Tick {
    /// What agreeing to a conflict is.
    pub(crate) fn to(conflict: &FieldConflict) -> Self {
        Self::TakeOver(
            conflict.object.clone(),
            conflict.version.clone(),
            conflict.path.clone(),
        )
    }
}

/// What was ticked.
pub(crate) type Ticks = BTreeSet<Tick>;

/// Everything that has to be agreed to before these changes can be made.
fn demanded(view: &ChangesView) -> Ticks {
    let conflicts = view.conflicts.iter().map(Tick::to);
    conflicts
        .chain(recreated(view).into_iter().map(Tick::Recreate))
        .collect()
}

/// The objects that the cluster does not let change where they are.
pub(crate) fn recreated(view: &ChangesView) -> Vec<ObjectRef> {
    let fixed = |object: &ObjectRef| {
        view.issues.iter().any(|issue| {
            matches!(&issue.problem, Problem::Immutable { kind, name, .. } if *kind == object.kind && *name == object.name)
        })
    };
    let objects = view.objects.iter();
    objects
        .filter(|change| change.verb == ObjectVerb::Recreate || fixed(&change.object))
        .map(|change| change.object.clone())
        .collect()
}

/// The objects of somebody else that stay unless somebody says otherwise.
pub(crate) fn left_over(view: &ChangesView) -> Vec<ObjectRef> {
    let objects = view.objects.iter();
    objects
        .filter(|change| change.verb == ObjectVerb::Keep && !DATA.contains(&change.object.kind.as_str()))
        .map(|change| change.object.clone())
        .collect()
}

/// How much is not agreed to yet that has to be.
pub(crate) fn undecided(view: &ChangesView, ticks: &Ticks) -> usize {
    demanded(view).difference(ticks).count()
}

/// What is sent: what was ticked, as far as these changes still ask for it.
pub(crate) fn consent(view: &ChangesView, ticks: &Ticks) -> Consent {
    let mut consent = Consent::default();
    let mut asked = demanded(view);
    asked.extend(left_over(view).into_iter().map(Tick::Delete));
    for tick in asked.intersection(ticks) {
        match tick {
            Tick::Recreate(object) => consent.recreate.push(object.clone()),
            Tick::Delete(object) => consent.delete.push(object.clone()),
            Tick::TakeOver(object, version, path) => add(&mut consent.take_over, object, version, path),
        }
    }
    consent
}

/// Paths of one object are agreed to together.
fn add(all: &mut Vec<TakeOver>, object: &ObjectRef, version: &str, path: &str) {
    let same = |other: &&mut TakeOver| other.object == *object && other.version == version;
    match all.iter_mut().find(same) {
        Some(take_over) => take_over.paths.push(path.to_owned()),
        None => all.push(TakeOver {
            object: object.clone(),
            version: version.to_owned(),
            paths: vec![path.to_owned()],
        }),
    }
}

/// Whether an issue goes away by agreeing to something, not by changing the field.
pub(crate) fn is_agreed_to(issue: &Issue) -> bool {
    matches!(
        issue.problem,
        Problem::Immutable { .. } | Problem::SetByOthers { .. }
    )
}

/// The same issue, not standing in the way where it goes away by agreeing.
pub(crate) fn softened(issue: Issue) -> Issue {
    let severity = if is_agreed_to(&issue) {
        Severity::Warning
    } else {
        issue.severity
    };
    Issue { severity, ..issue }
}

#[cfg(test)]
mod tests {
    use slipway_api::ObjectChange;

    use super::*;

    fn object(name: &str) -> ObjectRef {
        ObjectRef {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            namespace: Some("default".into()),
            name: name.into(),
        }
    }

    fn conflict(name: &str, version: &str, path: &str) -> FieldConflict {
        FieldConflict {
            object: object(name),
            version: version.into(),
            path: path.into(),
            field: String::new(),
            manager: "kubectl".into(),
            theirs: None,
            mine: None,
        }
    }

    fn view(conflicts: Vec<FieldConflict>, recreated: &[&str]) -> ChangesView {
        let objects = recreated.iter().map(|name| ObjectChange {
            object: object(name),
            verb: ObjectVerb::Recreate,
            diff: String::new(),
        });
        ChangesView {
            revision: 1,
            opened_on: 1,
            current: 1,
            fields: Vec::new(),
            objects: objects.collect(),
            consequences: Vec::new(),
            conflicts,
            managed_by: None,
            issues: Vec::new(),
        }
    }

    #[test]
    fn nothing_ticked_is_nothing_agreed_to() {
        let view = view(vec![conflict("web", "a", "/spec/replicas")], &["web"]);

        assert_eq!(consent(&view, &Ticks::new()), Consent::default());
        assert_eq!(undecided(&view, &Ticks::new()), 2);
    }

    #[test]
    fn what_is_ticked_of_one_object_goes_together_with_exactly_these_paths() {
        let conflicts = vec![
            conflict("web", "a", "/spec/replicas"),
            conflict("web", "a", "/spec/template"),
            conflict("web", "a", "/spec/paused"),
        ];
        let ticks = Ticks::from([Tick::to(&conflicts[0]), Tick::to(&conflicts[2])]);

        let agreed = consent(&view(conflicts.clone(), &[]), &ticks);

        assert_eq!(agreed.take_over.len(), 1);
        assert_eq!(agreed.take_over[0].version, "a");
        assert_eq!(agreed.take_over[0].paths, ["/spec/paused", "/spec/replicas"]);
        assert_eq!(undecided(&view(conflicts, &[]), &ticks), 1);
    }

    #[test]
    fn agreeing_to_what_was_seen_is_not_agreeing_to_what_came_since() {
        let seen = conflict("web", "a", "/spec/replicas");
        let ticks = Ticks::from([Tick::to(&seen)]);
        let now = view(vec![conflict("web", "b", "/spec/replicas")], &[]);

        assert_eq!(consent(&now, &ticks), Consent::default());
        assert_eq!(undecided(&now, &ticks), 1);
    }

    #[test]
    fn what_the_cluster_does_not_let_change_has_to_be_made_anew_by_consent() {
        let mut view = view(Vec::new(), &["web"]);
        view.objects[0].verb = ObjectVerb::Change;
        assert_eq!(undecided(&view, &Ticks::new()), 0);
        let problem = Problem::Immutable {
            kind: "Deployment".into(),
            name: "web".into(),
            message: "field is immutable".into(),
        };
        view.issues.push(Issue::error("pod.labels", problem));

        assert_eq!(undecided(&view, &Ticks::new()), 1);
        let ticks = Ticks::from([Tick::Recreate(object("web"))]);
        assert_eq!(consent(&view, &ticks).recreate, [object("web")]);
        assert!(!softened(view.issues[0].clone()).is_error(), "no field mends it");
    }

    #[test]
    fn what_is_left_over_of_others_goes_only_if_ticked_and_data_never() {
        let mut view = view(Vec::new(), &["old", "data"]);
        for change in &mut view.objects {
            change.verb = ObjectVerb::Keep;
        }
        view.objects[1].object.kind = "PersistentVolumeClaim".into();
        assert_eq!(left_over(&view), [object("old")]);
        assert_eq!(undecided(&view, &Ticks::new()), 0, "nobody has to decide");

        let ticks = Ticks::from([Tick::Delete(object("old"))]);
        assert_eq!(consent(&view, &ticks).delete, [object("old")]);
    }

    #[test]
    fn an_object_is_made_anew_only_by_its_own_tick() {
        let view = view(Vec::new(), &["web", "job"]);
        let ticks = Ticks::from([Tick::Recreate(object("job"))]);

        assert_eq!(consent(&view, &ticks).recreate, [object("job")]);
        assert_eq!(undecided(&view, &ticks), 1);
    }
}
