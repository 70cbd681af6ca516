//! Work that this browser has and the server does not: what there is of it, and how it is saved before somebody signs out.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::select;
use js_sys::{JSON, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::member::storage;

const DRAFT: &str = "draft.";
const NEW: &str = "draft.new.";

/// How long somebody who signs out waits for their work to be saved.
const PATIENCE: Duration = Duration::from_secs(3);

type Saving = Pin<Box<dyn Future<Output = ()>>>;
type Save = Box<dyn Fn() -> Saving>;

thread_local! {
    static OPEN: RefCell<Option<(u32, Save)>> = const { RefCell::new(None) };
}

/// Work of the member of this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Where it can be gone on with.
    pub href: String,
    /// The name of the app; empty where none was typed.
    pub name: String,
}

/// The name under which the work on a draft is kept.
pub fn of_draft(id: &str) -> String {
    format!("{DRAFT}{id}")
}

/// The name under which work is kept for which there is no draft on the server yet.
pub fn of_new(cluster: &str) -> String {
    format!("{NEW}{cluster}")
}

/// Where work is gone on with, by the name under which it is kept.
fn href(name: &str) -> Option<String> {
    match name.strip_prefix(NEW) {
        Some(cluster) => Some(format!("/c/{cluster}/create")),
        None => name.strip_prefix(DRAFT).map(|id| format!("/drafts/{id}")),
    }
}

/// Whether there is any.
pub fn is_any() -> bool {
    storage::names().iter().any(|name| name.starts_with(DRAFT))
}

/// All of it.
pub fn all() -> Vec<Work> {
    let names = storage::names();
    let work = names.iter().filter_map(|kept| {
        let href = href(kept)?;
        let name = storage::find(kept).and_then(|json| app_name(&json));
        Some(Work {
            href,
            name: name.unwrap_or_default(),
        })
    });
    work.collect()
}

/// The name of the app, read by the browser itself: what reads drafts is not part of the first page.
fn app_name(json: &str) -> Option<String> {
    let mut here = JSON::parse(json).ok()?;
    for field in ["content", "basics", "name"] {
        here = Reflect::get(&here, &JsValue::from(field)).ok()?;
    }
    here.as_string()
}

/// Says how what is typed in an open form is saved, until the component that asked is gone.
pub fn before_signing_out(save: impl Fn() -> Saving + 'static) {
    let number = OPEN.with_borrow_mut(|open| {
        let number = open.as_ref().map_or(0, |(number, _)| number + 1);
        *open = Some((number, Box::new(save)));
        number
    });
    on_cleanup(move || {
        OPEN.with_borrow_mut(|open| {
            open.take_if(|(latest, _)| *latest == number);
        });
    });
}

/// Saves what is typed in an open form, or gives up after a while.
pub async fn save() {
    let Some(saving) = OPEN.with_borrow(|open| open.as_ref().map(|(_, save)| save())) else {
        return;
    };
    let (over, patience) = oneshot::channel::<()>();
    set_timeout(
        move || {
            // Whoever waited may be gone.
            let _ = over.send(());
        },
        PATIENCE,
    );
    select(saving, patience).await;
}

#[cfg(test)]
mod tests {
    use super::{href, of_draft, of_new};

    #[test]
    fn work_is_gone_on_with_where_it_was_typed() {
        assert_eq!(href(&of_draft("0190")).as_deref(), Some("/drafts/0190"));
        assert_eq!(href(&of_new("prod")).as_deref(), Some("/c/prod/create"));
        assert_eq!(href("namespace"), None);
    }
}
