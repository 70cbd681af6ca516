//! Objects by their addresses, to be found without looking through all of them: an app may have thousands.

use std::collections::HashMap;

use crate::read::{AUTOSCALER, TIMED_SCALER};
use crate::{ObjectKey, Plan, PlannedObject};

/// What tells the objects of an app apart: kind and group, namespace and name.
#[derive(PartialEq, Eq, Hash)]
struct Address<'k>(&'k str, &'k str, Option<(Option<&'k str>, &'k str)>);

impl<'k> Address<'k> {
    /// The address of an object, whatever the version it is read in. An app has one autoscaler, which need not be named like
    /// it.
    fn of(key: &'k ObjectKey) -> Self {
        let alone = matches!(key.kind.as_str(), AUTOSCALER | TIMED_SCALER);
        let name = (!alone).then_some((key.namespace.as_deref(), key.name.as_str()));
        Self(&key.kind, key.group(), name)
    }
}

/// Things by the address of the object they are about.
pub(crate) struct ByAddress<'k, T>(HashMap<Address<'k>, &'k T>);

impl<'k, T> ByAddress<'k, T> {
    /// These things. Of several at one address it is the first.
    pub(crate) fn of(things: impl Iterator<Item = &'k T>, key: impl Fn(&'k T) -> &'k ObjectKey) -> Self {
        let mut found = HashMap::new();
        for thing in things {
            found.entry(Address::of(key(thing))).or_insert(thing);
        }
        Self(found)
    }

    /// What is at the address of an object.
    pub(crate) fn get(&self, key: &ObjectKey) -> Option<&'k T> {
        self.0.get(&Address::of(key)).copied()
    }
}

impl Plan {
    /// The objects that will be made.
    pub(crate) fn by_address(&self) -> ByAddress<'_, PlannedObject> {
        ByAddress::of(self.made(), |object| &object.key)
    }
}
