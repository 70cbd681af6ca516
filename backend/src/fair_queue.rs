//! Places for work that is dear, a few for each member and a few in all.
//!
//! Whoever asks for more than their share waits behind themselves: at most `each` requests of a member stand in the line
//! that all members share, so that one member with many requests keeps another with one waiting for a moment only.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::identity::{Member, Members};

/// How many places there are, and how long is waited for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Places in all.
    pub in_all: usize,
    /// Places of one member.
    pub each: usize,
    /// Requests of one member that may wait for a place.
    pub waiting: usize,
    /// How long each may wait.
    pub patience: Duration,
}

impl Bounds {
    /// A member who is the only one takes nothing from others, and may have all places.
    #[must_use]
    pub fn shared_by(self, members: &Members) -> Self {
        match members.single() {
            Some(_) => Self {
                each: self.in_all,
                ..self
            },
            None => self,
        }
    }
}

/// There is no place, and nobody may wait longer for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too much is asked for at once")]
pub struct Busy;

/// Places for whoever has a cluster asked many things at once: checks, dry runs, submits, differences. Cheap to clone.
///
/// What is large waits for one of the few places of large ones first, so that it keeps no small one from its place meanwhile.
#[derive(Clone, Debug)]
pub struct Looks {
    places: FairQueue,
    /// Places for what has [`LARGE`] bytes or more.
    large: FairQueue,
}

/// A place to look, as long as it is held.
#[derive(Debug)]
pub struct Look {
    _large: Option<Place>,
    _place: Place,
}

/// From how many bytes on few drafts and apps at a time have a cluster asked about them: each dry run sends the whole app and
/// brings it back with the managers of all its fields, which takes many times the memory of the draft.
const LARGE: usize = 128 * 1024;

impl Looks {
    /// Places for these members.
    pub fn of(members: &Members) -> Self {
        let bounds = Bounds {
            in_all: 8,
            each: 3,
            waiting: 64,
            patience: Duration::from_secs(15),
        };
        let of_large = Bounds {
            in_all: 1,
            each: 1,
            ..bounds
        };
        Self {
            places: FairQueue::new(bounds.shared_by(members)),
            large: FairQueue::new(of_large.shared_by(members)),
        }
    }

    /// Waits for a place for a member, which is held while the cluster is asked about a draft or an app of so many bytes.
    pub async fn place(&self, member: &Member, bytes: usize) -> Result<Look, TooManyLooks> {
        let busy = |Busy| TooManyLooks;
        let large = if bytes < LARGE {
            None
        } else {
            Some(self.large.place(member).await.map_err(busy)?)
        };
        Ok(Look {
            _large: large,
            _place: self.places.place(member).await.map_err(busy)?,
        })
    }
}

/// The cluster is asked too much at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cluster is asked too much at once")]
pub struct TooManyLooks;

/// Places for beginning a session.
pub const BEGINNINGS: Bounds = Bounds {
    in_all: 4,
    each: 1,
    waiting: 8,
    patience: Duration::from_secs(5),
};

/// Places for one kind of work. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FairQueue {
    bounds: Bounds,
    all: Arc<Semaphore>,
    /// The line of each member, by name. Members are configured, so there are only so many.
    lines: Arc<Mutex<HashMap<String, Arc<Line>>>>,
}

#[derive(Debug)]
struct Line {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// A place, as long as it is held.
#[derive(Debug)]
pub struct Place {
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl FairQueue {
    /// So many places.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            all: Arc::new(Semaphore::new(bounds.in_all)),
            lines: Arc::default(),
            bounds,
        }
    }

    /// Waits for a place for a member.
    pub async fn place(&self, member: &Member) -> Result<Place, Busy> {
        let line = self.line(&member.person.name);
        let Some(_waiting) = Waiting::join(&line, self.bounds.waiting + self.bounds.each) else {
            return Err(Busy);
        };
        let place = async {
            let own = Arc::clone(&line.places).acquire_owned().await?;
            let of_all = Arc::clone(&self.all).acquire_owned().await?;
            Ok(Place {
                _own: own,
                _of_all: of_all,
            })
        };
        match tokio::time::timeout(self.bounds.patience, place).await {
            Ok(Ok::<_, tokio::sync::AcquireError>(place)) => Ok(place),
            _ => Err(Busy),
        }
    }

    fn line(&self, name: &str) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get(name) {
            return Arc::clone(line);
        }
        let line = Arc::new(Line {
            places: Arc::new(Semaphore::new(self.bounds.each)),
            waiting: AtomicUsize::new(0),
        });
        lines.insert(name.to_owned(), Arc::clone(&line));
        line
    }
}

/// One of those who wait in a line.
struct Waiting<'l>(&'l Line);

impl<'l> Waiting<'l> {
    /// Joins a line that is not longer than `most` already.
    fn join(line: &'l Line, most: usize) -> Option<Self> {
        let joined = Self(line);
        let before = line.waiting.fetch_add(1, Ordering::Relaxed);
        (before < most).then_some(joined)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::config::Config;
    use crate::identity::{Actor, Person, Team, TeamId};

    fn member(name: &str) -> Member {
        let team = Team {
            id: TeamId::new("shop"),
            name: "shop".to_owned(),
        };
        Member {
            person: Person {
                name: name.to_owned(),
                groups: Vec::new(),
            },
            teams: vec![team.clone()],
            team,
            actor: Actor::Impersonated,
        }
    }

    fn queue(patience: Duration) -> FairQueue {
        FairQueue::new(Bounds {
            in_all: 2,
            each: 1,
            waiting: 2,
            patience,
        })
    }

    #[tokio::test]
    async fn what_one_member_holds_and_waits_for_leaves_a_place_for_another() {
        let (queue, greedy, other) = (queue(Duration::from_mins(1)), member("greedy"), member("other"));
        let first = queue.place(&greedy).await.unwrap();
        let mut second = Box::pin(queue.place(&greedy));
        assert!(second.as_mut().now_or_never().is_none(), "it waits for the first");

        assert!(queue.place(&other).now_or_never().unwrap().is_ok());

        drop(first);
        assert!(second.now_or_never().unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_member_who_is_the_only_one_may_have_all_places() {
        let alone = Members::read(&Config::default()).unwrap();
        let looks = Looks::of(&alone);
        let member = alone.single().unwrap();
        let mut places = Vec::new();
        while let Some(place) = looks.place(member, 0).now_or_never() {
            places.push(place.unwrap());
        }

        assert_eq!(places.len(), 8);
    }

    #[tokio::test]
    async fn one_large_draft_is_looked_at_at_a_time_and_small_ones_do_not_wait_for_it() {
        let alone = Members::read(&Config::default()).unwrap();
        let (looks, member) = (Looks::of(&alone), alone.single().unwrap());
        let first = looks.place(member, LARGE).await.unwrap();
        let mut waiting: Vec<_> = (0..8)
            .map(|_| Box::pin(looks.place(member, 1024 * 1024)))
            .collect();
        for large in &mut waiting {
            assert!(large.as_mut().now_or_never().is_none(), "it waits");
        }

        // Those that wait hold no place: there are as many for small ones as ever.
        let mut small = Vec::new();
        while let Some(place) = looks.place(member, LARGE - 1).now_or_never() {
            small.push(place.unwrap());
        }
        assert_eq!(small.len(), 7);

        drop(first);
        assert!(waiting.remove(0).now_or_never().unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_line_has_an_end_and_so_has_patience() {
        let (queue, greedy) = (queue(Duration::from_millis(20)), member("greedy"));
        let first = queue.place(&greedy).await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..3 {
            let mut place = Box::pin(queue.place(&greedy));
            assert!(place.as_mut().now_or_never().is_none());
            waiting.push(place);
        }

        assert_eq!(
            queue.place(&greedy).now_or_never().map(|place| place.is_err()),
            Some(true)
        );
        for place in waiting {
            assert_eq!(place.await.err(), Some(Busy), "nothing was let go of in time");
        }
        drop(first);
        assert!(queue.place(&greedy).now_or_never().unwrap().is_ok());
    }
}
