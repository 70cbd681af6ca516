//! One open event stream.

use slipway_api::paths;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::member;

/// The names of the events the server sends.
const EVENTS: [&str; 4] = ["snapshot", "delta", "state", "bye"];

/// What happens to a stream.
pub(super) enum Sign {
    /// It is open.
    Open,
    /// An event, as it was sent.
    Event(String),
    /// It broke; the browser tries again by itself.
    Broken,
    /// It is over; a new one must be opened.
    Over,
}

/// An open event stream. Closed when dropped.
pub(super) struct Connection {
    source: EventSource,
    topics: Vec<String>,
    _heard: Closure<dyn Fn(MessageEvent)>,
    _opened: Closure<dyn Fn()>,
    _failed: Closure<dyn Fn()>,
}

impl Connection {
    /// Opens a stream for these topics.
    pub(super) fn open(topics: Vec<String>, tell: impl Fn(Sign) + Clone + 'static) -> Option<Self> {
        let list = topics.join(",");
        let list = String::from(js_sys::encode_uri_component(&list));
        let member = member::id().unwrap_or_default();
        let source = EventSource::new(&format!("{}?topics={list}&member={member}", paths::STREAM)).ok()?;

        let told = tell.clone();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                told(Sign::Event(text));
            }
        });
        for name in EVENTS {
            let _ = source.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        }
        let told = tell.clone();
        let opened = Closure::<dyn Fn()>::new(move || told(Sign::Open));
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        let failing = source.clone();
        let failed = Closure::<dyn Fn()>::new(move || {
            let over = failing.ready_state() == EventSource::CLOSED;
            tell(if over { Sign::Over } else { Sign::Broken });
        });
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Some(Self {
            source,
            topics,
            _heard: heard,
            _opened: opened,
            _failed: failed,
        })
    }

    /// What it was opened for.
    pub(super) fn topics(&self) -> &[String] {
        &self.topics
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
