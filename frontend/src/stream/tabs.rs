//! The other tabs of this browser: what is said to them, and which of them holds the stream.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::member;

/// The name of the channel and the lock. Tabs of different members, which there are for a moment when somebody else signs
/// in, neither hear each other nor wait for each other.
fn name() -> String {
    format!("slipway-stream.{}", member::id().unwrap_or_default())
}

/// What tabs say to each other.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    /// A tab wants to hear these topics; nothing when it is hidden or closed.
    Wants {
        /// The tab.
        tab: String,
        /// The topics.
        topics: Vec<String>,
    },
    /// Asks every tab to say what it wants.
    Ask {},
    /// An event, as the server sent it.
    Event {
        /// Its text.
        text: String,
    },
    /// The stream has ended: maybe since nobody is signed in any more, which each tab asks for itself.
    Ended {},
    /// Whether the stream is interrupted.
    Interrupted {
        /// Whether it is.
        now: bool,
    },
}

/// The way to the other tabs. A browser without channels has one stream for each tab.
pub(super) struct Tabs {
    channel: Option<BroadcastChannel>,
}

impl Tabs {
    /// Begins to hear the other tabs, for as long as the page lives.
    pub(super) fn joined(hear: impl Fn(Word) + 'static) -> Self {
        let channel = locks().and_then(|_| BroadcastChannel::new(&name()).ok());
        if let Some(channel) = &channel {
            let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(word) = event
                    .data()
                    .as_string()
                    .and_then(|text| serde_json::from_str(&text).ok())
                {
                    hear(word);
                }
            });
            channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            heard.forget();
        }
        Self { channel }
    }

    /// Says something to all other tabs.
    pub(super) fn say(&self, word: &Word) {
        if let (Some(channel), Ok(text)) = (&self.channel, serde_json::to_string(word)) {
            let _ = channel.post_message(&text.into());
        }
    }
}

/// The lock that one tab of the browser holds: given back when dropped.
pub(super) struct Lock(Option<Function>);

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(give_back) = &self.0 {
            let _ = give_back.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits for the lock.
pub(super) fn compete(won: impl FnOnce(Lock) + 'static) {
    let Some(locks) = locks() else {
        // A page without TLS from another machine has no locks; then each tab holds a stream of its own.
        return won(Lock(None));
    };
    let granted = Closure::once_into_js(move |_: JsValue| -> JsValue {
        let mut give_back = None;
        let held = Promise::new(&mut |keep, _| give_back = Some(keep));
        won(Lock(give_back));
        held.into()
    });
    // By name: web-sys has locks only behind a flag for all of the program.
    if let Ok(request) = Reflect::get(&locks, &"request".into()).and_then(JsCast::dyn_into::<Function>) {
        let _ = request.call2(&locks, &name().into(), &granted);
    }
}

fn locks() -> Option<JsValue> {
    Reflect::get(&window().navigator(), &"locks".into())
        .ok()
        .filter(JsValue::is_object)
}
