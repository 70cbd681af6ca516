//! The four steps of the wizard, and which of them a field belongs to.

use slipway_model::Issue;

/// A step of the wizard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// Application basics.
    #[default]
    Basics,
    /// The containers.
    Containers,
    /// Access and scaling.
    Advanced,
    /// What became of it.
    Done,
}

impl Step {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 4] = [Self::Basics, Self::Containers, Self::Advanced, Self::Done];

    /// Its name in the URL.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::Containers => "containers",
            Self::Advanced => "advanced",
            Self::Done => "done",
        }
    }

    /// The step a URL names; the first one when it names none.
    pub(crate) fn from_slug(slug: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|step| step.slug() == slug)
            .unwrap_or_default()
    }

    /// The step before, if there is one.
    pub(crate) fn before(self) -> Option<Self> {
        Self::ALL.into_iter().take_while(|step| *step < self).last()
    }

    /// The step after, if there is one.
    pub(crate) fn after(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }

    /// The step on which a field stands.
    pub(crate) fn of_field(field: &str) -> Self {
        match field.split('.').next() {
            Some("containers" | "volumes") => Self::Containers,
            Some("services" | "ingresses" | "scaling" | "pod") => Self::Advanced,
            _ => Self::Basics,
        }
    }
}

/// How many errors and how many warnings stand on a step.
pub(crate) fn counts(issues: &[Issue], step: Step) -> (usize, usize) {
    let here = || issues.iter().filter(|issue| Step::of_field(&issue.field) == step);
    (
        here().filter(|issue| issue.is_error()).count(),
        here().filter(|issue| !issue.is_error()).count(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_model::Problem;

    #[test]
    fn every_field_stands_on_one_step() {
        assert_eq!(Step::of_field("basics.name"), Step::Basics);
        assert_eq!(Step::of_field("containers.3.ports.7.number"), Step::Containers);
        assert_eq!(Step::of_field("volumes.9.object"), Step::Containers);
        assert_eq!(Step::of_field("pod.labels"), Step::Advanced);
        assert_eq!(Step::of_field("services.4.name"), Step::Advanced);
        assert_eq!(Step::of_field("ingresses.4.rules.5.host"), Step::Advanced);
        assert_eq!(Step::of_field("scaling.metric.min"), Step::Advanced);
        assert_eq!(
            Step::of_field(""),
            Step::Basics,
            "what blames no field is told at the start"
        );
    }

    #[test]
    fn steps_read_back_from_the_url_and_know_their_neighbours() {
        for step in Step::ALL {
            assert_eq!(Step::from_slug(step.slug()), step);
        }
        assert_eq!(Step::from_slug("elsewhere"), Step::Basics);
        assert_eq!(Step::Basics.before(), None);
        assert_eq!(Step::Advanced.before(), Some(Step::Containers));
        assert_eq!(Step::Advanced.after(), Some(Step::Done));
        assert_eq!(Step::Done.after(), None);
    }

    #[test]
    fn problems_are_counted_on_their_step() {
        let issues = [
            Issue::error("basics.name", Problem::Missing {}),
            Issue::warning("containers.1.image", Problem::ImageNotPinned {}),
        ];

        assert_eq!(counts(&issues, Step::Basics), (1, 0));
        assert_eq!(counts(&issues, Step::Containers), (0, 1));
        assert_eq!(counts(&issues, Step::Advanced), (0, 0));
    }
}
