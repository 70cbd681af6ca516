//! Something fetched for a page: loading, there, or failed with a way to retry. Each is drawn on purpose.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Answer, Failure};
use crate::ui::{Button, EmptyState, Look, Shape, Skeleton};
use crate::{session, text, words};

/// A value that a page fetches, and fetches again.
///
/// While fetching again the old value stays, so nothing flickers; an answer that was overtaken by a later call is dropped.
pub struct Loaded<T: Send + Sync + 'static> {
    value: RwSignal<Option<T>>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
    call: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

impl<T: Clone + Send + Sync + 'static> Loaded<T> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            value: RwSignal::new(None),
            failure: RwSignal::new(None),
            busy: RwSignal::new(false),
            call: StoredValue::new(0),
        }
    }

    /// Fetches.
    pub fn fetch(self, fetching: impl Future<Output = Answer<T>> + 'static) {
        self.fetch_boxed(Box::pin(fetching));
    }

    /// The same for every call with this kind of answer, so that it is in the program once.
    fn fetch_boxed(self, fetching: Pin<Box<dyn Future<Output = Answer<T>>>>) {
        if let Some(call) = self.begun() {
            spawn_local(async move { self.answered(call, fetching.await) });
        }
    }

    /// Begins a call. Nothing when the page is gone.
    fn begun(self) -> Option<u32> {
        self.call.try_update_value(|call| *call += 1)?;
        self.busy.set(true);
        self.call.try_get_value()
    }

    /// Takes the answer of a call, unless it was overtaken, or the page is gone.
    fn answered(self, call: u32, answer: Answer<T>) {
        if self.call.try_get_value() != Some(call) {
            return;
        }
        match answer {
            Ok(value) => self.put(value),
            Err(failure) => {
                self.busy.set(false);
                session::note(&failure);
                self.failure.set(Some(failure));
            }
        }
    }

    /// Puts a value that came by another way. It is newer than the answer to whatever was asked before.
    pub fn put(self, value: T) {
        self.call.update_value(|call| *call += 1);
        self.busy.set(false);
        self.failure.set(None);
        self.value.set(Some(value));
    }

    /// Changes the value in place, if there is one.
    pub fn change(self, change: impl FnOnce(&mut T)) {
        self.value.update(|value| {
            if let Some(value) = value {
                change(value);
            }
        });
    }

    /// Forgets everything: the page is about something else now.
    pub fn clear(self) {
        self.call.update_value(|call| *call += 1);
        self.value.set(None);
        self.failure.set(None);
        self.busy.set(false);
    }

    /// The value, if it is there.
    pub fn get(self) -> Option<T> {
        self.value.get()
    }

    /// Reads the value where it is.
    pub fn with<R>(self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.value.with(|value| read(value.as_ref()))
    }

    /// A part of the value, followed by itself: what shows it is drawn anew only when this part changes.
    pub fn part<R: Clone + Default + PartialEq + Send + Sync + 'static>(self, read: fn(&T) -> R) -> Memo<R> {
        Memo::new(move |_| self.with(|value| value.map(read).unwrap_or_default()))
    }

    /// Whether it is being fetched.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// What went wrong the last time, if it did.
    pub fn failure(self) -> Option<Failure> {
        self.failure.get()
    }
}

/// Draws the states of something loaded: a skeleton, a failure with retry, or the page.
///
/// Once there is a value it is drawn even if fetching it again failed; the page shows by itself that it may be old.
#[component]
pub fn States<T: Clone + Send + Sync + 'static>(
    /// What is loaded.
    of: Loaded<T>,
    /// Fetches again.
    #[prop(into)]
    retry: Callback<()>,
    /// How many lines the skeleton has.
    #[prop(default = 6)]
    lines: usize,
    /// The page, once there is something to show.
    children: ChildrenFn,
) -> impl IntoView {
    let there = Memo::new(move |_| of.with(|value| value.is_some()));
    let failed = Memo::new(move |_| of.failure().filter(|_| !there.get()));
    let children = StoredValue::new(children);
    move || {
        if there.get() {
            children.with_value(|children| children())
        } else if let Some(failure) = failed.get() {
            view! { <Failed failure retry /> }.into_any()
        } else {
            view! { <Skeleton lines /> }.into_any()
        }
    }
}

/// Says what went wrong, and offers to try again where that can help.
#[component]
pub fn Failed(
    /// What went wrong.
    failure: Failure,
    /// Tries again.
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    let shape = match failure.status() {
        Some(403 | 404) => Shape::Lock,
        _ => Shape::Unplugged,
    };
    let body = Signal::derive(move || text::failure(&failure));
    view! {
        <EmptyState shape title=words!(pages.home.failed) body>
            <Button label=words!(frame.retry) look=Look::Primary icon=Shape::Progress on_click=retry />
        </EmptyState>
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::Loaded;

    #[test]
    fn an_answer_that_comes_after_something_newer_changes_nothing() {
        Owner::new().with(|| {
            let page = Loaded::<&str>::new();
            let call = page.begun().expect("the page is there");
            page.put("told by the stream");
            page.answered(call, Ok("read before"));

            assert_eq!(page.value.get_untracked(), Some("told by the stream"));
            assert!(!page.busy.get_untracked());
        });
    }

    #[test]
    fn the_last_call_counts_whichever_is_answered_first() {
        Owner::new().with(|| {
            let page = Loaded::<&str>::new();
            let (first, second) = (page.begun(), page.begun());
            page.answered(second.expect("the page is there"), Ok("second"));
            page.answered(first.expect("the page is there"), Ok("first"));

            assert_eq!(page.value.get_untracked(), Some("second"));
        });
    }
}
