//! Following an operation and an app: asked for once, then as the server tells.

use std::future::Future;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{AppDetail, AppKey, Change, OperationView, Topic};

use crate::api::{self, Answer};
use crate::stream;

/// How often is asked while nothing is told.
const EVERY: Duration = Duration::from_secs(3);

/// An operation, as it goes on.
pub(super) fn operation(id: &str) -> RwSignal<Option<OperationView>> {
    let operation = RwSignal::new(None::<OperationView>);
    stream::listen(
        &Topic::Operation { id: id.to_owned() },
        Change::of_operation,
        move |change| {
            if let Change::Operation { operation: now } = change {
                let _ = operation.try_set(Some((**now).clone()));
            }
        },
    );
    let id = id.to_owned();
    let is_final = move || operation.with_untracked(|o| o.as_ref().is_some_and(|o| o.state.is_final()));
    ask(
        move || !is_final(),
        operation,
        move || {
            let id = id.clone();
            async move { api::operation(&id).await }
        },
    );
    operation
}

/// An app, as it changes. It may not have appeared yet, so it is not asked for as long as the stream tells.
pub(super) fn app(key: AppKey) -> RwSignal<Option<AppDetail>> {
    let app = RwSignal::new(None);
    stream::listen(&Topic::App(key.clone()), Change::of_app, move |change| {
        if let Change::App { app: now } = change {
            let _ = app.try_set(now.as_deref().cloned());
        }
    });
    again(
        || true,
        app,
        move || {
            let key = key.clone();
            async move { api::app(&key).await }
        },
    );
    app
}

/// Asks once, and again every few seconds while the stream is interrupted.
fn ask<T, F>(wanted: impl Fn() -> bool + 'static, into: RwSignal<Option<T>>, call: impl Fn() -> F + 'static)
where
    T: Send + Sync + 'static,
    F: Future<Output = Answer<T>> + 'static,
{
    let answer = call();
    spawn_local(async move {
        // What the stream told meanwhile is newer.
        if let Ok(view) = answer.await
            && into.try_with_untracked(Option::is_none) == Some(true)
        {
            let _ = into.try_set(Some(view));
        }
    });
    again(wanted, into, call);
}

/// Asks every few seconds while the stream is interrupted.
fn again<T, F>(wanted: impl Fn() -> bool + 'static, into: RwSignal<Option<T>>, call: impl Fn() -> F + 'static)
where
    T: Send + Sync + 'static,
    F: Future<Output = Answer<T>> + 'static,
{
    let every = move || {
        if stream::interrupted().get_untracked() && wanted() {
            let answer = call();
            spawn_local(async move {
                if let Ok(view) = answer.await {
                    let _ = into.try_set(Some(view));
                }
            });
        }
    };
    if let Ok(timer) = set_interval_with_handle(every, EVERY) {
        on_cleanup(move || timer.clear());
    }
}
