//! What is typed, mirrored in this browser until the server has it, so that nothing is lost when the server is away.

use serde::{Deserialize, Serialize};
use slipway_api::DraftView;
use slipway_model::Draft;

use crate::member::{self, storage};
use crate::unsaved;

/// Work kept in this browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The cluster it is for.
    pub(crate) cluster: String,
    /// The revision on the server that it was built on; none when there is no draft there.
    pub(crate) base: Option<u64>,
    /// What was typed.
    pub(crate) content: Draft,
    /// The key under which a draft is made of it, so that asking again makes no second one.
    #[serde(default)]
    pub(crate) key: String,
}

/// What opening a draft shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Opening {
    /// What the server has.
    Server,
    /// What this browser kept, still to be saved.
    Kept(Kept),
    /// Both: this browser kept something, and somebody saved something else meanwhile.
    Both(Kept),
}

/// Decides what to show of a draft that the server has at a revision, when this browser may have kept something.
pub(crate) fn opening(server: &DraftView, kept: Option<Kept>) -> Opening {
    match kept {
        Some(kept) if kept.content == server.content => Opening::Server,
        Some(kept) if kept.base == Some(server.revision) => Opening::Kept(kept),
        Some(kept) => Opening::Both(kept),
        None => Opening::Server,
    }
}

/// What the answer to making a draft says of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// The server has it.
    AsSent,
    /// An earlier request, whose answer was lost, had made the draft with what was typed until then.
    Earlier,
    /// So it had, and somebody has saved something else since.
    Changed,
}

/// Compares what was sent with the draft it was answered with.
pub(crate) fn made(sent: &Draft, answer: &DraftView) -> Made {
    match answer.revision {
        _ if answer.content == *sent => Made::AsSent,
        1 => Made::Earlier,
        _ => Made::Changed,
    }
}

/// The name under which the work of a draft is kept; a draft that is not on the server yet is known by its cluster.
pub(crate) fn slot(draft: Option<&str>, cluster: &str) -> String {
    match draft {
        Some(id) => unsaved::of_draft(id),
        None => unsaved::of_new(cluster),
    }
}

/// Keeps work for the member of this page, as long as it is they who are signed in.
pub(crate) fn keep(slot: &str, kept: &Kept) {
    if member::is_current()
        && let Ok(json) = written(kept)
    {
        storage::keep(slot, Some(&json));
    }
}

/// Work as it is kept: without values that a Secret has taken the place of, which no browser keeps.
fn written(kept: &Kept) -> serde_json::Result<String> {
    let mut kept = kept.clone();
    kept.content.drop_values_moved_to_secrets();
    serde_json::to_string(&kept)
}

/// What was kept for the member of this page.
pub(crate) fn find(slot: &str) -> Option<Kept> {
    let mut kept: Kept = serde_json::from_str(&storage::find(slot)?).ok()?;
    if kept.content.drop_values_moved_to_secrets() {
        // An earlier version of this page has kept them.
        keep(slot, &kept);
    }
    Some(kept)
}

/// Lets go of it.
pub(crate) fn forget(slot: &str) {
    storage::keep(slot, None);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_server(revision: u64, name: &str) -> DraftView {
        DraftView {
            id: "d".into(),
            cluster: "demo".into(),
            revision,
            content: named(name),
            saved_by: "ann".into(),
            saved_at: 0,
            operation: None,
        }
    }

    fn named(name: &str) -> Draft {
        let mut draft = Draft::default();
        draft.basics.name.set(name);
        draft
    }

    fn kept(base: Option<u64>, name: &str) -> Kept {
        Kept {
            cluster: "demo".into(),
            base,
            content: named(name),
            key: "key".into(),
        }
    }

    #[test]
    fn a_draft_made_by_a_lost_request_is_gone_on_with_and_never_overwritten() {
        let sent = named("typed since");

        assert_eq!(made(&sent, &on_server(1, "typed since")), Made::AsSent);
        assert_eq!(made(&sent, &on_server(1, "typed")), Made::Earlier);
        assert_eq!(made(&sent, &on_server(2, "theirs")), Made::Changed);
    }

    #[test]
    fn the_value_of_a_variable_that_was_switched_to_a_secret_is_not_kept_in_the_browser() {
        let mut work = kept(Some(3), "web");
        let list = format!("containers.{}.env", work.content.containers[0].id);
        let row = work.content.add_row(&list).unwrap();
        let mut write = |leaf: &str, text: &str| {
            let path = format!("{list}.{row}.{leaf}");
            work.content.leaf_mut(&path).unwrap().set(text);
        };
        write("name", "PASSWORD");
        write("value", "typed-and-moved");
        write("kind", "secret");

        let text = written(&work).unwrap();

        assert!(text.contains("PASSWORD") && !text.contains("typed-and-moved"));
        work.content
            .leaf_mut(&format!("{list}.{row}.kind"))
            .unwrap()
            .set("config_map");
        assert!(
            written(&work).unwrap().contains("typed-and-moved"),
            "switching back loses nothing"
        );
    }

    #[test]
    fn work_the_server_never_got_comes_back() {
        let work = kept(Some(3), "typed");

        assert_eq!(
            opening(&on_server(3, "saved"), Some(work.clone())),
            Opening::Kept(work)
        );
    }

    #[test]
    fn work_the_server_has_is_not_told_of() {
        assert_eq!(
            opening(&on_server(4, "same"), Some(kept(Some(3), "same"))),
            Opening::Server
        );
        assert_eq!(opening(&on_server(4, "same"), None), Opening::Server);
    }

    #[test]
    fn work_built_on_an_older_revision_is_a_conflict() {
        let work = kept(Some(3), "mine");

        assert_eq!(
            opening(&on_server(4, "theirs"), Some(work.clone())),
            Opening::Both(work)
        );
    }
}
