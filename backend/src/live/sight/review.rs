//! What the cluster said about one person, and when.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::Instant;

use super::{REMEMBERED, Sight};
use crate::clock::Clock;
use crate::cluster::{Access, ClusterError, ResourceName};
use crate::live::kind::KindSet;

/// How long an answer is believed.
const BELIEVED: Duration = Duration::from_secs(3);
/// How long one that shows nothing is believed: nothing leaks when it is old.
const REFUSAL_BELIEVED: Duration = Duration::from_secs(6);
/// Questions asked at the same time.
const AT_ONCE: usize = 8;
const NODES: ResourceName = ResourceName {
    group: "",
    resource: "nodes",
};

/// What the cluster said about one person.
#[derive(Default)]
pub(super) struct Reviewed {
    everywhere: Option<Answered<(KindSet, bool)>>,
    namespaces: HashMap<String, Answered<KindSet>>,
}

#[derive(Clone, Copy)]
struct Answered<T> {
    /// None once the cluster has been silent since.
    at: Option<Instant>,
    at_millis: i64,
    answer: T,
}

impl<T> Answered<T> {
    fn now(answer: T, at_millis: i64) -> Self {
        Self {
            at: Some(Instant::now()),
            at_millis,
            answer,
        }
    }

    /// Whether it needs not be asked again.
    fn holds(&self, time: Duration) -> bool {
        self.at.is_some_and(|at| at.elapsed() < time)
    }

    /// Whether it holds as long as nobody can be asked.
    fn is_remembered(&self, now: i64) -> bool {
        u128::try_from(now - self.at_millis).unwrap_or_default() < REMEMBERED.as_millis()
    }
}

impl Reviewed {
    /// What the person may see, asked now unless it was just asked.
    pub(super) async fn review(
        &mut self,
        access: &Access,
        namespaces: &[String],
        clock: &Clock,
    ) -> Result<Sight, ClusterError> {
        let (everywhere, nodes) = self.everywhere(access, clock).await?;
        let namespaces = if everywhere == KindSet::shown() {
            BTreeMap::new()
        } else {
            self.in_namespaces(access, namespaces, clock).await?
        };
        Ok(Sight {
            everywhere,
            namespaces,
            nodes,
            unasked_since: None,
        })
    }

    /// What the person may see as far as the cluster has said it lately. None if it has not, not of a namespace they
    /// ask for, or of no namespace at all, as when the silence began during the first review: that it is hidden would be a
    /// lie.
    pub(super) fn remembered(
        &self,
        asked: &[String],
        namespaces: &[String],
        now: i64,
        since: i64,
    ) -> Option<Sight> {
        let (everywhere, nodes) = self.everywhere.filter(|known| known.is_remembered(now))?.answer;
        let remembered = |namespace: &String| {
            let known = self.namespaces.get(namespace)?;
            known.is_remembered(now).then_some(known.answer)
        };
        let is_known = |namespace: &String| remembered(namespace).is_some();
        let known = asked.iter().all(is_known) && (namespaces.is_empty() || namespaces.iter().any(is_known));
        (known || everywhere == KindSet::shown()).then_some(Sight {
            everywhere,
            namespaces: visible(namespaces, remembered),
            nodes,
            unasked_since: Some(since),
        })
    }

    /// Whatever was said before a silence is asked again after it, however short it was.
    pub(super) fn doubt(&mut self) {
        if let Some(known) = &mut self.everywhere {
            known.at = None;
        }
        for known in self.namespaces.values_mut() {
            known.at = None;
        }
    }

    async fn everywhere(&mut self, access: &Access, clock: &Clock) -> Result<(KindSet, bool), ClusterError> {
        if let Some(known) = self.everywhere.filter(|known| known.holds(BELIEVED)) {
            return Ok(known.answer);
        }
        let kinds = listable(access, KindSet::shown(), None);
        let nodes = access.allows("list", NODES, None);
        let (kinds, nodes) = futures::try_join!(kinds, nodes)?;
        self.everywhere = Some(Answered::now((kinds, nodes), clock.millis()));
        Ok((kinds, nodes))
    }

    async fn in_namespaces(
        &mut self,
        access: &Access,
        namespaces: &[String],
        clock: &Clock,
    ) -> Result<BTreeMap<String, KindSet>, ClusterError> {
        let now = clock.millis();
        self.namespaces.retain(|_, known| known.is_remembered(now));
        let unknown: Vec<String> = namespaces
            .iter()
            .filter(|namespace| !self.namespaces.get(*namespace).is_some_and(is_believed))
            .cloned()
            .collect();
        let asked: Vec<(String, KindSet)> = stream::iter(unknown)
            .map(async |namespace| {
                let kinds = in_namespace(access, &namespace).await?;
                Ok::<_, ClusterError>((namespace, kinds))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        let now = clock.millis();
        self.namespaces.extend(
            asked
                .into_iter()
                .map(|(namespace, kinds)| (namespace, Answered::now(kinds, now))),
        );
        Ok(visible(namespaces, |namespace| {
            self.namespaces.get(namespace).map(|known| known.answer)
        }))
    }
}

/// The namespaces of which anything may be seen. The others leave no trace in a sight: when one of them comes or goes,
/// nothing changes for the person.
fn visible(namespaces: &[String], answer: impl Fn(&String) -> Option<KindSet>) -> BTreeMap<String, KindSet> {
    let seen = |namespace: &String| {
        let kinds = answer(namespace).filter(|kinds| *kinds != KindSet::NONE)?;
        Some((namespace.clone(), kinds))
    };
    namespaces.iter().filter_map(seen).collect()
}

fn is_believed(known: &Answered<KindSet>) -> bool {
    known.holds(if known.answer == KindSet::NONE {
        REFUSAL_BELIEVED
    } else {
        BELIEVED
    })
}

/// The kinds that may be listed in a namespace: one question, unless the cluster cannot list all its rules.
async fn in_namespace(access: &Access, namespace: &str) -> Result<KindSet, ClusterError> {
    let rules = access.rules(namespace).await?;
    let allowed: KindSet = KindSet::shown()
        .iter()
        .filter(|kind| rules.allow("list", kind.resource()))
        .collect();
    if !rules.incomplete() || allowed == KindSet::shown() {
        return Ok(allowed);
    }
    let more = listable(access, KindSet::shown().without(allowed), Some(namespace)).await?;
    Ok(allowed.union(more))
}

/// Which of these kinds may be listed, asked one by one.
async fn listable(access: &Access, kinds: KindSet, namespace: Option<&str>) -> Result<KindSet, ClusterError> {
    let asked = kinds.iter().map(|kind| async move {
        Ok::<_, ClusterError>(
            access
                .allows("list", kind.resource(), namespace)
                .await?
                .then_some(kind),
        )
    });
    let answers = futures::future::try_join_all(asked).await?;
    Ok(answers.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::kind::Kind;

    const NOW: i64 = 1_000_000_000;

    fn apps() -> KindSet {
        [Kind::Deployment].into_iter().collect()
    }

    fn reviewed(at_millis: i64) -> Reviewed {
        let answers = [("shop", apps()), ("bank", KindSet::NONE)];
        Reviewed {
            everywhere: Some(Answered::now((KindSet::NONE, false), at_millis)),
            namespaces: answers
                .map(|(name, kinds)| (name.to_owned(), Answered::now(kinds, at_millis)))
                .into(),
        }
    }

    fn remembered(reviewed: &Reviewed, asked: &[&str]) -> Option<Sight> {
        let names = |names: &[&str]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
        let known = names(&["bank", "new", "shop"]);
        reviewed.remembered(&names(asked), &known, NOW, NOW - 5)
    }

    #[test]
    fn what_was_said_last_holds_while_nobody_can_be_asked_and_says_so() {
        let sight = remembered(&reviewed(NOW - 60_000), &["shop"]).unwrap();

        assert_eq!(sight.namespaces().collect::<Vec<_>>(), ["shop"]);
        assert_eq!(sight.unasked_since(), Some(NOW - 5));
    }

    #[test]
    fn it_holds_for_ten_minutes_and_no_longer() {
        let limit = 600_000;

        assert!(remembered(&reviewed(NOW - limit + 1), &[]).is_some());
        assert!(remembered(&reviewed(NOW - limit), &[]).is_none());
    }

    #[test]
    fn after_a_silence_nothing_is_believed_that_was_said_before() {
        let mut reviewed = reviewed(NOW);
        assert!(reviewed.everywhere.unwrap().holds(BELIEVED));

        reviewed.doubt();

        assert!(!reviewed.everywhere.unwrap().holds(BELIEVED));
        assert!(!reviewed.namespaces.values().any(is_believed));
        assert!(remembered(&reviewed, &["shop"]).is_some(), "but it is remembered");
    }

    #[test]
    fn of_a_namespace_that_was_never_reviewed_nothing_is_said() {
        let reviewed = reviewed(NOW);

        assert!(
            remembered(&reviewed, &["new"]).is_none(),
            "neither shown nor hidden"
        );
        assert!(!remembered(&reviewed, &["bank"]).unwrap().shows_apps_of("bank"));
        assert!(remembered(&Reviewed::default(), &[]).is_none());
    }

    #[test]
    fn a_first_review_that_broke_off_is_no_list_without_apps() {
        let broken = Reviewed {
            namespaces: HashMap::new(),
            ..reviewed(NOW)
        };
        assert!(remembered(&broken, &[]).is_none());

        let everything = Reviewed {
            everywhere: Some(Answered::now((KindSet::shown(), false), NOW)),
            ..broken
        };
        assert!(
            remembered(&everything, &[]).is_some(),
            "namespaces need no review then"
        );
    }
}
