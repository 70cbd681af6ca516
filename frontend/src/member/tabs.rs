//! How the tabs of a browser learn from each other who is signed in: by a value in the storage they share.

use leptos::ev;
use leptos::prelude::window_event_listener;

use super::{come_back, id};
use crate::browser;

/// Holds the id of the member who is signed in, and something random, so that signing in again is told as well. Nothing
/// before the random part: nobody is signed in.
const NAME: &str = "slipway.member";

/// What a tab does about what it hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing: it knows already, or it has nothing to lose.
    None,
    /// It asks the server who is signed in.
    Ask,
    /// It is loaded anew.
    Leave,
}

/// Tells the other tabs that the member of this page is signed in, or that nobody is.
pub fn tell(member: Option<&str>) {
    let told = format!(
        "{}.{:x}",
        member.unwrap_or_default(),
        js_sys::Math::random().to_bits()
    );
    browser::store(NAME, Some(&told));
}

/// Who is signed in, as the tabs were told last: empty for nobody, nothing when they were told nothing.
pub fn told() -> Option<String> {
    browser::stored(NAME).map(|value| member_in(&value).to_owned())
}

/// Hears the other tabs for as long as the page lives. `signed_in` says whether this one shows somebody's session.
pub fn follow(signed_in: impl Fn() -> bool + Clone + 'static, react: impl Fn(Reaction) + Clone + 'static) {
    let (now, then) = (signed_in.clone(), react.clone());
    window_event_listener(ev::storage, move |event| {
        if event.key().as_deref() == Some(NAME) {
            let value = event.new_value().unwrap_or_default();
            then(reaction(id(), now(), member_in(&value)));
        }
    });
    // A page that the browser had put aside whole, to go back to it, has heard nothing meanwhile.
    window_event_listener(ev::pageshow, move |event| {
        if event.persisted() {
            come_back();
            if let Some(told) = told() {
                react(reaction(id(), signed_in(), &told));
            }
        }
    });
}

fn member_in(value: &str) -> &str {
    value.split('.').next().unwrap_or_default()
}

/// What to do when `told` is the member who is signed in now, in a page that serves `own`.
fn reaction(own: Option<&str>, signed_in: bool, told: &str) -> Reaction {
    match own {
        Some(own) if own == told && signed_in => Reaction::None,
        Some(own) if own == told => Reaction::Ask,
        Some(_) if told.is_empty() && !signed_in => Reaction::None,
        Some(_) => Reaction::Leave,
        None if told.is_empty() => Reaction::None,
        None => Reaction::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::{Reaction, member_in, reaction};

    #[test]
    fn a_page_never_goes_on_for_another_member() {
        for signed_in in [true, false] {
            assert_eq!(reaction(Some("ann"), signed_in, "bob"), Reaction::Leave);
        }
    }

    #[test]
    fn signing_out_elsewhere_leaves_nothing_on_the_page() {
        assert_eq!(reaction(Some("ann"), true, ""), Reaction::Leave);
    }

    #[test]
    fn signing_in_elsewhere_signs_a_waiting_page_in() {
        assert_eq!(reaction(None, false, "ann"), Reaction::Ask);
        assert_eq!(reaction(Some("ann"), false, "ann"), Reaction::Ask);
    }

    #[test]
    fn what_a_page_knows_already_changes_nothing() {
        assert_eq!(reaction(Some("ann"), true, "ann"), Reaction::None);
        assert_eq!(reaction(None, false, ""), Reaction::None);
    }

    #[test]
    fn the_random_part_is_not_the_member() {
        assert_eq!(member_in("0a1b.3fe"), "0a1b");
        assert_eq!(member_in(".3fe"), "");
    }
}
