//! Brings together what the page wants to hear, what the other tabs want, and the stream.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::EventHead;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::VisibilityState;

use super::connection::{Connection, Sign};
use super::interrupted;
use super::tabs::{Lock, Tabs, Word, compete};
use super::wishes::{Wishes, backoff, once_each};
use crate::{api, browser, session};

/// How long a stream may be broken before the page says so.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long to wait for more wishes before the stream is opened anew for them.
const GATHER: Duration = Duration::from_millis(30);
/// How often a tab repeats what it wants.
const REPEAT: Duration = Duration::from_secs(30);

/// Hears the name of a change, and the event it came in.
type Hear = Rc<dyn Fn(&str, &str)>;

#[derive(Default)]
struct Hub {
    tab: String,
    tabs: Option<Tabs>,
    listeners: Vec<Listener>,
    next: u32,
    wishes: Wishes,
    /// The last word on how much each topic can be trusted, for tabs that come later.
    states: Vec<State>,
    competing: bool,
    lock: Option<Lock>,
    connection: Option<Connection>,
    attempts: u32,
    broken: bool,
    gathering: bool,
}

struct Listener {
    id: u32,
    topic: String,
    hear: Hear,
}

struct State {
    topic: String,
    event: String,
}

thread_local! {
    static HUB: RefCell<Hub> = RefCell::default();
}

fn with<R>(act: impl FnOnce(&mut Hub) -> R) -> R {
    HUB.with_borrow_mut(act)
}

/// Begins, once it is known whose events they are. Later calls change nothing.
pub fn start() {
    if with(|hub| hub.tabs.is_some()) {
        return;
    }
    let tabs = Tabs::joined(heard);
    with(|hub| {
        // Bits, since writing out a fraction is more code than all else here.
        hub.tab = format!("{:x}-{:x}", browser::now(), js_sys::Math::random().to_bits());
        hub.tabs = Some(tabs);
    });
    let changed = Closure::<dyn Fn()>::new(visibility_changed);
    let _ = document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    let _ = window().add_event_listener_with_callback("pagehide", changed.as_ref().unchecked_ref());
    changed.forget(); // lives as long as the page
    set_interval(announce, REPEAT);
}

/// Adds a listener.
pub(super) fn add(topic: String, hear: impl Fn(&str, &str) + 'static) -> u32 {
    let id = with(|hub| {
        hub.next += 1;
        let (id, hear) = (hub.next, Rc::new(hear));
        hub.listeners.push(Listener { id, topic, hear });
        id
    });
    gather();
    id
}

/// Removes a listener.
pub(super) fn remove(id: u32) {
    with(|hub| hub.listeners.retain(|listener| listener.id != id));
    gather();
}

/// Waits a moment, since leaving one page and entering the next changes the wishes twice.
fn gather() {
    if !with(|hub| std::mem::replace(&mut hub.gathering, true)) {
        set_timeout(
            || {
                with(|hub| hub.gathering = false);
                announce();
            },
            GATHER,
        );
    }
}

fn hidden() -> bool {
    document().visibility_state() == VisibilityState::Hidden
}

/// Says what this tab wants, and does what follows from it.
fn announce() {
    let wanted = with(|hub| {
        let wanted = if hidden() {
            Vec::new()
        } else {
            once_each(hub.listeners.iter().map(|listener| &listener.topic))
        };
        hub.wishes.note(hub.tab.clone(), wanted.clone(), browser::now());
        hub.say(&Word::Wants {
            tab: hub.tab.clone(),
            topics: wanted.clone(),
        });
        wanted
    });
    if hidden() {
        with(|hub| {
            hub.connection = None;
            hub.lock = None;
        });
    } else if !wanted.is_empty() {
        claim();
    }
    connect();
}

fn visibility_changed() {
    announce();
}

/// Asks for the lock, unless it is held or asked for already.
fn claim() {
    let ask = with(|hub| hub.lock.is_none() && !std::mem::replace(&mut hub.competing, hub.lock.is_none()));
    if ask {
        compete(|lock| {
            with(|hub| {
                hub.competing = false;
                // A hidden tab that wins gives the lock to the next one by dropping it.
                if !hidden() {
                    hub.lock = Some(lock);
                    hub.say(&Word::Ask {});
                }
            });
            gather();
        });
    }
}

/// Opens the stream for what is wanted, if this tab holds the lock and the stream is not open for it already.
fn connect() {
    with(|hub| {
        let wanted = hub.wishes.all(browser::now());
        if hub.lock.is_none() || wanted.is_empty() {
            hub.connection = None;
        } else if hub
            .connection
            .as_ref()
            .is_none_or(|open| !wanted.iter().all(|topic| open.topics().contains(topic)))
        {
            hub.states.retain(|state| wanted.contains(&state.topic));
            hub.connection = Connection::open(wanted, signed);
        }
    });
}

fn signed(sign: Sign) {
    match sign {
        Sign::Open => {
            with(|hub| (hub.attempts, hub.broken) = (0, false));
            say_interrupted(false);
        }
        Sign::Event(text) => received(text),
        Sign::Broken => broke(),
        Sign::Over => {
            broke();
            reopen();
        }
    }
}

fn received(text: String) {
    let Ok(head) = EventHead::from_json(&text) else {
        return;
    };
    with(|hub| {
        if head.change == "state" {
            let (topic, event) = (head.topic.clone(), text.clone());
            hub.states.retain(|state| state.topic != topic);
            hub.states.push(State { topic, event });
        }
        hub.say(&Word::Event { text: text.clone() });
    });
    tell(&head, &text);
    if head.change == "bye" {
        reopen();
    }
}

/// Tells the listeners of this tab. They may listen to something else meanwhile, so the hub is not held.
fn tell(head: &EventHead, event: &str) {
    let hearing: Vec<Hear> = with(|hub| {
        let mine = hub
            .listeners
            .iter()
            .filter(|listener| listener.topic == head.topic);
        mine.map(|listener| Rc::clone(&listener.hear)).collect()
    });
    for hear in hearing {
        hear(&head.change, event);
    }
}

/// Says that the stream is interrupted, if it still is after a moment.
fn broke() {
    if !with(|hub| std::mem::replace(&mut hub.broken, true)) {
        set_timeout(
            || {
                if with(|hub| hub.broken && hub.lock.is_some()) {
                    say_interrupted(true);
                }
            },
            PATIENCE,
        );
    }
}

fn say_interrupted(now: bool) {
    if interrupted().get_untracked() != now {
        interrupted().set(now);
        with(|hub| hub.say(&Word::Interrupted { now }));
    }
}

/// Opens a new stream after a while, longer each time. The server may have ended it because the session is over.
fn reopen() {
    let wait = with(|hub| {
        hub.connection = None;
        hub.attempts += 1;
        backoff(hub.attempts - 1, js_sys::Math::random())
    });
    set_timeout(connect, Duration::from_millis(wait.into()));
    spawn_local(async {
        ask_session().await;
        // Only the tab that holds the stream hears of its end.
        with(|hub| hub.say(&Word::Ended {}));
    });
}

/// Asks whether somebody is still signed in.
async fn ask_session() {
    if let Err(failure) = api::session().await {
        session::note(&failure);
    }
}

fn heard(word: Word) {
    match word {
        Word::Wants { tab, topics } => {
            with(|hub| {
                hub.wishes.note(tab, topics, browser::now());
                if hub.lock.is_some() {
                    for state in &hub.states {
                        let text = state.event.clone();
                        hub.say(&Word::Event { text });
                    }
                }
            });
            connect();
        }
        Word::Ask {} => announce(),
        Word::Event { text } => {
            if let Ok(head) = EventHead::from_json(&text) {
                tell(&head, &text);
            }
        }
        Word::Interrupted { now } => interrupted().set(now),
        Word::Ended {} => spawn_local(ask_session()),
    }
}

impl Hub {
    fn say(&self, word: &Word) {
        if let Some(tabs) = &self.tabs {
            tabs.say(word);
        }
    }
}
