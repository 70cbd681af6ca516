//! What somebody agrees to when an app is changed: fields of others to take over, objects to make anew.

use std::collections::BTreeSet;

use slipway_api::{
    ChangesView, CompareView, Consent, DriftView, FieldConflict, KeptField, ObjectChange, ObjectRef,
    ObjectVerb, TakeOver,
};
use slipway_model::{Issue, Problem, Severity};

/// Kinds that hold data: they go with the app, by choice, and never because a draft does without them.
const DATA: [&str; 2] = ["PersistentVolumeClaim", "PersistentVolume"];

/// One thing to agree to. Seen again on an object that was changed since, it is another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tick {
    /// A field of somebody else, by its object, what the object was, and the path.
    TakeOver(ObjectRef, String, String),
    /// An object that is deleted and made anew.
    Recreate(ObjectRef),
    /// Something that the form does not show and that stands in the way.
    Remove(KeptField),
    /// An object of somebody else that the app does without.
    Delete(ObjectRef),
}

impl Tick {
    /// What agreeing to a conflict is.
    pub fn to(conflict: &FieldConflict) -> Self {
        Self::TakeOver(
            conflict.object.clone(),
            conflict.version.clone(),
            conflict.path.clone(),
        )
    }
}

/// What was ticked.
pub type Ticks = BTreeSet<Tick>;

/// What is asked before a change is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    /// Fields of others.
    pub conflicts: Vec<FieldConflict>,
    /// The objects that the cluster does not let change where they are.
    pub recreated: Vec<ObjectRef>,
    /// What the form does not show and the cluster does not accept together with the change.
    pub kept: Vec<KeptField>,
    /// The objects of somebody else that stay unless somebody says otherwise.
    pub left_over: Vec<ObjectRef>,
}

impl From<&ChangesView> for Questions {
    fn from(view: &ChangesView) -> Self {
        Self {
            conflicts: view.conflicts.clone(),
            recreated: recreated(&view.objects, &view.issues),
            kept: kept(&view.objects, &view.issues),
            left_over: left_over(&view.objects),
        }
    }
}

impl From<&CompareView> for Questions {
    fn from(view: &CompareView) -> Self {
        Self {
            conflicts: view.conflicts.clone(),
            recreated: recreated(&view.objects, &view.issues),
            kept: kept(&view.objects, &view.issues),
            left_over: Vec::new(),
        }
    }
}

impl From<&DriftView> for Questions {
    fn from(view: &DriftView) -> Self {
        Self {
            conflicts: view.conflicts.clone(),
            ..Self::default()
        }
    }
}

impl Questions {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Everything that has to be agreed to before the change can be made.
    fn demanded(&self) -> Ticks {
        let conflicts = self.conflicts.iter().map(Tick::to);
        conflicts
            .chain(self.recreated.iter().cloned().map(Tick::Recreate))
            .chain(self.kept.iter().cloned().map(Tick::Remove))
            .collect()
    }

    /// How much is not agreed to yet that has to be.
    pub fn undecided(&self, ticks: &Ticks) -> usize {
        self.demanded().difference(ticks).count()
    }

    /// What is sent: what was ticked, as far as this change still asks for it.
    pub fn consent(&self, ticks: &Ticks) -> Consent {
        let mut asked = self.demanded();
        asked.extend(self.left_over.iter().cloned().map(Tick::Delete));
        let mut consent = Consent::default();
        for tick in asked.intersection(ticks) {
            match tick {
                Tick::Recreate(object) => consent.recreate.push(object.clone()),
                Tick::Remove(kept) => consent.remove.push(kept.clone()),
                Tick::Delete(object) => consent.delete.push(object.clone()),
                Tick::TakeOver(object, version, path) => add(&mut consent.take_over, object, version, path),
            }
        }
        consent
    }

    /// Agreeing to everything that is asked.
    pub fn all_agreed(&self) -> Consent {
        self.consent(&self.demanded())
    }
}

fn recreated(objects: &[ObjectChange], issues: &[Issue]) -> Vec<ObjectRef> {
    let fixed = |object: &ObjectRef| {
        issues.iter().any(|issue| {
            matches!(&issue.problem, Problem::Immutable { kind, name, .. } if *kind == object.kind && *name == object.name)
        })
    };
    let objects = objects.iter();
    objects
        .filter(|change| change.verb == ObjectVerb::Recreate || fixed(&change.object))
        .map(|change| change.object.clone())
        .collect()
}

fn kept(objects: &[ObjectChange], issues: &[Issue]) -> Vec<KeptField> {
    let of = |issue: &Issue| {
        let Problem::KeptInTheWay { kind, name, path, .. } = &issue.problem else {
            return None;
        };
        let mut objects = objects.iter().map(|change| &change.object);
        let object = objects.find(|object| object.kind == *kind && object.name == *name)?;
        Some(KeptField {
            object: object.clone(),
            path: path.clone(),
        })
    };
    issues.iter().filter_map(of).collect()
}

fn left_over(objects: &[ObjectChange]) -> Vec<ObjectRef> {
    let objects = objects.iter();
    objects
        .filter(|change| change.verb == ObjectVerb::Keep && !DATA.contains(&change.object.kind.as_str()))
        .map(|change| change.object.clone())
        .collect()
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
pub fn is_agreed_to(issue: &Issue) -> bool {
    matches!(
        issue.problem,
        Problem::Immutable { .. } | Problem::KeptInTheWay { .. } | Problem::SetByOthers { .. }
    )
}

/// The same issue, not standing in the way where it goes away by agreeing.
pub fn softened(issue: Issue) -> Issue {
    let severity = if is_agreed_to(&issue) {
        Severity::Warning
    } else {
        issue.severity
    };
    Issue { severity, ..issue }
}

#[cfg(test)]
mod tests {
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
            found: false,
            fields: Vec::new(),
            objects: objects.collect(),
            consequences: Vec::new(),
            conflicts,
            managed_by: None,
            issues: Vec::new(),
        }
    }

    fn asked(view: &ChangesView) -> Questions {
        Questions::from(view)
    }

    #[test]
    fn nothing_ticked_is_nothing_agreed_to() {
        let view = view(vec![conflict("web", "a", "/spec/replicas")], &["web"]);

        assert_eq!(asked(&view).consent(&Ticks::new()), Consent::default());
        assert_eq!(asked(&view).undecided(&Ticks::new()), 2);
    }

    #[test]
    fn what_is_ticked_of_one_object_goes_together_with_exactly_these_paths() {
        let conflicts = vec![
            conflict("web", "a", "/spec/replicas"),
            conflict("web", "a", "/spec/template"),
            conflict("web", "a", "/spec/paused"),
        ];
        let ticks = Ticks::from([Tick::to(&conflicts[0]), Tick::to(&conflicts[2])]);

        let agreed = asked(&view(conflicts.clone(), &[])).consent(&ticks);

        assert_eq!(agreed.take_over.len(), 1);
        assert_eq!(agreed.take_over[0].version, "a");
        assert_eq!(agreed.take_over[0].paths, ["/spec/paused", "/spec/replicas"]);
        assert_eq!(asked(&view(conflicts.clone(), &[])).undecided(&ticks), 1);
        let all = asked(&view(conflicts, &["web"])).all_agreed();
        assert_eq!(
            (all.take_over[0].paths.len(), all.recreate),
            (3, vec![object("web")])
        );
    }

    #[test]
    fn agreeing_to_what_was_seen_is_not_agreeing_to_what_came_since() {
        let seen = conflict("web", "a", "/spec/replicas");
        let ticks = Ticks::from([Tick::to(&seen)]);
        let now = view(vec![conflict("web", "b", "/spec/replicas")], &[]);

        assert_eq!(asked(&now).consent(&ticks), Consent::default());
        assert_eq!(asked(&now).undecided(&ticks), 1);
    }

    #[test]
    fn what_the_cluster_does_not_let_change_has_to_be_made_anew_by_consent() {
        let mut view = view(Vec::new(), &["web"]);
        view.objects[0].verb = ObjectVerb::Change;
        assert_eq!(asked(&view).undecided(&Ticks::new()), 0);
        let problem = Problem::Immutable {
            kind: "Deployment".into(),
            name: "web".into(),
            message: "field is immutable".into(),
        };
        view.issues.push(Issue::error("pod.labels", problem));

        assert_eq!(asked(&view).undecided(&Ticks::new()), 1);
        let ticks = Ticks::from([Tick::Recreate(object("web"))]);
        assert_eq!(asked(&view).consent(&ticks).recreate, [object("web")]);
        assert!(!softened(view.issues[0].clone()).is_error(), "no field mends it");
    }

    #[test]
    fn what_the_form_does_not_show_and_is_in_the_way_goes_only_if_ticked() {
        let mut view = view(Vec::new(), &["web"]);
        view.objects[0].verb = ObjectVerb::Change;
        let problem = Problem::KeptInTheWay {
            kind: "Deployment".into(),
            name: "web".into(),
            path: "spec.paused".into(),
            message: "may not be".into(),
        };
        view.issues.push(Issue::error("basics.name", problem));
        let kept = KeptField {
            object: object("web"),
            path: "spec.paused".into(),
        };

        assert_eq!(asked(&view).undecided(&Ticks::new()), 1);
        let ticks = Ticks::from([Tick::Remove(kept.clone())]);
        assert_eq!(asked(&view).consent(&ticks).remove, [kept]);
        assert!(!softened(view.issues[0].clone()).is_error());
    }

    #[test]
    fn what_is_left_over_of_others_goes_only_if_ticked_and_data_never() {
        let mut view = view(Vec::new(), &["old", "data"]);
        for change in &mut view.objects {
            change.verb = ObjectVerb::Keep;
        }
        view.objects[1].object.kind = "PersistentVolumeClaim".into();
        assert_eq!(asked(&view).left_over, [object("old")]);
        assert_eq!(asked(&view).undecided(&Ticks::new()), 0, "nobody has to decide");

        let ticks = Ticks::from([Tick::Delete(object("old"))]);
        assert_eq!(asked(&view).consent(&ticks).delete, [object("old")]);
    }

    #[test]
    fn an_object_is_made_anew_only_by_its_own_tick() {
        let view = view(Vec::new(), &["web", "job"]);
        let ticks = Ticks::from([Tick::Recreate(object("job"))]);

        assert_eq!(asked(&view).consent(&ticks).recreate, [object("job")]);
        assert_eq!(asked(&view).undecided(&ticks), 1);
    }
}
