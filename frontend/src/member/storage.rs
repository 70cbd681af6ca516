//! What this browser keeps for a member: under names that bear the member's id, so that nobody else is given it.

use leptos::prelude::window;
use web_sys::Storage;

use super::id;

/// Everything that belongs to a member begins so, then comes the id.
const OF: &str = "slipway.of.";
/// Names without a member's id, from versions in which all members of a browser shared them.
const SHARED: [&str; 3] = ["draft.", "cluster", "namespace"];

/// What is kept under a name for the member of this page.
pub fn find(name: &str) -> Option<String> {
    local()?.get_item(&full(id()?, name)).ok()?
}

/// Keeps or forgets something of the member of this page. A browser that keeps nothing (private mode, full) leaves us with
/// the server alone.
pub fn keep(name: &str, value: Option<&str>) {
    let (Some(storage), Some(member)) = (local(), id()) else {
        return;
    };
    let name = full(member, name);
    let _ = match value {
        Some(value) => storage.set_item(&name, value),
        None => storage.remove_item(&name),
    };
}

/// The names under which something is kept for the member of this page.
pub fn names() -> Vec<String> {
    let Some(member) = id() else { return Vec::new() };
    let keys = local().map(|storage| keys(&storage)).unwrap_or_default();
    keys.iter()
        .filter_map(|key| name_of(member, key).map(ToOwned::to_owned))
        .collect()
}

/// Forgets everything that is kept for the member of this page.
pub fn clear() {
    for name in names() {
        keep(&name, None);
    }
}

/// Deals with what was kept without a member's id. Nobody knows whose it is, so it is removed; where there is one user
/// alone it is theirs.
pub fn settle_shared(one_user: bool) {
    let Some(storage) = local() else { return };
    for key in keys(&storage) {
        let Some(name) = shared_name(&key) else { continue };
        if one_user
            && find(name).is_none()
            && let Ok(Some(value)) = storage.get_item(&key)
        {
            keep(name, Some(&value));
        }
        let _ = storage.remove_item(&key);
    }
}

/// Forgets what is kept for this tab alone.
pub fn forget_tab() {
    let Some(storage) = window().session_storage().ok().flatten() else {
        return;
    };
    for key in keys(&storage).iter().filter(|key| key.starts_with("slipway.")) {
        let _ = storage.remove_item(key);
    }
}

fn full(member: &str, name: &str) -> String {
    format!("{OF}{member}.{name}")
}

/// The name of what is kept for a member under a key.
fn name_of<'k>(member: &str, key: &'k str) -> Option<&'k str> {
    key.strip_prefix(OF)?.strip_prefix(member)?.strip_prefix('.')
}

/// The name of what is kept under a key that bears no member's id, although it is somebody's.
fn shared_name(key: &str) -> Option<&str> {
    let name = key.strip_prefix("slipway.")?;
    let is_shared = SHARED.iter().any(|shared| match shared.strip_suffix('.') {
        Some(_) => name.starts_with(shared),
        None => name == *shared,
    });
    is_shared.then_some(name)
}

fn keys(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or_default();
    (0..count)
        .filter_map(|index| storage.key(index).ok().flatten())
        .collect()
}

fn local() -> Option<Storage> {
    window().local_storage().ok()?
}

#[cfg(test)]
mod tests {
    use super::{full, name_of, shared_name};

    #[test]
    fn a_name_of_one_member_is_none_of_another() {
        let key = full("0a1b", "draft.new.prod");

        assert_eq!(name_of("0a1b", &key), Some("draft.new.prod"));
        assert_eq!(name_of("0a1c", &key), None);
        assert_eq!(name_of("0a1", &key), None, "the beginning of an id is another id");
        assert_eq!(name_of("0a1b", "slipway.theme"), None);
    }

    #[test]
    fn what_earlier_versions_kept_without_an_owner_is_recognised() {
        for key in [
            "slipway.draft.0190",
            "slipway.draft.new.prod",
            "slipway.cluster",
            "slipway.namespace",
        ] {
            assert_eq!(shared_name(key), key.strip_prefix("slipway."), "{key}");
        }
        for key in [
            "slipway.theme",
            "slipway.language",
            "slipway.member",
            "slipway.of.0a1b.draft.0190",
            "somebody.draft.1",
        ] {
            assert_eq!(shared_name(key), None, "{key}");
        }
    }
}
