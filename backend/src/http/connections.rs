//! The connections there are: so many in all, and a share of them for each address.
//!
//! Idle ones make room: when there are too many, the one that has been without a request for longest is closed. Only if
//! all of them are in use is a new one refused.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::network::Network;

/// Counts connections. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    most: usize,
    most_of_one: usize,
    table: Arc<Mutex<Table>>,
}

#[derive(Debug, Default)]
struct Table {
    open: HashMap<u64, Open>,
    /// Those without a request, the one that has been so for longest first.
    idle: BTreeMap<u64, u64>,
    by_network: HashMap<Network, usize>,
    last: u64,
}

#[derive(Debug)]
struct Open {
    network: Option<Network>,
    idle_since: Option<u64>,
    /// Requests in work, and answers that are not sent yet.
    uses: u32,
    closed: CancellationToken,
}

/// A connection that is counted until this is dropped.
#[derive(Clone, Debug)]
pub(super) struct Slot(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    id: u64,
    closed: CancellationToken,
    table: Arc<Mutex<Table>>,
}

/// A connection with a request in work, or with an answer that is being sent.
#[derive(Debug)]
pub(super) struct InUse(Slot);

impl Connections {
    /// So many in all, and of one network.
    pub(super) fn new(most: usize, most_of_one: usize) -> Self {
        Self {
            most,
            most_of_one,
            table: Arc::default(),
        }
    }

    /// Counts a new connection, or refuses it. Of whom no network is given there is no share: a proxy that is trusted
    /// brings many clients.
    pub(super) fn admit(&self, network: Option<Network>) -> Option<Slot> {
        let mut table = lock(&self.table);
        let of_one = network.and_then(|network| table.by_network.get(&network).copied());
        if of_one.unwrap_or_default() >= self.most_of_one && !table.close_idle(|open| open.network == network)
        {
            return None;
        }
        if table.open.len() >= self.most && !table.close_idle(|_| true) {
            return None;
        }
        let closed = CancellationToken::new();
        let id = table.add(network, closed.clone());
        Some(Slot(Arc::new(Counted {
            id,
            closed,
            table: self.table.clone(),
        })))
    }
}

impl Table {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn add(&mut self, network: Option<Network>, closed: CancellationToken) -> u64 {
        let id = self.next();
        self.idle.insert(id, id);
        if let Some(network) = network {
            *self.by_network.entry(network).or_default() += 1;
        }
        let open = Open {
            network,
            idle_since: Some(id),
            uses: 0,
            closed,
        };
        self.open.insert(id, open);
        id
    }

    /// Closes the one of these that has been idle for longest, and answers whether there was one.
    fn close_idle(&mut self, of_these: impl Fn(&Open) -> bool) -> bool {
        let mut oldest = self.idle.values().copied();
        let found = oldest.find(|id| self.open.get(id).is_some_and(&of_these));
        if let Some(open) = found.and_then(|id| self.remove(id)) {
            open.closed.cancel();
            return true;
        }
        false
    }

    fn remove(&mut self, id: u64) -> Option<Open> {
        let open = self.open.remove(&id)?;
        if let Some(since) = open.idle_since {
            self.idle.remove(&since);
        }
        if let Some(network) = open.network
            && let Some(count) = self.by_network.get_mut(&network)
        {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&network);
            }
        }
        Some(open)
    }

    fn begin_use(&mut self, id: u64) {
        let Some(open) = self.open.get_mut(&id) else {
            return;
        };
        open.uses += 1;
        if let Some(before) = open.idle_since.take() {
            self.idle.remove(&before);
        }
    }

    fn end_use(&mut self, id: u64) {
        let since = self.next();
        let Some(open) = self.open.get_mut(&id) else {
            return;
        };
        open.uses = open.uses.saturating_sub(1);
        if open.uses == 0 {
            open.idle_since = Some(since);
            self.idle.insert(since, id);
        }
    }
}
impl Slot {
    /// Resolves when the connection shall be closed, to make room.
    pub(super) async fn closed(&self) {
        self.0.closed.cancelled().await;
    }

    /// Keeps the connection from being closed to make room, until this is dropped.
    pub(super) fn in_use(&self) -> InUse {
        lock(&self.0.table).begin_use(self.0.id);
        InUse(self.clone())
    }
}

/// Keeps a connection in use whose answer the HTTP library has taken whole, until all of it is on its way.
#[derive(Clone, Debug, Default)]
pub(super) struct Unsent(Arc<Mutex<Option<InUse>>>);

impl Unsent {
    /// What holds the use for an answer and leaves it here when the answer was taken.
    pub(super) fn until_taken(&self, used: InUse) -> UntilTaken {
        UntilTaken {
            used: Some(used),
            then: self.clone(),
        }
    }

    /// Everything that was taken is on its way.
    pub(super) fn sent(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// See [`Unsent::until_taken`].
#[derive(Debug)]
pub(super) struct UntilTaken {
    used: Option<InUse>,
    then: Unsent,
}

impl Drop for UntilTaken {
    fn drop(&mut self) {
        let mut kept = self.then.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = self.used.take();
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let Slot(counted) = &self.0;
        lock(&counted.table).end_use(counted.id);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        lock(&self.table).remove(self.id);
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn network(number: u8) -> Network {
        Network::of([192, 0, 2, number].into())
    }

    fn is_closed(slot: &Slot) -> bool {
        slot.0.closed.is_cancelled()
    }

    #[test]
    fn the_one_that_is_idle_for_longest_makes_room() {
        let connections = Connections::new(3, 3);
        let all: Vec<Slot> = (0..3).map(|_| connections.admit(None).unwrap()).collect();
        drop(all[0].in_use());
        let used = all[1].in_use();

        let new = connections.admit(None);

        assert!(new.is_some());
        assert_eq!(
            all.iter().map(is_closed).collect::<Vec<_>>(),
            [false, false, true]
        );
        drop(used);
    }

    #[test]
    fn when_all_are_in_use_a_new_one_is_refused() {
        let connections = Connections::new(2, 2);
        let all: Vec<Slot> = (0..2).map(|_| connections.admit(None).unwrap()).collect();
        let used: Vec<InUse> = all.iter().map(Slot::in_use).collect();

        assert!(connections.admit(None).is_none());
        drop(used);
        assert!(connections.admit(None).is_some());
    }

    #[test]
    fn an_answer_that_was_taken_keeps_its_connection_until_it_is_sent() {
        let connections = Connections::new(1, 1);
        let slot = connections.admit(None).unwrap();
        let unsent = Unsent::default();

        drop(unsent.until_taken(slot.in_use()));

        assert!(connections.admit(None).is_none(), "it is not sent yet");
        let next = slot.in_use();
        unsent.sent();
        assert!(connections.admit(None).is_none(), "the next request is in work");
        drop(next);
        assert!(connections.admit(None).is_some());
    }

    #[test]
    fn whoever_has_their_share_makes_room_out_of_their_own() {
        let connections = Connections::new(10, 2);
        let other = connections.admit(Some(network(2))).unwrap();
        let mine: Vec<Slot> = (0..2)
            .map(|_| connections.admit(Some(network(1))).unwrap())
            .collect();

        let third = connections.admit(Some(network(1)));

        assert!(third.is_some() && is_closed(&mine[0]) && !is_closed(&mine[1]) && !is_closed(&other));
        let used = [mine[1].in_use(), third.as_ref().unwrap().in_use()];
        assert!(connections.admit(Some(network(1))).is_none());
        assert!(connections.admit(Some(network(2))).is_some());
        drop(used);
    }

    #[derive(Clone, Debug)]
    enum Act {
        Admit(u8),
        Use(usize),
        Rest(usize),
        Close(usize),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (0..3_u8).prop_map(Act::Admit),
            (0..8_usize).prop_map(Act::Use),
            (0..8_usize).prop_map(Act::Rest),
            (0..8_usize).prop_map(Act::Close),
        ]
    }

    proptest! {
        #[test]
        fn there_are_never_too_many_none_in_use_is_closed_and_nothing_is_left(
            acts in proptest::collection::vec(act(), 0..200),
        ) {
            let connections = Connections::new(5, 3);
            let mut open: Vec<(Slot, Option<InUse>)> = Vec::new();
            for act in acts {
                match act {
                    // The last one is a proxy.
                    Act::Admit(number) => {
                        let admitted = connections.admit((number < 2).then(|| network(number)));
                        open.extend(admitted.map(|slot| (slot, None)));
                    }
                    Act::Use(at) => {
                        if let Some((slot, used)) = open.get_mut(at) && used.is_none() {
                            *used = Some(slot.in_use());
                        }
                    }
                    Act::Rest(at) => {
                        if let Some((_, used)) = open.get_mut(at) {
                            used.take();
                        }
                    }
                    Act::Close(at) if at < open.len() => drop(open.swap_remove(at)),
                    Act::Close(_) => {}
                }
                // A connection that is told to close ends; so would one in use, which must not happen.
                prop_assert!(!open.iter().any(|(slot, used)| is_closed(slot) && used.is_some()));
                open.retain(|(slot, _)| !is_closed(slot));
                let table = lock(&connections.table);
                prop_assert_eq!(table.open.len(), open.len());
                prop_assert!(table.open.len() <= 5);
                prop_assert!(table.by_network.values().all(|count| (1..=3).contains(count)));
                prop_assert_eq!(table.idle.len(), open.iter().filter(|(_, used)| used.is_none()).count());
            }
            open.clear();
            let table = lock(&connections.table);
            prop_assert!(table.open.is_empty() && table.idle.is_empty() && table.by_network.is_empty());
        }
    }
}
