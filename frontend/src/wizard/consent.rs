//! What somebody agrees to when an app is changed: fields of others to take over, objects to make anew.

use std::collections::BTreeSet;

use slipway_api::{ChangesView, Consent, FieldConflict, ObjectRef, ObjectVerb, TakeOver};

/// One thing to agree to. Seen again on an object that was changed since, it is another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tick {
    /// A field of somebody else, by its object, the object's version and the path.
    TakeOver(ObjectRef, String, String),
    /// An object that is deleted and made anew.
    Recreate(ObjectRef),
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
pub(crate) fn wanted(view: &ChangesView) -> Ticks {
    let conflicts = view.conflicts.iter().map(Tick::to);
    conflicts
        .chain(recreated(view).cloned().map(Tick::Recreate))
        .collect()
}

/// The objects that are made anew.
pub(crate) fn recreated(view: &ChangesView) -> impl Iterator<Item = &ObjectRef> {
    view.objects
        .iter()
        .filter(|object| object.verb == ObjectVerb::Recreate)
        .map(|object| &object.object)
}

/// How much is not agreed to yet.
pub(crate) fn undecided(view: &ChangesView, ticks: &Ticks) -> usize {
    wanted(view).difference(ticks).count()
}

/// What is sent: what was ticked, as far as these changes still ask for it.
pub(crate) fn consent(view: &ChangesView, ticks: &Ticks) -> Consent {
    let mut consent = Consent::default();
    for tick in wanted(view).intersection(ticks) {
        match tick {
            Tick::Recreate(object) => consent.recreate.push(object.clone()),
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
    fn an_object_is_made_anew_only_by_its_own_tick() {
        let view = view(Vec::new(), &["web", "job"]);
        let ticks = Ticks::from([Tick::Recreate(object("job"))]);

        assert_eq!(consent(&view, &ticks).recreate, [object("job")]);
        assert_eq!(undecided(&view, &ticks), 1);
    }
}
