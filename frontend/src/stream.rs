//! Live changes from the server: one event stream per browser, however many tabs are open.
//!
//! The tab that holds the lock opens the stream for what all tabs want to hear, and passes every event on. A hidden tab
//! wants nothing and gives the lock away; when no tab is visible there is no stream. After every interruption the
//! server begins each topic anew, so nothing that was missed stays missed.

mod connection;
mod hub;
mod tabs;
mod wishes;

use std::sync::OnceLock;

use leptos::prelude::*;
use slipway_api::{Change, Topic};

pub use hub::start;

/// Whether live changes have been interrupted for longer than a moment.
pub fn interrupted() -> &'static ArcRwSignal<bool> {
    static SIGNAL: OnceLock<ArcRwSignal<bool>> = OnceLock::new();
    SIGNAL.get_or_init(|| ArcRwSignal::new(false))
}

/// Reads a change from its name and the event it came in: [`Change::of_apps`] and its like.
type Read = fn(&str, &str) -> serde_json::Result<Change>;

/// Hears the changes of a topic until the component, or the effect, that asked is gone.
pub fn listen(topic: &Topic, read: Read, hear: impl Fn(&Change) + 'static) {
    let listener = hub::add(topic.to_string(), move |name, event| {
        if let Ok(change) = read(name, event) {
            hear(&change);
        }
    });
    on_cleanup(move || hub::remove(listener));
}
