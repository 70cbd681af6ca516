//! The claims that a `StatefulSet` makes for each of its pods. They stay when pods go, or when the set does: a quota counts
//! them already, and only those that are not there yet are asked of it.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;

use super::super::amounts::{Amounts, times};
use super::super::subject::Subject;
use super::super::witness::Witness;
use super::count::claimed;

const MOST: usize = 5000;

/// The claims of a set.
#[derive(Default)]
pub(super) struct Each(Vec<Template>);

/// The claims from one template.
struct Template {
    /// What one of them takes.
    takes: Amounts,
    /// The numbers of the pods that have one.
    there: Vec<u32>,
}

/// A claim, as far as it matters here.
#[derive(Deserialize)]
struct Claim {
    metadata: ObjectMeta,
}

/// Looks for claims that are there from before. Where they cannot be seen, each pod that is there is taken to have its own.
pub(super) async fn look(witness: &Witness, subject: &Subject<'_>) -> Each {
    if !subject.claims().iter().any(|(.., each)| *each) {
        return Each::default();
    }
    let like = subject.key("v1", "PersistentVolumeClaim", "");
    let found = witness.person.list::<Claim>(&like, None, MOST).await;
    let found = found.ok().filter(|found| found.complete);
    let name = |claim: Claim| claim.metadata.name;
    let names: Option<Vec<String>> = found.map(|found| found.items.into_iter().filter_map(name).collect());
    Each::of(subject, names.as_deref())
}

impl Each {
    /// With the names of all claims of the namespace, if they are known.
    pub(super) fn of(subject: &Subject, names: Option<&[String]>) -> Self {
        let (_, pods) = subject.own.pods().unwrap_or_default();
        let first = subject.own.first_number();
        let claims = subject.claims().into_iter().filter(|(.., each)| *each);
        let template = |(claim, _, part, _): (_, _, &super::super::subject::Part, _)| {
            let mut takes = Amounts::default();
            claimed(&claim, &mut takes);
            let claim = claim.metadata.name.unwrap_or_default();
            let start = format!("{claim}-{}-", part.object.key.name);
            let number = |name: &String| name.strip_prefix(&start)?.parse::<u32>().ok()?.checked_sub(first);
            let there = match names {
                Some(names) => names.iter().filter_map(number).collect(),
                None => (0..pods).collect(),
            };
            Template { takes, there }
        };
        Self(claims.map(template).collect())
    }

    /// What those take of one resource that so many pods have and that are not there yet.
    pub(super) fn of_new(&self, resource: &str, pods: u32) -> u128 {
        let new = |template: &Template| {
            let there = template.there.iter().filter(|number| **number < pods).count();
            let missing = pods.saturating_sub(u32::try_from(there).unwrap_or(u32::MAX));
            times(template.takes.get(resource).unwrap_or_default(), missing)
        };
        self.0.iter().map(new).fold(0, u128::saturating_add)
    }
}
